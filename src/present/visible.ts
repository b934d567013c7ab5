/**
 * Characters that nobody sees, or that move the cursor or reorder text: controls, formats, private use, what no font need
 * draw (zero width, tags, fillers, variation selectors), line separators, and the blank pattern of Braille.
 */
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/gu;

/** The same where text is JSON, whose own line feeds and escapes are no content. */
const UNSEEN_IN_JSON = /[\p{Cf}\p{Co}\p{Cn}\u007f-\u009f\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/gu;

/** Nearly every text, and nothing in it is unseen: looked for first, since that takes far less time. */
const PRINTABLE_ASCII = /^[ -~]*$/;

/** A text as a terminal can safely show it: what an attacker chose (a name, a path) may hold anything. */
export function visible(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(UNSEEN, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return `\\u{${point.toString(16)}}`;
  });
}

/** A text of several lines, each {@link visible}. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

/** A value as JSON that a terminal can safely show: what is unseen is written as its escape, which means the same. */
export function visibleJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (PRINTABLE_ASCII.test(json)) return json;
  return json.replace(UNSEEN_IN_JSON, (character) =>
    Array.from({ length: character.length }, (_, unit) => escaped(character.charCodeAt(unit))).join(''),
  );
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
