import type { ColumnMetaData, SchemaElement } from 'hyparquet';
import type { ColumnSpec } from '../parquet/index.ts';
import type { FileStretch } from './rewrite-bytes.ts';
import { type DataPage, type PlainValues, pagesOf } from './rewrite-page.ts';

/**
 * How a number of ours is read from a PLAIN page: its bytes there, and its value at a position (microseconds for a
 * timestamp). Reading throws Error for one that would change on the way.
 */
export interface NumberForm {
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number;
}

/** How the values of a column are read. */
export type ValueForm = 'text' | NumberForm;

const NO_BYTES = new Uint8Array(0);
const JULIAN_DAY_OF_1970 = 2_440_588;
const NANOS_PER_DAY = 86_400_000_000_000n;

const INT32: NumberForm = { bytes: 4, read: (view, at) => view.getInt32(at, true) };
const INT64: NumberForm = { bytes: 8, read: wholeNumber };
const MILLIS: NumberForm = { bytes: 8, read: (view, at) => safe(wholeNumber(view, at) * 1000) };
const NANOS: NumberForm = { bytes: 8, read: (view, at) => microsOf(view.getBigInt64(at, true)) };
const INT96: NumberForm = {
  bytes: 12,
  read: (view, at) => {
    const days = BigInt(view.getInt32(at + 8, true) - JULIAN_DAY_OF_1970);
    return microsOf(days * NANOS_PER_DAY + view.getBigInt64(at, true));
  },
};

/**
 * How values of our type are read from a file's column; null where it holds another type.
 * Source: Parquet format, "Logical Types"; INT96 timestamps as Spark writes them.
 */
export function valueForm(type: ColumnSpec['type'], element: SchemaElement): ValueForm | null {
  const { type: physical, converted_type: converted, logical_type: logical } = element;
  if (type === 'string') {
    const isText = logical?.type === 'STRING' || converted === 'UTF8';
    return physical === 'BYTE_ARRAY' && isText ? 'text' : null;
  }
  if (type === 'timestamp') return timestampForm(element);
  const isSigned =
    (converted === undefined || /^INT_\d+$/.test(converted)) && (logical?.type ?? 'INTEGER') === 'INTEGER';
  if (!isSigned || physical !== (type === 'int32' ? 'INT32' : 'INT64')) return null;
  return type === 'int32' ? INT32 : INT64;
}

/**
 * The values of one column of a row group, one row after another. One page is in memory at a time, and no value of it is
 * copied: a text is a slice of the page, a number is read where it stands.
 */
export class ColumnCursor {
  /** Whether the current row lacks a value. */
  isNull = true;
  /** The current row's text: bytes[start, end), UTF-8, valid until the next page. */
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;
  /** The current row's number. */
  number = 0;
  readonly #form: ValueForm;
  readonly #pages: ReturnType<typeof pagesOf>;
  #dictionary = new Dictionary();
  #page: DataPage = { rows: 0, present: null, values: new Int32Array(0) };
  #row = 0;
  #value = 0;
  /** Position of the next PLAIN value. */
  #at = 0;
  #pageBytes: Uint8Array = NO_BYTES;

  constructor(stretch: FileStretch, chunk: ColumnMetaData, element: SchemaElement, form: ValueForm) {
    this.#form = form;
    this.#pages = pagesOf(stretch, chunk, element.repetition_type !== 'REQUIRED');
  }

  /** Rows that can be gone to before {@link load} is called again. */
  get rowsLeft(): number {
    return this.#page.rows - this.#row;
  }

  /** Reads the next page once the last one is done. @throws Error where there is none, or it cannot be decoded */
  async load(): Promise<void> {
    while (this.rowsLeft === 0) await this.#nextPage();
  }

  /** Goes to the next row. @throws Error for a value that cannot be read */
  next(): void {
    const { present, values } = this.#page;
    this.isNull = present !== null && present[this.#row] === 0;
    this.#row++;
    if (this.isNull) return;
    if (values instanceof Int32Array) this.#takeEntry(values[this.#value]!);
    else this.#takePlain(values);
    this.#value++;
  }

  #takeEntry(entry: number): void {
    const { starts, ends, numbers, bytes } = this.#dictionary;
    if (entry >= starts.length + numbers.length) throw new Error(`its dictionary has no entry ${entry}`);
    if (this.#form === 'text') {
      this.bytes = bytes;
      this.start = starts[entry]!;
      this.end = ends[entry]!;
    } else {
      this.number = numbers[entry]!;
    }
  }

  #takePlain({ view }: PlainValues): void {
    if (this.#form === 'text') {
      this.bytes = this.#pageBytes;
      this.start = this.#at + 4;
      this.end = textEnd(view, this.#at);
      this.#at = this.end;
    } else {
      this.number = this.#form.read(view, this.#at);
      this.#at += this.#form.bytes;
    }
  }

  async #nextPage(): Promise<void> {
    const { value: page } = await this.#pages.next();
    if (page === undefined) throw new Error('a column ends before its row group does');
    if ('dictionary' in page) {
      this.#dictionary = new Dictionary(page.dictionary, this.#form);
      return;
    }
    this.#page = page;
    this.#row = 0;
    this.#value = 0;
    this.#at = 0;
    this.#pageBytes = page.values instanceof Int32Array ? NO_BYTES : bytesOf(page.values.view);
  }
}

/** The entries of a dictionary page: slices of it, or numbers. */
class Dictionary {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly numbers: Float64Array;

  constructor(
    { view, count }: PlainValues = { view: new DataView(new ArrayBuffer(0)), count: 0 },
    form: ValueForm = 'text',
  ) {
    this.bytes = bytesOf(view);
    const texts = form === 'text' ? count : 0;
    this.starts = new Uint32Array(texts);
    this.ends = new Uint32Array(texts);
    this.numbers = new Float64Array(count - texts);
    let at = 0;
    for (let entry = 0; entry < count; entry++) {
      if (form === 'text') {
        this.starts[entry] = at + 4;
        at = textEnd(view, at);
        this.ends[entry] = at;
      } else {
        this.numbers[entry] = form.read(view, at);
        at += form.bytes;
      }
    }
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: DataView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Where the text ends whose length stands at a position. */
function textEnd(view: DataView, at: number): number {
  const end = at + 4 + view.getUint32(at, true);
  if (end > view.byteLength) throw new Error('a text goes beyond its page');
  return end;
}

function timestampForm({ type, converted_type: converted, logical_type: logical }: SchemaElement): NumberForm | null {
  if (type === 'INT96') return INT96;
  if (type !== 'INT64') return null;
  if (logical?.type !== 'TIMESTAMP') {
    if (converted === 'TIMESTAMP_MICROS') return INT64;
    return converted === 'TIMESTAMP_MILLIS' ? MILLIS : null;
  }
  // A local time says nothing of the instant.
  if (!logical.isAdjustedToUTC) return null;
  return { MICROS: INT64, MILLIS, NANOS }[logical.unit];
}

function wholeNumber(view: DataView, at: number): number {
  return safe(view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true));
}

function safe(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new Error(`expected a whole number of at most 2^53, found about ${value}`);
}

function microsOf(nanos: bigint): number {
  if (nanos % 1000n !== 0n) throw new Error(`${nanos} ns since 1970 is no whole number of microseconds`);
  return safe(Number(nanos / 1000n));
}
