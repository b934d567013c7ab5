import { type FileMetaData, parquetSchema, type RowGroup, type SchemaTree } from 'hyparquet';
import { readStatisticsLeaf } from '../parquet/index.ts';
import type { JsonValue } from './json.ts';

/** The fields of statistics that hold a value for each column. */
const BY_COLUMN = ['minValues', 'maxValues', 'nullCount'] as const;

type Path = readonly SchemaTree[];
type Values = readonly JsonValue[];

/**
 * The statistics of the files in a row group of a checkpoint, by row, made of the columns of `add.stats_parsed`: some
 * writers keep them there alone. Null where a file has none; empty where the checkpoint has no such columns. Bounds that
 * JSON does not hold exactly, and those of nested columns, are left out: readers then look into the file.
 * Source: Delta protocol, "Checkpoint Schema", "Per-file Statistics".
 * @throws Error for pages that cannot be decoded
 */
export function parsedStatistics(file: ArrayBuffer, footer: FileMetaData, group: RowGroup): readonly (string | null)[] {
  const path = childOf(childOf([parquetSchema(footer)], 'add'), 'stats_parsed');
  if (path === null) return [];
  const columnOf = (leaf: Path | null): Values => (leaf === null ? [] : valuesOf(file, leaf, group));
  const rows = columnOf(childOf(path, 'numRecords'));
  const fields = BY_COLUMN.map((field) => {
    const inner = childOf(path, field);
    const leaves = inner?.at(-1)?.children.filter(({ children }) => children.length === 0) ?? [];
    return {
      field,
      columns: leaves.map((leaf) => ({ name: leaf.element.name, values: columnOf([...(inner ?? []), leaf]) })),
    };
  });
  return Array.from({ length: Number(group.num_rows) }, (_, row) => {
    const stats: Record<string, unknown> = {};
    const numRecords = rows[row] ?? null;
    if (numRecords !== null) stats['numRecords'] = numRecords;
    for (const { field, columns } of fields) {
      const found = columns.flatMap(({ name, values }) => {
        const value = values[row] ?? null;
        return value === null ? [] : [[name, value] as const];
      });
      if (found.length > 0) stats[field] = Object.fromEntries(found);
    }
    return Object.keys(stats).length === 0 ? null : JSON.stringify(stats);
  });
}

function childOf(path: Path | null, name: string): Path | null {
  const child = path?.at(-1)?.children.find(({ element }) => element.name === name);
  return path === null || child === undefined ? null : [...path, child];
}

function valuesOf(file: ArrayBuffer, path: Path, group: RowGroup): Values {
  const names = path.slice(1).map(({ element }) => element.name);
  const wanted = JSON.stringify(names);
  const chunk = group.columns.find(({ meta_data: data }) => JSON.stringify(data?.path_in_schema) === wanted)?.meta_data;
  if (chunk === undefined) return [];
  const { values } = readStatisticsLeaf(file, path, chunk);
  if (values.length === Number(group.num_rows)) return values;
  throw new Error(`column ${names.join('.')} has ${values.length} entries in a row group of ${group.num_rows} rows`);
}
