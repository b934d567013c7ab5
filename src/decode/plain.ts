import { FIELDS } from '../catalogue/index.ts';
import { ListCursor } from './list.ts';
import { ABSENT, BRACKETED, CONSTANT, type DecodeStatus, NUMBER, type Reading, SEPARATED } from './reading.ts';

export type PlainValue = string | number | string[];

/** A reading as a plain object, for people and tests; the table is filled from the reading itself. */
export interface PlainReading {
  readonly status: DecodeStatus;
  readonly detail: string | null;
  readonly templateId: string | null;
  /** The fields that have a value, in the order of `FIELDS`. */
  readonly values: ReadonlyMap<string, PlainValue>;
  readonly unmapped: ReadonlyMap<string, string | string[]> | null;
}

export function plainReading(reading: Reading): PlainReading {
  const values = new Map<string, PlainValue>();
  for (const [field, { name }] of FIELDS.entries()) {
    if (reading.forms[field] !== ABSENT) values.set(name, plainValue(reading, field));
  }
  const { status, templateId, unmapped } = reading;
  return { status, detail: reading.detail(), templateId, values, unmapped };
}

function plainValue(reading: Reading, field: number): PlainValue {
  switch (reading.forms[field]) {
    case NUMBER:
      return reading.numbers[field]!;
    case CONSTANT:
      return reading.constants[field]!;
    case BRACKETED:
    case SEPARATED:
      return elements(reading, field);
    default:
      return reading.text(reading.starts[field]!, reading.ends[field]!);
  }
}

function elements(reading: Reading, field: number): string[] {
  const cursor = new ListCursor();
  cursor.set(reading.bytes, reading.starts[field]!, reading.ends[field]!, reading.forms[field]!);
  const texts: string[] = [];
  while (cursor.next()) texts.push(reading.text(cursor.start, cursor.end));
  return texts;
}
