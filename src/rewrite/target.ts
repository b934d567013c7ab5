import { EVENT_COLUMNS, EVENT_FILE_COLUMNS } from '../events/index.ts';
import type { ColumnSpec, ParquetFile } from '../parquet/index.ts';
import type { ColumnCursor } from './column.ts';

/** The partition column, which stands in the path of a data file. */
export const PARTITION_COLUMN = EVENT_COLUMNS.find(({ encoding }) => encoding === 'path')?.name ?? '';

/**
 * Our columns as rewritten files hold them. Texts that come from a closed list, or one for many rows, are stored like
 * any other: rows of another catalogue or engine may hold values outside the list, and change from row to row.
 */
export const REWRITTEN_COLUMNS: readonly ColumnSpec[] = EVENT_FILE_COLUMNS.map((spec) => {
  if (spec.type !== 'string' || spec.encoding === 'plain') return spec;
  const { choices: _, ...rest } = spec;
  return { ...rest, encoding: 'dictionary' };
});

/** What a cursor says of its row. */
export type CurrentValue = Pick<ColumnCursor, 'isNull' | 'bytes' | 'start' | 'end' | 'number'>;

/** Takes the current value of a cursor for the current row; null where the file read has no such column. */
export type Appender = (cursor: CurrentValue | null) => void;

/** How each of {@link REWRITTEN_COLUMNS} is appended to a file that is made of them. */
export function appendersOf(file: ParquetFile): readonly Appender[] {
  return REWRITTEN_COLUMNS.map(({ name, type, encoding, required }): Appender => {
    const put = appender(file, name, type, encoding);
    if (!required) return put;
    return (cursor) => {
      if (cursor === null || cursor.isNull) throw new Error(`column ${name} is null in some row, and none may lack it`);
      put(cursor);
    };
  });
}

function appender(
  file: ParquetFile,
  name: string,
  type: ColumnSpec['type'],
  encoding: ColumnSpec['encoding'],
): Appender {
  if (encoding === 'run') {
    const column = file.run(name);
    return (cursor) => column.set(cursor === null || cursor.isNull ? null : cursor.number);
  }
  if (type === 'string') {
    const column = file.text(name);
    return (cursor) => {
      if (cursor !== null && !cursor.isNull) column.append(cursor.bytes, cursor.start, cursor.end);
    };
  }
  const column = file.number(name);
  return (cursor) => {
    if (cursor !== null && !cursor.isNull) column.append(cursor.number);
  };
}
