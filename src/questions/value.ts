import { Temporal } from 'temporal-polyfill';
import { PARAMETER_TYPES, type ParameterType } from './parameter-type.ts';

/** A value that a parameter does not take: what was expected, and what was found. */
export class ValueError extends Error {}

/** The value of a parameter. Numbers as SQL writes them; a time of day in seconds, weekdays from 1, Monday. */
export type Value =
  | { readonly kind: 'number'; readonly digits: string }
  | { readonly kind: 'numbers'; readonly numbers: readonly number[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  /** Whole names and ids that stand for a word of them, where the word itself is nowhere to be found; any of them. */
  | { readonly kind: 'people'; readonly names: readonly string[] }
  | { readonly kind: 'zone'; readonly zone: string };

/** A value as it is given: on a command line as text, in a file as JSON has it. */
export type Written = string | number | readonly (string | number)[];

/** More would be no threshold, and too much for what it is counted against. */
const MOST = 2_000_000_000;
const MOST_DAYS = 3660;
const LONGEST_TEXT = 1000;
const MOST_TEXTS = 1000;

/** Reads a value. @throws ValueError */
export function readValue({ type }: { readonly type: ParameterType }, written: Written): Value {
  return READERS[type](written);
}

const READERS: Readonly<Record<ParameterType, (written: Written) => Value>> = {
  integer: (written) => wholeNumber(written, 'integer', MOST),
  days: (written) => wholeNumber(written, 'days', MOST_DAYS),
  number: (written) => {
    const text = plainText(written, 'number');
    if (!/^\d{1,10}(\.\d{1,6})?$/.test(text)) throw unexpected('number', written);
    return { kind: 'number', digits: text };
  },
  text: (written) => ({ kind: 'text', text: checkedText(plainText(written, 'text')) }),
  id: (written) => {
    const text = checkedText(plainText(written, 'id'));
    if (text.trim() === '') throw unexpected('id', written);
    return { kind: 'text', text };
  },
  texts: (written) => {
    const texts = listOf(written).map((text) => checkedText(text));
    if (texts.length > MOST_TEXTS) throw new ValueError(`expected at most ${MOST_TEXTS} texts, found ${texts.length}`);
    return { kind: 'texts', texts };
  },
  time: (written) => {
    const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(plainText(written, 'time')) ?? [];
    const seconds = Number(hours) * 3600 + Number(minutes) * 60;
    if (!(Number(minutes) < 60 && seconds <= 86_400)) throw unexpected('time', written);
    return { kind: 'number', digits: String(seconds) };
  },
  weekdays: (written) => {
    const numbers = new Set(listOf(written).flatMap((part) => weekdaysOf(part, written)));
    if (numbers.size === 0) throw unexpected('weekdays', written);
    return { kind: 'numbers', numbers: [...numbers].sort() };
  },
  zone: (written) => {
    try {
      const zone = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(plainText(written, 'zone')).timeZoneId;
      return { kind: 'zone', zone };
    } catch (error) {
      if (error instanceof RangeError) throw unexpected('zone', written);
      throw error;
    }
  },
};

function wholeNumber(written: Written, type: 'integer' | 'days', most: number): Value {
  const text = plainText(written, type);
  if (!/^\d{1,10}$/.test(text)) throw unexpected(type, written);
  if (Number(text) > most) throw new ValueError(`expected at most ${most}, found ${text}`);
  return { kind: 'number', digits: String(Number(text)) };
}

function plainText(written: Written, type: ParameterType): string {
  if (typeof written === 'object') throw unexpected(type, written);
  return String(written);
}

function checkedText(text: string): string {
  if (text.includes('\0') || !text.isWellFormed())
    throw new ValueError(`expected a text that a lake can hold, found ${JSON.stringify(text)}`);
  if (text.length > LONGEST_TEXT)
    throw new ValueError(`expected at most ${LONGEST_TEXT} characters, found ${text.length}`);
  return text;
}

/** The items of a list: as a file has them, or of a text with commas between them; one that holds a comma stands in double quotes. */
function listOf(written: Written): string[] {
  if (typeof written === 'object') return written.map(String);
  const items = [...String(written).matchAll(/\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*(?:,|$)/gy)];
  const length = items.reduce((sum, [all]) => sum + all.length, 0);
  if (length < String(written).length)
    throw new ValueError(`expected a list such as a, b, "c, d", found ${JSON.stringify(written)}`);
  return items
    .map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain.trim())
    .filter((item, index) => item !== '' || items[index]?.[1] !== undefined);
}

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** The days of `fri-mon`, `3` or `Sunday`. */
function weekdaysOf(part: string, written: Written): number[] {
  const [from, to = from, ...more] = part.split('-').map((text) => {
    const name = text.trim().toLowerCase();
    if (/^[1-7]$/.test(name)) return Number(name);
    const index = DAYS.findIndex((day) => name === day || name === day.slice(0, 3));
    if (index < 0) throw unexpected('weekdays', written);
    return index + 1;
  });
  if (from === undefined || to === undefined || more.length > 0) throw unexpected('weekdays', written);
  return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, later) => ((from + later - 1) % 7) + 1);
}

function unexpected(type: ParameterType, written: Written): ValueError {
  return new ValueError(`expected ${PARAMETER_TYPES[type]}, found ${JSON.stringify(written)}`);
}
