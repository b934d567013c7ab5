import type { ColumnMetaData, DataReader, Encoding, PageHeader, ParquetType } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from 'hyparquet/src/delta.js';
import { byteStreamSplit, readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { DECOMPRESSORS } from '../parquet/index.ts';
import type { FileStretch } from './bytes.ts';

const FIRST_HEADER_BYTES = 64 * 1024;

/** A page of values in the PLAIN encoding, whatever it was before. */
export interface PlainValues {
  readonly view: DataView<ArrayBufferLike>;
  readonly count: number;
}

/** A data page of a flat column. Its values are PLAIN, or indexes into the dictionary that came before it. */
export interface DataPage {
  readonly rows: number;
  /** For each row 1 where it has a value; null where all have one. */
  readonly present: Uint8Array | null;
  readonly values: PlainValues | Int32Array;
}

/**
 * The pages of a flat column, decompressed one at a time: first the dictionary, where there is one.
 * Source: Parquet format, "Data Pages" and "Encodings".
 * @param isOptional whether a row may lack a value
 * @throws Error for what is no page, or one in an encoding that does not exist for the type
 */
export async function* pagesOf(
  stretch: FileStretch,
  { type, codec }: ColumnMetaData,
  isOptional: boolean,
): AsyncGenerator<DataPage | { readonly dictionary: PlainValues }, undefined> {
  while (stretch.left > 0) {
    const header = await headerOf(stretch);
    const { uncompressed_page_size: fullSize } = header;
    const body = await stretch.take(header.compressed_page_size);
    const { data_page_header: v1, data_page_header_v2: v2, dictionary_page_header: dictionary } = header;
    if (dictionary !== undefined) {
      const page = decompressPage(body, fullSize, codec, DECOMPRESSORS);
      yield { dictionary: { view: viewOf(page), count: dictionary.num_values } };
    } else if (v1 !== undefined) {
      const page = readerOf(decompressPage(body, fullSize, codec, DECOMPRESSORS));
      const present = isOptional ? levels(page, v1.num_values, undefined) : null;
      yield { rows: v1.num_values, present, values: valuesOf(page, type, v1.encoding, count(present, v1.num_values)) };
    } else if (v2 !== undefined) {
      const { num_values: rows, definition_levels_byte_length: levelBytes, repetition_levels_byte_length: other } = v2;
      const start = levelBytes + other;
      const present = isOptional ? levels(readerOf(body.subarray(other, start)), rows, levelBytes) : null;
      const stored = body.subarray(start);
      const page = v2.is_compressed === false ? stored : decompressPage(stored, fullSize - start, codec, DECOMPRESSORS);
      yield { rows, present, values: valuesOf(readerOf(page), type, v2.encoding, count(present, rows)) };
    }
    // A page of another kind, such as an index, holds no rows.
  }
}

/** Takes the next page header. Its length is known only once it is read; statistics in it may be long. */
async function headerOf(stretch: FileStretch): Promise<PageHeader> {
  for (let size = FIRST_HEADER_BYTES; ; size *= 2) {
    const reader = readerOf(await stretch.peek(size));
    try {
      const header = parquetHeader(reader);
      await stretch.take(reader.offset);
      return header;
    } catch (error) {
      if (!(error instanceof RangeError) || size >= stretch.left) throw error;
    }
  }
}

function levels(reader: DataReader, rows: number, bytes: number | undefined): Uint8Array {
  const present = new Uint8Array(rows);
  readRleBitPackedHybrid(reader, 1, present, bytes);
  return present;
}

function count(present: Uint8Array | null, rows: number): number {
  if (present === null) return rows;
  let sum = 0;
  for (const each of present) sum += each;
  return sum;
}

function valuesOf(reader: DataReader, type: ParquetType, encoding: Encoding, count: number): DataPage['values'] {
  // Where there is no value some writers leave out even what comes before the first.
  if (count === 0) return { view: reader.view, count };
  switch (encoding) {
    case 'PLAIN': {
      const { view, offset } = reader;
      return { view: new DataView(view.buffer, view.byteOffset + offset, view.byteLength - offset), count };
    }
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY': {
      const indexes = new Int32Array(count);
      const width = reader.view.getUint8(reader.offset++);
      if (width > 0) readRleBitPackedHybrid(reader, width, indexes, reader.view.byteLength - reader.offset);
      return indexes;
    }
    case 'DELTA_BINARY_PACKED': {
      const numbers = type === 'INT32' ? new Int32Array(count) : new BigInt64Array(count);
      deltaBinaryUnpack(reader, count, numbers);
      return { view: viewOf(numbers), count };
    }
    case 'BYTE_STREAM_SPLIT': {
      const numbers = byteStreamSplit(reader, count, type, undefined);
      if (!ArrayBuffer.isView(numbers)) throw new Error(`encoding ${encoding} does not exist for ${type}`);
      return { view: viewOf(numbers), count };
    }
    case 'DELTA_LENGTH_BYTE_ARRAY':
    case 'DELTA_BYTE_ARRAY': {
      const texts = new Array<Uint8Array>(count);
      if (encoding === 'DELTA_BYTE_ARRAY') deltaByteArray(reader, count, texts);
      else deltaLengthByteArray(reader, count, texts);
      return { view: plainTexts(texts, type === 'FIXED_LEN_BYTE_ARRAY' ? 0 : 4), count };
    }
    default:
      throw new Error(`encoding ${encoding} is not known`);
  }
}

/** Texts one after another, each behind its length where that takes any bytes. */
function plainTexts(texts: readonly Uint8Array[], lengthBytes: 0 | 4): DataView<ArrayBuffer> {
  const bytes = new Uint8Array(texts.reduce((sum, text) => sum + lengthBytes + text.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const text of texts) {
    if (lengthBytes > 0) view.setUint32(at, text.length, true);
    bytes.set(text, at + lengthBytes);
    at += lengthBytes + text.length;
  }
  return view;
}

function readerOf(bytes: Uint8Array): DataReader {
  return { view: viewOf(bytes), offset: 0 };
}

function viewOf({ buffer, byteOffset, byteLength }: ArrayBufferView): DataView<ArrayBuffer> {
  return new DataView(buffer as ArrayBuffer, byteOffset, byteLength);
}
