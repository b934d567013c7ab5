import type { ValueType } from '../../src/decode/value.ts';

/** A value as it stands in a text: where its content is, and what it says. */
export interface FoundValue {
  readonly start: number;
  readonly end: number;
  readonly value: string | string[];
  /** What a list comes to. */
  readonly list?: OracleList;
}

interface OracleList {
  readonly elements: string[];
  readonly details: readonly string[];
  /** Whether it is the word alone. */
  readonly isNull: boolean;
}

interface Written {
  readonly text: string;
  readonly isQuoted: boolean;
}

function listOf(written: readonly Written[], isBare: boolean): OracleList {
  const isNull = ({ text, isQuoted }: Written) => text === 'null' && !isQuoted;
  const last = written.at(-1);
  const isCut = last !== undefined && last.text === '' && !last.isQuoted;
  return {
    elements: written.filter((each) => each.text !== '' && !isNull(each)).map(({ text }) => text),
    details: [
      ...(isCut ? ['possibly_cut'] : []),
      ...(written.slice(0, isCut ? -1 : undefined).some(({ text }) => text === '') ? ['empty_element'] : []),
      ...(written.some(isNull) ? ['null_value'] : []),
    ],
    isNull: isBare && written.length === 1 && written.every(isNull),
  };
}

const QUOTE = '["“”„]';
const WORD_EQUALS = /[A-Za-z_][A-Za-z0-9_]*[ \t]*=/;
const TOKEN = /^[^\p{White_Space},="“”„()[\]{}<>]{1,512}$/u;
const PHRASE = /^(?![ \t])[\p{L}\p{M}\p{Nd} \t_\-/.]+(?<![ \t])$/u;
const STAMP = /^(?![ \t])[\p{L}\p{M}\p{Nd} \t_\-/.:+]+(?<![ \t])$/u;
const BY_OR_WITH = /(?<![\p{L}\p{M}\p{Nd}_])(?:by|with)(?![\p{L}\p{M}\p{Nd}_])/u;
const QUOTED = new RegExp(`^${QUOTE}(.*)${QUOTE}$`, 's');
const BEGINS_WITH_QUOTE = new RegExp(`^${QUOTE}`);

/** What begins so is not an empty value with other words behind it. */
const OPENING: Partial<Record<ValueType, RegExp>> = {
  quoted: /^["“”„]/,
  list: /^["“”„[{]/,
  tokens: /^["“”„[{]/,
};

/** Reads `text.slice(start, end)` as a value of a type, naively; null where it is none. */
export function readValue(
  type: ValueType,
  text: string,
  start: number,
  end: number,
  afterEquals: boolean,
): FoundValue | null {
  const raw = text.slice(start, end);
  const bare = afterEquals ? raw.replace(/^[ \t]+/, '') : raw;
  const from = end - bare.length;
  const begin = start + (afterEquals ? /^[ \t]*/.exec(text.slice(start))![0].length : 0);
  if (end <= begin && OPENING[type]?.test(text.slice(begin)) === true) return null;
  const whole = (fits: boolean): FoundValue | null => (fits ? { start: from, end, value: bare } : null);
  switch (type) {
    case 'text':
      return { start, end, value: raw };
    case 'token':
      return whole(TOKEN.test(bare));
    case 'token?':
    case 'ip':
      return whole(bare === '' || TOKEN.test(bare));
    case 'int':
      return whole(/^[0-9]+$/.test(bare));
    case 'phrase':
      return whole(PHRASE.test(bare));
    case 'kind':
      return whole(PHRASE.test(bare) && !bare.includes('/'));
    case 'stamp':
      return whole(STAMP.test(bare) && !BY_OR_WITH.test(bare));
    case 'quoted':
      if (!BEGINS_WITH_QUOTE.test(bare)) return { start, end, value: raw };
      return QUOTED.test(bare) ? { start: from + 1, end: end - 1, value: bare.slice(1, -1) } : null;
    case 'list':
    case 'tokens':
      return readList(type, bare, from);
  }
}

function readList(type: 'list' | 'tokens', bare: string, from: number): FoundValue | null {
  const end = from + bare.length;
  let found: FoundValue & { readonly list: OracleList };
  if (/^[[{]/.test(bare)) {
    if (closingBracket(bare) !== bare.length - 1) return null;
    found = { start: from + 1, end: end - 1, ...elementsOf(bracketedElements(bare.slice(1, -1)), false) };
  } else if (BEGINS_WITH_QUOTE.test(bare)) {
    if (!QUOTED.test(bare)) return null;
    found = { start: from + 1, end: end - 1, ...elementsOf(separatedElements(bare.slice(1, -1)), false) };
  } else {
    if (WORD_EQUALS.test(bare)) return null;
    found = { start: from, end, ...elementsOf(separatedElements(bare), true) };
  }
  return type === 'list' || found.list.elements.every((element) => TOKEN.test(element)) ? found : null;
}

function elementsOf(written: Written[], isBare: boolean): Pick<FoundValue, 'value'> & { readonly list: OracleList } {
  return { value: written.map(({ text }) => text), list: listOf(written, isBare) };
}

/** Whether a list begins that is not closed, with more than one element. */
export function isOpenList(text: string): boolean {
  const bare = text.replace(/^[ \t]+/, '');
  if (!bare.includes(',')) return false;
  return /^[[{]/.test(bare)
    ? closingBracket(bare) === -1
    : BEGINS_WITH_QUOTE.test(bare) && !/["“”„]/.test(bare.slice(1));
}

/** Where the bracket that a text begins with is closed, all brackets inside in pairs; -1 where it is not. */
export function closingBracket(text: string): number {
  const open: string[] = [];
  for (const [index, character] of [...text.split('')].entries()) {
    if (character === '[') open.push(']');
    if (character === '{') open.push('}');
    if (character === ']' || character === '}') {
      if (open.pop() !== character) return -1;
      if (open.length === 0) return index;
    }
  }
  return -1;
}

function separatedElements(content: string): Written[] {
  const texts = /^[ \t]*$/.test(content) ? [] : content.split(',').map(trimBlanks);
  return texts.map((text) => ({ text, isQuoted: false }));
}

function bracketedElements(content: string): Written[] {
  if (/^[ \t]*$/.test(content)) return [];
  const elements: Written[] = [];
  let rest: string | null = content;
  while (rest !== null) {
    const end = elementEnd(rest);
    const element = trimBlanks(rest.slice(0, end));
    const isQuoted = /^".*"$/s.test(element) && element.length > 1;
    elements.push({ text: isQuoted ? element.slice(1, -1) : element, isQuoted });
    rest = end === rest.length ? null : rest.slice(end + 1);
  }
  return elements;
}

/** The position of the comma that ends the first element, or the end of the text. */
function elementEnd(text: string): number {
  const commas = [...text.split('').keys()].filter((at) => text[at] === ',' && isBalanced(text.slice(0, at)));
  const ends = [...commas, text.length];
  const inQuotes = ends.find((at) => /^[ \t]*".*"[ \t]*$/s.test(text.slice(0, at)));
  return inQuotes ?? ends[0]!;
}

function isBalanced(text: string): boolean {
  return closingBracket(`[${text}]`) === text.length + 1;
}

function trimBlanks(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}
