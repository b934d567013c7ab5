export { ByteBuffer } from './bytes.ts';
export type { ChoiceColumn } from './choice-column.ts';
export { Chunk, type ChunkPlace } from './chunk.ts';
export { type Codec, snappy, uncompressed, zstd } from './codec.ts';
export { DECOMPRESSORS } from './decompression.ts';
export { type FinishedFile, ParquetFile, type ParquetFileOptions } from './file.ts';
export { CODEC, ENCODING, MAGIC } from './format.ts';
export { bitWidth, putHybrid } from './hybrid.ts';
export {
  convertMetadata,
  DEFAULT_PARSERS,
  getMaxDefinitionLevel,
  hashParquetValue,
  readBloomFilter,
  readColumnIndex,
  readOffsetIndex,
  sbbfContains,
} from './hyparquet.ts';
export { type LeafColumn, readLeaf, readStatisticsLeaf, readTextLeaf, type Scalar } from './leaf-column.ts';
export { leafPages } from './leaf-pages.ts';
export { beginLevels, endLevels } from './levels.ts';
export type { NumberColumn } from './number-column.ts';
export { type ByteStream, type PlainPage, type PlainValues, plainPages } from './plain-pages.ts';
export type { RunColumn } from './run-column.ts';
export type { ColumnEncoding, ColumnSpec, ColumnType } from './schema.ts';
export type { ColumnStatistics } from './statistics.ts';
export { STORED_VALUES, type StoredPage, storedPages } from './stored-pages.ts';
export type { TextColumn } from './text-column.ts';
export type { StoredText } from './text-page.ts';
export { ThriftWriter } from './thrift.ts';
