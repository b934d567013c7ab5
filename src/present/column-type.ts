/**
 * What a column of an answer holds, whichever engine it came from. Its values are as JSON has them: integers that a JSON
 * number does not hold exactly, and decimals, are their digits as text; dates, times and instants are text as SQL writes
 * them; bytes are {@link Bytes}; what is no finite number is `NaN`, `Infinity` or `-Infinity` as text.
 */
export type ColumnType =
  | { readonly kind: 'text' | 'boolean' | 'date' | 'time' | 'blob' | 'uuid' }
  /** Text that is JSON. */
  | { readonly kind: 'json' }
  | { readonly kind: 'integer'; readonly bits: 8 | 16 | 32 | 64 | 128; readonly signed: boolean }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  | { readonly kind: 'decimal'; readonly width: number; readonly scale: number }
  /** An instant (in UTC), or a day and a time of no zone; to so many digits of a second. */
  | { readonly kind: 'timestamp'; readonly digits: 0 | 3 | 6 | 9; readonly isInstant: boolean }
  /** `{ months, days, micros }`. */
  | { readonly kind: 'interval' }
  | { readonly kind: 'list'; readonly of: ColumnType }
  | { readonly kind: 'struct'; readonly fields: readonly StructField[] }
  /** An array of `{ key, value }`. */
  | { readonly kind: 'map'; readonly key: ColumnType; readonly value: ColumnType }
  /** Anything else, as JSON or text has it. */
  | { readonly kind: 'other' };

export interface StructField {
  readonly name: string;
  readonly type: ColumnType;
}

export const TEXT: ColumnType = { kind: 'text' };
export const WHOLE_NUMBER: ColumnType = { kind: 'integer', bits: 64, signed: true };
export const INSTANT: ColumnType = { kind: 'timestamp', digits: 6, isInstant: true };
export const TEXTS: ColumnType = { kind: 'list', of: TEXT };

/** Whether a column holds numbers, which are written to the right. */
export function isNumeric({ kind }: ColumnType): boolean {
  return kind === 'integer' || kind === 'float' || kind === 'decimal';
}

/** An instant as rows have it. */
export function sqlInstant(instant: Date): string {
  return `${instant.toISOString().slice(0, -1).replace('T', ' ')}+00`;
}
