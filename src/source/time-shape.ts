import { MONTH_NAMES, WEEKDAY_NAMES } from './calendar-names.ts';

const TOKEN = /\d+|[\p{L}\p{M}]+|\s+|[^\d\p{L}\p{M}\s]/gu;
const HALF_DAY = /^(?:[ap]m|上午|下午|午前|午後|오전|오후)$/iu;
const DOTTED_HALF_DAY = /([ap])\.[\s\u00a0\u202f]?(m)\.?/giu;
/** What `XXX` reads, and no literal may stand for: it would be taken for local time. */
const OFFSET =
  /(?:(?:UTC|GMT)(?:[+-]\d{1,2}(?::?\d{2})?)?|(?<=\d)Z|(?<=[:.]\d\d(?:[.,]\d{1,9})?\s?|[ap]\.?m\.?\s)[+-]\d{2}(?::?\d{2})?)(?![\p{L}\d])/iu;
/** An offset whose sign no pattern reads. */
const OTHER_SIGN = /[\u2212\u2012-\u2014\ufe63\uff0d]\d/u;
/** A week and its day, a day of the year: no token stands for them. */
const OTHER_DATE = /\d{4}-?W\d|^\D*\d{4}-\d{3}(?!\d)/u;
const COMPACT = /^\d{8}(?:T|\s)?\d{9}$/;
/** In these orders a date of three numbers is written, by where a year of four digits stands; two digits may be any of them. */
const DATES: Readonly<Record<'first' | 'last' | 'short', readonly string[]>> = {
  first: ['yMd', 'ydM'],
  last: ['Mdy', 'dMy'],
  short: ['Mdy', 'dMy', 'yMd'],
};

interface Token {
  readonly text: string;
  readonly kind: 'number' | 'month' | 'weekday' | 'half_day' | 'offset' | 'word' | 'blank' | 'mark';
}

/**
 * Patterns that times of such a shape may be meant in: whether they read it, and which one is meant, is to be seen. None where it
 * has no date of three parts with a time of day. A month without name and a year of two digits may stand in several orders.
 */
export function patternsLike(text: string): readonly string[] {
  if (OTHER_SIGN.test(text) || OTHER_DATE.test(text)) return [];
  if (COMPACT.test(text)) return [`yyyyMMdd${/\d$/.test(text[8]!) ? '' : text[8] === 'T' ? "'T'" : ' '}HHmmssSSS`];
  const tokens = tokensOf(text);
  const clock = clockOf(tokens);
  if (clock === null) return [];
  const date = tokens.flatMap(({ kind }, at) =>
    clock.has(at) || !(kind === 'number' || kind === 'month') ? [] : [at],
  );
  if (date.length !== 3) return [];
  return ordersOf(date.map((at) => tokens[at]!)).map((order) => {
    const fields = new Map([...clock, ...date.map((at, index) => [at, order[index]!] as const)]);
    return patternOf(tokens, fields);
  });
}

function tokensOf(text: string): Token[] {
  const offset = OFFSET.exec(text.replace(DOTTED_HALF_DAY, (found) => 'm'.repeat(found.length)));
  const before = offset === null ? text : text.slice(0, offset.index);
  const behind = offset === null ? '' : text.slice(offset.index + offset[0].length);
  const parts = (part: string): Token[] =>
    (part.replace(DOTTED_HALF_DAY, '$1$2').match(TOKEN) ?? []).map((each) => ({ text: each, kind: kindOf(each) }));
  return [
    ...parts(before),
    ...(offset === null ? [] : [{ text: offset[0], kind: 'offset' } as const]),
    ...parts(behind),
  ];
}

function kindOf(text: string): Token['kind'] {
  const name = text.toLowerCase();
  if (/^\d/.test(text)) return 'number';
  if (/^\s/.test(text)) return 'blank';
  if (HALF_DAY.test(text)) return 'half_day';
  if (MONTH_NAMES.has(name)) return 'month';
  if (WEEKDAY_NAMES.has(name)) return 'weekday';
  return /^[\p{L}\p{M}]/u.test(text) ? 'word' : 'mark';
}

/** The fields of the time of day by the places of their tokens; null where there is none. */
function clockOf(tokens: readonly Token[]): Map<number, string> | null {
  const numbers = tokens.flatMap(({ kind }, at) => (kind === 'number' ? [at] : []));
  const isHour = (at: number, index: number) => tokens[at + 1]?.text === ':' && numbers[index + 1] === at + 2;
  const dateParts = tokens.filter(({ kind }) => kind === 'month').length;
  // Behind a date, a colon may stand before the time of day too; without any colon it is what is left behind the date.
  const colons = numbers.flatMap((at, index) => (isHour(at, index) && tokens[at]!.text.length <= 2 ? [index] : []));
  const first = colons[0] ?? 3 - dateParts;
  const at = numbers[first];
  if (at === undefined) return null;
  const isHalf = tokens.some(({ kind }) => kind === 'half_day');
  const fields = [isHalf ? 'h' : 'H', 'm', 's', 'f'];
  const clock = new Map<number, string>();
  for (const [index, place] of numbers.slice(first).entries()) {
    const { text } = tokens[place]!;
    const isYear = index >= 2 && text.length === 4 && tokens[place - 1]!.kind === 'blank';
    const fits = index === 3 ? text.length <= 9 && place === numbers[first + 2]! + 2 : text.length <= 2;
    if (index > 3 || isYear || !fits) break;
    clock.set(place, fields[index]!);
  }
  return clock.size < 2 ? null : clock;
}

function ordersOf(date: readonly Token[]): readonly string[] {
  const years = date.map(({ text }) => text.length === 4 && /^\d/.test(text));
  if (date.some(({ kind, text }, at) => kind === 'number' && text.length > 2 && !years[at])) return [];
  const month = date.findIndex(({ kind }) => kind === 'month');
  if (month < 0) return years[0] ? DATES.first : years[2] ? DATES.last : years[1] ? [] : DATES.short;
  if (date.filter(({ kind }) => kind === 'month').length > 1) return [];
  const named = (year: number) => date.map((_, at) => (at === month ? 'N' : at === year ? 'y' : 'd')).join('');
  const year = years.indexOf(true);
  const others = [0, 1, 2].filter((at) => at !== month && date[at]!.text.length === 2);
  return year >= 0 ? [named(year)] : others.toReversed().map(named);
}

function patternOf(tokens: readonly Token[], fields: ReadonlyMap<number, string>): string {
  const isPadded = (letters: RegExp) =>
    [...fields].some(
      ([at, field]) => letters.test(field) && tokens[at]!.text.startsWith('0') && tokens[at]!.text.length === 2,
    );
  const paddedDate = isPadded(/[Md]/);
  const wideMinutes = [...fields].every(([at, field]) => !/[ms]/.test(field) || tokens[at]!.text.length === 2);
  const paddedHour = isPadded(/[Hh]/);
  return tokens
    .map(({ text, kind }, at) => {
      const field = fields.get(at);
      if (field === 'N') return 'MMM';
      if (field === 'y') return text.length === 4 ? 'yyyy' : 'yy';
      if (field === 'f') return tokens[at - 1]!.text === '.' ? 'f' : 'S'.repeat(text.length);
      if (field !== undefined) {
        const isWide = /[ms]/.test(field) ? wideMinutes : /[Md]/.test(field) ? paddedDate : paddedHour;
        return isWide ? field.repeat(2) : field;
      }
      return kind === 'number' || kind === 'word' ? literal(text) : (OTHERS[kind]?.(text) ?? '');
    })
    .join('');
}

const OTHERS: Readonly<Partial<Record<Token['kind'], (text: string) => string>>> = {
  weekday: () => 'EEE',
  month: literal,
  half_day: () => 'a',
  offset: () => 'XXX',
  blank: () => ' ',
  mark: (text) => (text === "'" ? "''" : text === '[' || text === ']' ? `'${text}'` : text),
};

function literal(text: string): string {
  return /\p{Script=Latin}/u.test(text) ? `'${text}'` : text;
}
