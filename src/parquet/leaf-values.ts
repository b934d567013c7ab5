import type { DataReader, DecodedArray, Encoding, ParquetType } from 'hyparquet';
import {
  byteStreamSplit,
  type ColumnDecoder,
  convert,
  deltaBinaryUnpack,
  deltaLengthByteArray,
  readPlain,
} from './hyparquet.ts';
import { readRuns, readVarint } from './runs.ts';
import { TextPage } from './text-page.ts';

/** Values that one block, and parts that one block of the delta encodings may have: more than any writer makes. */
const MOST_IN_BLOCK = 65_536;

/** How the values of a page are to be read. */
export interface PageValues {
  readonly decoder: ColumnDecoder;
  readonly encoding: Encoding;
  readonly dictionary: DecodedArray | undefined;
  /** How many there are. */
  readonly count: number;
  /** Counts bytes that are made of fewer. @throws Error where they are too many */
  readonly spend: (bytes: number) => void;
}

/**
 * The values of a page, from where the reader stands to the end of the page.
 * Source: Parquet format, "Encodings".
 * @throws Error for values that cannot be decoded
 */
export function pageValues(reader: DataReader, page: PageValues): DecodedArray | TextPage {
  const { decoder, encoding, count } = page;
  if (count === 0) return [];
  switch (encoding) {
    case 'PLAIN':
      return isText(decoder) ? textPage(reader, count) : plain(reader, page);
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY':
      return fromDictionary(reader, page);
    case 'RLE':
      // Booleans: the bytes that follow are counted first.
      reader.offset += 4;
      return Array.from(readRuns(reader, count, 1), (value) => value === 1);
    default:
      return convert(deltas(reader, page), decoder);
  }
}

function isText({ type, element }: ColumnDecoder): boolean {
  const { converted_type: converted = 'UTF8', logical_type: logical = { type: 'STRING' } } = element;
  return type === 'BYTE_ARRAY' && converted === 'UTF8' && logical.type === 'STRING';
}

function textPage({ view, offset }: DataReader, count: number): TextPage {
  return new TextPage(Buffer.from(view.buffer, view.byteOffset, view.byteLength).subarray(offset), count);
}

function plain(reader: DataReader, { decoder, count }: PageValues): DecodedArray {
  return convert(readPlain(reader, decoder.type, count, decoder.element.type_length), decoder);
}

function fromDictionary(reader: DataReader, { dictionary, count }: PageValues): DecodedArray {
  return Array.from(dictionaryIndexes(reader, count), (index): unknown => {
    if (dictionary === undefined || index >= dictionary.length) throw new Error('a value is not in its dictionary');
    return dictionary[index];
  });
}

/** Which entry of the dictionary each value is. @throws Error as {@link readRuns} does */
export function dictionaryIndexes(reader: DataReader, count: number): Uint32Array {
  const width = reader.view.getUint8(reader.offset++);
  return readRuns(reader, count, width);
}

function deltas(reader: DataReader, { decoder, encoding, count, spend }: PageValues): DecodedArray {
  switch (encoding) {
    case 'DELTA_BINARY_PACKED':
      return deltaNumbers(reader, decoder.type, count);
    case 'DELTA_LENGTH_BYTE_ARRAY':
    case 'DELTA_BYTE_ARRAY':
      return deltaTexts(reader, encoding, count, spend);
    case 'BYTE_STREAM_SPLIT':
      if (count > reader.view.byteLength - reader.offset) throw new Error('a page ends before its values do');
      return byteStreamSplit(reader, count, decoder.type, decoder.element.type_length);
    default:
      throw new Error(`values are encoded as ${encoding}, which is not read`);
  }
}

/** Numbers that are told by what lies between them. @throws Error for blocks that cannot be */
export function deltaNumbers(reader: DataReader, type: ParquetType, count: number): Int32Array | BigInt64Array {
  return unpacked(reader, type === 'INT32' ? new Int32Array(count) : new BigInt64Array(count));
}

/** Texts whose lengths come first. @throws Error for blocks that cannot be, and what `spend` throws */
export function deltaTexts(
  reader: DataReader,
  encoding: 'DELTA_LENGTH_BYTE_ARRAY' | 'DELTA_BYTE_ARRAY',
  count: number,
  spend: PageValues['spend'] = () => undefined,
): Uint8Array[] {
  if (encoding === 'DELTA_BYTE_ARRAY') return withPrefixes(reader, count, spend);
  checkBlocks(reader);
  const texts: Uint8Array[] = [];
  deltaLengthByteArray(reader, count, texts);
  return texts;
}

/** Texts that begin like the one before, as far as is said. */
function withPrefixes(reader: DataReader, count: number, spend: PageValues['spend']): Uint8Array[] {
  const prefixes = unpacked(reader, new Int32Array(count));
  const suffixes = unpacked(reader, new Int32Array(count));
  const { buffer, byteOffset } = reader.view;
  let before = new Uint8Array();
  return Array.from(suffixes, (length, index) => {
    const prefix = prefixes[index] ?? 0;
    if (prefix < 0 || prefix > before.length) throw new Error('a text begins like more than there was before');
    spend(prefix);
    const suffix = new Uint8Array(buffer, byteOffset + reader.offset, length);
    reader.offset += length;
    const whole = new Uint8Array(prefix + length);
    whole.set(before.subarray(0, prefix));
    whole.set(suffix, prefix);
    before = whole;
    return whole;
  });
}

function unpacked<T extends Int32Array | BigInt64Array>(reader: DataReader, values: T): T {
  checkBlocks(reader);
  deltaBinaryUnpack(reader, values.length, values);
  return values;
}

/** @throws Error for a block that would take memory or time which its bytes do not account for */
function checkBlocks({ view, offset }: DataReader): void {
  const place = { view, offset };
  const [block, parts] = [readVarint(place), readVarint(place)];
  const isSound = block > 0 && block <= MOST_IN_BLOCK && parts > 0 && parts <= block && block % parts === 0;
  if (!isSound) throw new Error(`a block of deltas has ${block} values in ${parts} parts`);
}
