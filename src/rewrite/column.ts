import { isUtf8 } from 'node:buffer';
import type { ColumnMetaData, SchemaElement, SchemaTree } from 'hyparquet';
import { type ByteStream, type ColumnSpec, type PlainPage, type PlainValues, plainPages } from '../parquet/index.ts';

/**
 * How a number of ours is read from a PLAIN page: its bytes there, and its value at a position (microseconds for a
 * timestamp). Reading throws Error for one that would change on the way.
 */
export interface NumberForm {
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number;
}

/** How a text of ours is read from a PLAIN page. */
export interface TextForm {
  /** Bytes of every value; null where its length stands before each. */
  readonly width: number | null;
  /** Whether the file does not say that it is text. */
  readonly isDoubtful: boolean;
}

/** How the values of a column are read. */
export type ValueForm = TextForm | NumberForm;

const NO_BYTES = new Uint8Array(0);
const JULIAN_DAY_OF_1970 = 2_440_588;
const NANOS_PER_DAY = 86_400_000_000_000n;

const TEXT: TextForm = { width: null, isDoubtful: false };
/** A column of nulls alone, of whatever type. */
const NOTHING: NumberForm = {
  bytes: 0,
  read: () => {
    throw new Error('expected nulls alone, found a value');
  },
};
const INT32: NumberForm = { bytes: 4, read: (view, at) => view.getInt32(at, true) };
const UINT32: NumberForm = { bytes: 4, read: (view, at) => view.getUint32(at, true) };
const INT64: NumberForm = { bytes: 8, read: wholeNumber };
const UINT64: NumberForm = { bytes: 8, read: (view, at) => safe(Number(view.getBigUint64(at, true))) };
const FLOAT: NumberForm = { bytes: 4, read: (view, at) => safe(view.getFloat32(at, true)) };
const DOUBLE: NumberForm = { bytes: 8, read: (view, at) => safe(view.getFloat64(at, true)) };
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
 * How values of our type are read from a file's column, which may be of any type that holds them without loss; null where
 * it holds others.
 * Source: Parquet format, "Logical Types"; INT96 timestamps as Spark writes them.
 */
export function valueForm(type: ColumnSpec['type'], element: SchemaElement): ValueForm | null {
  if (element.logical_type?.type === 'NULL') return NOTHING;
  if (type === 'string') return textForm(element);
  if (type === 'timestamp') return timestampForm(element);
  const form = integerForm(element);
  return form !== null && type === 'int32' ? within32Bits(form) : form;
}

/** Whether these are texts. */
export function isText(form: ValueForm): form is TextForm {
  return 'width' in form;
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
  readonly #text: TextForm | null;
  readonly #number: NumberForm | null;
  readonly #pages: ReturnType<typeof plainPages>;
  #dictionary = new Dictionary();
  #page: PlainPage = { rows: 0, present: null, values: new Uint32Array(0) };
  #row = 0;
  #value = 0;
  /** Position of the next PLAIN value. */
  #at = 0;
  #pageBytes: Uint8Array = NO_BYTES;

  /** @param schemaPath from the root of the schema to the column */
  constructor(stream: ByteStream, { type, codec }: ColumnMetaData, schemaPath: readonly SchemaTree[], form: ValueForm) {
    this.#form = form;
    this.#text = isText(form) ? form : null;
    this.#number = isText(form) ? null : form;
    this.#pages = plainPages(stream, type, { codec, schemaPath });
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
    if (values instanceof Uint32Array) this.#takeEntry(values[this.#value]!);
    else this.#takePlain(values);
    this.#value++;
  }

  #takeEntry(entry: number): void {
    const { starts, ends, numbers, bytes } = this.#dictionary;
    if (entry >= starts.length + numbers.length) throw new Error(`its dictionary has no entry ${entry}`);
    if (this.#text !== null) {
      this.bytes = bytes;
      this.start = starts[entry]!;
      this.end = ends[entry]!;
    } else {
      this.number = numbers[entry]!;
    }
  }

  #takePlain({ view }: PlainValues): void {
    if (this.#text !== null) {
      this.bytes = this.#pageBytes;
      this.start = this.#text.width === null ? this.#at + 4 : this.#at;
      this.end = textEnd(this.#text, view, this.#at);
      this.#at = this.end;
      if (this.#text.isDoubtful) checkText(this.bytes, this.start, this.end);
    } else if (this.#number !== null) {
      this.number = this.#number.read(view, this.#at);
      this.#at += this.#number.bytes;
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
    this.#pageBytes = page.values instanceof Uint32Array ? NO_BYTES : bytesOf(page.values.view);
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
    form: ValueForm = TEXT,
  ) {
    this.bytes = bytesOf(view);
    const texts = isText(form) ? count : 0;
    this.starts = new Uint32Array(texts);
    this.ends = new Uint32Array(texts);
    this.numbers = new Float64Array(count - texts);
    let at = 0;
    for (let entry = 0; entry < count; entry++) {
      if (isText(form)) {
        this.starts[entry] = form.width === null ? at + 4 : at;
        at = textEnd(form, view, at);
        this.ends[entry] = at;
        if (form.isDoubtful) checkText(this.bytes, this.starts[entry]!, at);
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

/** Where the text ends that begins, or whose length stands, at a position. */
function textEnd({ width }: TextForm, view: DataView, at: number): number {
  const end = width === null ? at + 4 + view.getUint32(at, true) : at + width;
  if (end > view.byteLength) throw new Error('a text goes beyond its page');
  return end;
}

function checkText(bytes: Uint8Array, start: number, end: number): void {
  if (!isUtf8(bytes.subarray(start, end))) throw new Error('expected text, found bytes that are not UTF-8');
}

/** What is written as bytes and not called text by its file may be text all the same. */
function textForm({ type, type_length, converted_type: converted, logical_type: logical }: SchemaElement) {
  const kind = logical?.type ?? converted;
  const isBytes = kind === undefined || kind === 'STRING' || kind === 'UTF8' || kind === 'ENUM' || kind === 'JSON';
  if (!isBytes) return null;
  if (type === 'BYTE_ARRAY') return { width: null, isDoubtful: kind === undefined };
  return type === 'FIXED_LEN_BYTE_ARRAY' ? { width: type_length ?? 0, isDoubtful: true } : null;
}

/** Whole numbers, of whatever width and sign, and floating-point ones as far as they are whole. */
function integerForm({ type, converted_type: converted, logical_type: logical, scale }: SchemaElement) {
  if (type === 'FLOAT' || type === 'DOUBLE') return type === 'FLOAT' ? FLOAT : DOUBLE;
  if (type !== 'INT32' && type !== 'INT64') return null;
  const isDecimal = converted === 'DECIMAL' || logical?.type === 'DECIMAL';
  if (isDecimal) return (scale ?? 0) === 0 ? (type === 'INT32' ? INT32 : INT64) : null;
  if (converted !== undefined && !/^U?INT_\d+$/.test(converted)) return null;
  if (logical !== undefined && logical.type !== 'INTEGER') return null;
  const isUnsigned = converted?.startsWith('U') === true || (logical?.type === 'INTEGER' && !logical.isSigned);
  if (type === 'INT32') return isUnsigned ? UINT32 : INT32;
  return isUnsigned ? UINT64 : INT64;
}

function within32Bits(form: NumberForm): NumberForm {
  if (form === INT32) return form;
  const read = (view: DataView, at: number): number => {
    const value = form.read(view, at);
    if (value === (value | 0)) return value | 0;
    throw new Error(`expected a whole number of 32 bits, found ${value}`);
  };
  return { bytes: form.bytes, read };
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
