/*
 * What is used of hyparquet's insides, which it does not promise to keep: its version is pinned, and this is the only file
 * to look through when it is raised.
 */
export { hashParquetValue, readBloomFilter, sbbfContains } from 'hyparquet/src/bloom.js';
export { parquetHeader } from 'hyparquet/src/column.js';
export { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
export { decompressPage } from 'hyparquet/src/datapage.js';
export { deltaBinaryUnpack, deltaLengthByteArray } from 'hyparquet/src/delta.js';
export { byteStreamSplit } from 'hyparquet/src/encoding.js';
export { readColumnIndex, readOffsetIndex } from 'hyparquet/src/indexes.js';
export { convertMetadata } from 'hyparquet/src/metadata.js';
export { readPlain } from 'hyparquet/src/plain.js';
export { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js';
export { readVarInt } from 'hyparquet/src/thrift.js';
export type { ColumnDecoder } from 'hyparquet/src/types.js';
