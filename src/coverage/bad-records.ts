import * as z from 'zod';
import { instantOf, type SourceSettings } from '../source/index.ts';
import { FileNotFound, readAll, type Storage } from '../storage/index.ts';

/** A record in quarantine, as far as its text can be read. */
export interface BadRecord {
  /** The text: the same in two exports that overlap. */
  readonly text: string;
  /** When it happened, in milliseconds since 1970; null where its text does not say. */
  readonly time: number | null;
  /** Its code, where a field is one; else the numbers in it that may be, in the order of the text. */
  readonly codes: readonly number[];
}

const LINE = z.object({ raw: z.string().optional(), raw_base64: z.string().optional() });
const FIELD_ENDS = /[,;\t|"{}[\]\r\n]+/;
const CODE = /^\d{5}$/;
const NAMED_CODE = /(?<![\w.])\d{5}(?![\w.])/g;
/** Fields at the beginning of a record in which its time may stand. */
const MOST_FIELDS = 16;

/**
 * The records of a file of bad rows; none where it is gone.
 * @throws storage errors
 */
export async function badRecords(storage: Storage, path: string, settings: SourceSettings): Promise<BadRecord[]> {
  const content = await readAll(storage, path).catch((error: unknown) => {
    if (error instanceof FileNotFound) return new Uint8Array();
    throw error;
  });
  return Buffer.from(content)
    .toString('utf8')
    .split('\n')
    .flatMap((line) => badRecord(line, settings) ?? []);
}

function badRecord(line: string, settings: SourceSettings): BadRecord | null {
  const parsed = line === '' ? null : LINE.safeParse(parsedOf(line));
  if (parsed?.success !== true) return null;
  const { raw, raw_base64: base64 } = parsed.data;
  const text = raw ?? (base64 === undefined ? null : Buffer.from(base64, 'base64').toString('latin1'));
  if (text === null) return null;
  const fields = text.split(FIELD_ENDS).map((field) => field.trim());
  // A record names other codes as well: the first field that is one and nothing else is its own.
  const whole = fields.slice(0, MOST_FIELDS).find((field) => CODE.test(field));
  const mentioned = [...text.matchAll(NAMED_CODE)].map(([found]) => Number(found));
  const codes = whole === undefined ? [...new Set(mentioned)] : [Number(whole)];
  return { text, time: timeOf(fields, settings), codes };
}

function timeOf(fields: readonly string[], { timeFormat, timeZone }: SourceSettings): number | null {
  for (const field of fields.slice(0, MOST_FIELDS)) {
    if (field.length < 8 || CODE.test(field)) continue;
    const instant = instantOf(field, timeFormat, timeZone);
    if (instant !== null) return Date.parse(instant);
  }
  return null;
}

function parsedOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
