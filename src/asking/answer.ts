import type { DuckDBConnection } from '@duckdb/node-api';
import { batchesOf, type ColumnType, numericColumns, objectOf, type Rows } from '../present/index.ts';
import { namesQuarantine } from './quarantine-files.ts';
import { rowsOf } from './running-rows.ts';
import { type AskedLake, LakeSession, type SessionOptions, type Values } from './session.ts';

/** What a statement gives: values as JSON has them. */
export interface Answer {
  readonly names: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** What each column holds. */
  readonly types: readonly ColumnType[];
  /** Whether each column holds numbers. */
  readonly numeric: readonly boolean[];
  /** What has to be said with it. */
  readonly note?: string;
}

/** An answer, and the first and the last day of which the lake has events; null where it has none. */
export interface LakeAnswer extends Answer {
  readonly days: readonly [string, string] | null;
}

/** Whether a statement may do what DuckDB can, with all rights of this user, or only read what the views read; who is masked. */
export type Rights = Pick<SessionOptions, 'unrestricted' | 'mask'>;

/**
 * Runs one SQL statement over the views of a lake.
 * @throws UsageError where there is no lake, or it cannot be run; TableError where a table is gone; StorageFault where a link leads out of the lake
 */
export async function answerOfLake(lake: AskedLake, sql: string, rights: Rights = {}): Promise<LakeAnswer> {
  const session = await LakeSession.open(lake, { ...rights, quarantine: namesQuarantine(sql) });
  try {
    return { ...(await collected(await session.rows(sql))), days: session.days };
  } finally {
    await session.close();
  }
}

/** Runs one SQL statement. @throws UsageError where it cannot be run, or does more than read without the right to */
export async function answerOf(connection: DuckDBConnection, sql: string, rights: Rights = {}): Promise<Answer> {
  return await collected(await rowsOf(connection, sql, rights));
}

/** Runs one SQL statement of ours in an open session. @throws UsageError where it cannot be run */
export async function answerIn(session: LakeSession, sql: string, values: Values = {}): Promise<Answer> {
  return await collected(await session.ownRows(sql, values));
}

/** Takes all rows. @throws UsageError where a later one cannot be had */
export async function collected({ names, types, batches, note }: Rows): Promise<Answer> {
  const rows: (readonly unknown[])[] = [];
  for await (const batch of batches) for (const row of batch) rows.push(row);
  return { names, types, numeric: numericColumns({ types }), rows, ...(note !== undefined && { note }) };
}

/** An answer that is all there, to be written as rows are. */
export function answerRows({ names, types, rows, note }: Answer): Rows {
  return { names, types, batches: batchesOf([rows]), ...(note !== undefined && { note }) };
}

/** An answer as an array of objects. */
export function objectsOf({ names, rows }: Pick<Answer, 'names' | 'rows'>): Record<string, unknown>[] {
  return rows.map((row) => objectOf(names, row));
}
