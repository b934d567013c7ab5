import { isAscii } from './folded-text.ts';

/** A text written otherwise, and where each of its UTF-16 units, and its end, was in the text that it is made of. */
export interface TextForm {
  readonly text: string;
  /** Null where each unit is in its place. */
  readonly at: readonly number[] | null;
}

/** What nobody sees, or what parts words in more than one way: several blanks, a line end, a comma without a blank. */
const UNTIDY =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\p{Default_Ignorable_Code_Point}\p{Cf}\x00-\x08\x0e-\x1f\x7f]+|\s*,\s*(?=[\p{L}\p{N}])|[^\S ]\s*| \s+/gu;
const MAY_BE_UNTIDY = /[^\x21-\x7e ]| {2}| ,|,[^ ]/;

/** Signs that part the words of a name where one is written without blanks. */
const SEPARATOR = /(?<=[\p{L}\p{N}])[._-](?=[\p{L}\p{N}])/gu;
const ASCII_SEPARATOR = /(?<=[a-z0-9])[._-](?=[a-z0-9])/gi;

const MARKS = /\p{M}/gu;
const PLAIN: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', ł: 'l', đ: 'd', æ: 'ae', œ: 'oe', ı: 'i' };
const GERMAN: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' };
const NOT_ASCII = /[\u0080-\u{10ffff}]/gu;

/** A text without what nobody sees, with one blank where there are several or a line ends; null where it is so already. */
export function tidied(text: string): TextForm | null {
  if (!MAY_BE_UNTIDY.test(text)) return null;
  const form = rewritten({ text, at: null }, UNTIDY, (found) => {
    if (found.includes(',')) return ', ';
    return /\s/.test(found) ? ' ' : '';
  });
  return form.text === text ? null : form;
}

/** A folded text in letters without marks (`jorg muller`), and as German writes umlauts without them (`joerg mueller`). */
export function inPlainLetters(form: TextForm): TextForm[] {
  if (isAscii(form.text)) return [];
  const plain = (letter: string) => PLAIN[letter] ?? letter.normalize('NFD').replace(MARKS, '');
  return [
    rewritten(form, NOT_ASCII, plain),
    rewritten(form, NOT_ASCII, (letter) => GERMAN[letter] ?? plain(letter)),
  ].filter(({ text }) => text !== form.text);
}

/** A text with blanks in place of the signs that part words without them. Each unit stays in its place. */
export function parted(text: string): string {
  return text.replace(isAscii(text) ? ASCII_SEPARATOR : SEPARATOR, ' ');
}

function rewritten({ text, at }: TextForm, pattern: RegExp, write: (found: string) => string): TextForm {
  let made = '';
  const places: number[] = [];
  let done = 0;
  const place = (index: number) => (at === null ? index : (at[index] ?? index));
  const keep = (to: number) => {
    made += text.slice(done, to);
    for (; done < to; done++) places.push(place(done));
  };
  for (const { 0: found, index } of text.matchAll(pattern)) {
    keep(index);
    const written = write(found);
    made += written;
    for (let unit = 0; unit < written.length; unit++) places.push(place(index));
    done = index + found.length;
  }
  keep(text.length);
  places.push(place(text.length));
  return { text: made, at: places };
}
