import type { ColumnType } from './column-type.ts';
import { Bytes } from './rows.ts';
import { UsageError } from './usage-error.ts';

/**
 * A value of a column as formats with types have it: days since 1970 for dates; a time or an instant in the column's unit;
 * 64-bit integers, and the digits of decimals, as bigint; bytes; `{ months, days, micros }` as bigint; text for all that no
 * type is known of. Lists, structs and maps hold such values in turn. Null where there is none.
 */
export type Exact = (value: unknown) => unknown;

/** The greatest number of digits that a decimal of 128 bits holds. */
export const MOST_DIGITS = 38;

/** The decimal as which a 128-bit integer is written. */
export const WIDE_INTEGER = { width: MOST_DIGITS, scale: 0 };

const MICROS_A_SECOND = 1_000_000n;
const MS_A_DAY = 86_400_000;
const LATEST = 2n ** 63n - 1n;

const DATE = /^(\d+)-(\d\d)-(\d\d)( \(BC\))?$/;
const INSTANT =
  /^(\d+)-(\d\d)-(\d\d)( \(BC\))?[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?( \(BC\))?(?:Z|([+-])(\d\d)(?::(\d\d)(?::(\d\d))?)?)?$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?$/;

/**
 * Takes values of a column as they come, see {@link ColumnType}, for what they are.
 * @param inner the same for what is in lists, structs and maps
 */
export function exactValues(type: ColumnType, inner: (type: ColumnType) => Exact = exactValues): Exact {
  const exact = presentValues(type, inner);
  return (value) => (value === null || value === undefined ? null : exact(value));
}

function presentValues(type: ColumnType, inner: (type: ColumnType) => Exact): Exact {
  switch (type.kind) {
    case 'boolean':
      return (value) => value === true;
    case 'integer':
      if (type.bits === 128) return (value) => within(BigInt(String(value)), MOST_DIGITS);
      return type.bits === 64 ? (value) => BigInt(String(value)) : Number;
    case 'float':
      return Number;
    case 'decimal':
      return (value) => unscaled(String(value), type.scale);
    case 'date':
      return (value) => days(String(value));
    case 'time':
      return (value) => microsOfTime(String(value));
    case 'timestamp':
      return (value) => ticks(String(value), type.digits);
    case 'interval':
      return (value) => {
        const { months, days, micros } = value as { months: number; days: number; micros: string };
        return { months, days, micros: BigInt(micros) };
      };
    case 'blob':
      return (value) => (value instanceof Bytes ? value.bytes : Buffer.from(String(value)));
    case 'list': {
      const each = inner(type.of);
      return (value) => (value as unknown[]).map((item) => each(item));
    }
    case 'struct': {
      const fields = type.fields.map(({ name, type: of }) => [name, inner(of)] as const);
      return (value) => Object.fromEntries(fields.map(([name, exact]) => [name, exact((value as Named)[name])]));
    }
    case 'map': {
      const [key, of] = [inner(type.key), inner(type.value)];
      return (value) => (value as Entry[]).map((entry) => ({ key: key(entry.key), value: of(entry.value) }));
    }
    default:
      return (value) => (typeof value === 'string' ? value : JSON.stringify(value));
  }
}

type Named = Readonly<Record<string, unknown>>;
interface Entry {
  readonly key: unknown;
  readonly value: unknown;
}

function within(value: bigint, digits: number): bigint {
  if (value > -(10n ** BigInt(digits)) && value < 10n ** BigInt(digits)) return value;
  throw new UsageError(
    `expected an integer of ${digits} digits at most, found ${value}; have it as text: CAST(… AS VARCHAR)`,
  );
}

/** The digits of a decimal, as a whole number. */
function unscaled(text: string, scale: number): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(scale, '0'));
}

function days(text: string): number {
  const match = DATE.exec(text);
  if (match === null) return text.startsWith('-') ? -(2 ** 31) + 1 : 2 ** 31 - 1;
  return dayNumber(match[1]!, match[2]!, match[3]!, match[4] !== undefined);
}

function dayNumber(year: string, month: string, day: string, isBefore: boolean): number {
  const date = new Date(0);
  date.setUTCFullYear(isBefore ? 1 - Number(year) : Number(year), Number(month) - 1, Number(day));
  // Years that a Date does not reach are left to what comes 400 years nearer: the calendar repeats itself.
  if (!Number.isNaN(date.getTime())) return date.getTime() / MS_A_DAY;
  const cycles = Math.floor((Number(year) - 2000) / 400);
  date.setTime(0);
  date.setUTCFullYear(Number(year) - cycles * 400, Number(month) - 1, Number(day));
  return date.getTime() / MS_A_DAY + cycles * 146_097;
}

function microsOfTime(text: string): bigint {
  const [, hours = '0', minutes = '0', seconds = '0', fraction = ''] = TIME.exec(text) ?? [];
  return (
    BigInt(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * MICROS_A_SECOND +
    BigInt(fraction.padEnd(6, '0').slice(0, 6))
  );
}

/** A time and a day in units of so many digits of a second since 1970. */
function ticks(text: string, digits: number): bigint {
  const match = INSTANT.exec(text);
  if (match === null) return text.startsWith('-') ? -LATEST : LATEST;
  const [, year = '', month = '', day = '', before, hours, minutes, seconds, fraction = '', late, sign, ...offset] =
    match;
  const date = dayNumber(year, month, day, (before ?? late) !== undefined);
  const [east, eastMinutes, eastSeconds] = offset.map((each) => Number(each ?? 0));
  const shift = (east ?? 0) * 3600 + (eastMinutes ?? 0) * 60 + (eastSeconds ?? 0);
  const second =
    date * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) - (sign === '-' ? -shift : shift);
  return BigInt(second) * 10n ** BigInt(digits) + BigInt(fraction.padEnd(digits, '0').slice(0, digits) || 0);
}
