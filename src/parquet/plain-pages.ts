import type { DataReader, Encoding, PageHeader, ParquetType } from 'hyparquet';
import { dataPage, dictionaryPage, type PagedColumn, readerOf } from './data-page.ts';
import { byteStreamSplit, parquetHeader } from './hyparquet.ts';
import { deltaNumbers, deltaTexts, dictionaryIndexes } from './leaf-values.ts';

const FIRST_HEADER_BYTES = 64 * 1024;

/** Bytes of a file that are taken one piece after another. */
export interface ByteStream {
  /** Bytes that have not been taken. */
  readonly left: number;
  /** The next `count` bytes, or all that are left; they are not taken by that, and valid until more are asked for. */
  peek(count: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Takes the next `count` bytes. @throws Error where fewer are left */
  take(count: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** A page of values in the PLAIN encoding, whatever it was before. */
export interface PlainValues {
  readonly view: DataView<ArrayBufferLike>;
  readonly count: number;
}

/** A data page of a flat column. Its values are PLAIN, or indexes into the dictionary that came before it. */
export interface PlainPage {
  readonly rows: number;
  /** For each row 1 where it has a value; null where all have one. */
  readonly present: Uint8Array | null;
  readonly values: PlainValues | Uint32Array;
}

/**
 * The pages of a flat column, decompressed one at a time: first the dictionary, where there is one.
 * Source: Parquet format, "Data Pages" and "Encodings".
 * @throws Error for what is no page, or one in an encoding that does not exist for the type
 */
export async function* plainPages(
  stream: ByteStream,
  type: ParquetType,
  column: PagedColumn,
): AsyncGenerator<PlainPage | { readonly dictionary: PlainValues }, undefined> {
  while (stream.left > 0) {
    const header = await headerOf(stream);
    const body = await stream.take(header.compressed_page_size);
    if (header.dictionary_page_header !== undefined) {
      const { reader, count } = dictionaryPage(body, header, column);
      yield { dictionary: { view: reader.view, count } };
      continue;
    }
    const page = dataPage(body, header, column);
    // A page of another kind, such as an index, holds no rows.
    if (page === null) continue;
    const { count: rows, values: count, definitionLevels, reader, encoding } = page;
    const present = count === rows ? null : definitionLevels;
    yield { rows, present, values: valuesOf(reader, type, encoding, count) };
  }
}

/** Takes the next page header. Its length is known only once it is read; statistics in it may be long. */
async function headerOf(stream: ByteStream): Promise<PageHeader> {
  for (let size = FIRST_HEADER_BYTES; ; size *= 2) {
    const reader = readerOf(await stream.peek(size));
    try {
      const header = parquetHeader(reader);
      await stream.take(reader.offset);
      return header;
    } catch (error) {
      if (!(error instanceof RangeError) || size >= stream.left) throw error;
    }
  }
}

function valuesOf(reader: DataReader, type: ParquetType, encoding: Encoding, count: number): PlainPage['values'] {
  // Where there is no value some writers leave out even what comes before the first.
  if (count === 0) return { view: reader.view, count };
  switch (encoding) {
    case 'PLAIN': {
      const { view, offset } = reader;
      return { view: new DataView(view.buffer, view.byteOffset + offset, view.byteLength - offset), count };
    }
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY':
      return dictionaryIndexes(reader, count);
    case 'DELTA_BINARY_PACKED':
      return { view: readerOf(deltaNumbers(reader, type, count)).view, count };
    case 'BYTE_STREAM_SPLIT': {
      const numbers = byteStreamSplit(reader, count, type, undefined);
      if (!ArrayBuffer.isView(numbers)) throw new Error(`encoding ${encoding} does not exist for ${type}`);
      return { view: readerOf(numbers).view, count };
    }
    case 'DELTA_LENGTH_BYTE_ARRAY':
    case 'DELTA_BYTE_ARRAY': {
      const texts = deltaTexts(reader, encoding, count);
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
