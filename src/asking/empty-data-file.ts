import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ColumnSpec, ParquetFile, uncompressed } from '../parquet/index.ts';
import { makeScratchNow } from '../storage/index.ts';
import { columnTypes, type Snapshot } from '../table/index.ts';

const TYPES: Readonly<Record<string, ColumnSpec['type']>> = {
  string: 'string',
  integer: 'int32',
  long: 'int64',
  timestamp: 'timestamp',
};

/** The files made by this process, by the columns they have. */
const made = new Map<string, string>();

/**
 * A data file without rows that has every column of a table, with its type: an engine that takes a table's columns from the
 * first of its files finds them all there. It lies below a temporary folder, until this process ends. Null for a table that
 * our encoder has no types for.
 */
export function emptyDataFile({ metadata }: Pick<Snapshot, 'metadata'>): string | null {
  const { schemaString, partitionColumns } = metadata;
  const columns = [...columnTypes(schemaString)].filter(([name]) => !partitionColumns.includes(name));
  if (columns.length === 0 || columns.some(([, type]) => TYPES[type] === undefined)) return null;
  const key = JSON.stringify([columns, partitionColumns]);
  const known = made.get(key);
  if (known !== undefined) return known;
  const specs = columns.map(([name, type]): ColumnSpec => {
    return { name, type: TYPES[type] ?? 'string', required: false, encoding: 'plain', compressed: false };
  });
  const folder = makeScratchNow('query');
  const partition = path.join(folder, ...partitionColumns.map((name) => `${name}=1970-01-01`));
  mkdirSync(partition, { recursive: true });
  const file = path.join(partition, 'none.parquet');
  writeFileSync(file, new ParquetFile(specs, uncompressed).finish().bytes);
  made.set(key, file);
  return file;
}
