export type { ChoiceColumn } from './choice-column.ts';
export { type Codec, snappy, uncompressed, zstd } from './codec.ts';
export { type FinishedFile, ParquetFile, type ParquetFileOptions } from './file.ts';
export type { NumberColumn } from './number-column.ts';
export type { RunColumn } from './run-column.ts';
export type { ColumnEncoding, ColumnSpec, ColumnType } from './schema.ts';
export type { ColumnStatistics } from './statistics.ts';
export type { TextColumn } from './text-column.ts';
