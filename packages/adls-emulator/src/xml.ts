/** Text that is markup already. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** An XML element; strings among its parts are escaped, markup is taken as it is. */
export function element(name: string, ...parts: readonly (string | number | Markup)[]): Markup {
  const inside = parts.map((part) => (part instanceof Markup ? part.text : escaped(String(part)))).join('');
  return new Markup(inside === '' ? `<${name} />` : `<${name}>${inside}</${name}>`);
}

/** A name as listings write it: percent-encoded and marked so where it holds a control character. */
export function nameElement(name: string): Markup {
  return WRITABLE.test(name)
    ? element('Name', name)
    : new Markup(`<Name Encoded="true">${escaped(encodeURIComponent(name))}</Name>`);
}

/** A whole document. */
export function document(root: Markup): string {
  return `<?xml version="1.0" encoding="utf-8"?>${root}`;
}

/** Text of XML with its entities resolved. */
export function unescaped(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ENTITIES[name] ?? '');
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

const ESCAPES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '"': '&quot;', '&': '&amp;' };

const WRITABLE = /^[\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

function escaped(text: string): string {
  return text.replace(/[<>&"]/g, (character) => ESCAPES[character] ?? '');
}
