import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';
import { type Batch, type Rows, UsageError } from '../present/index.ts';
import { notRun } from './engine-message.ts';
import { rowsOfResult } from './engine-rows.ts';
import { refuseUnmasked } from './masked-sql.ts';
import { RowStream } from './row-stream.ts';
import { isOneQuery, isQuery, readInParts, refuseChanges } from './sandbox.ts';
import type { SessionOptions, Values } from './session.ts';
import { withComments } from './view-comments.ts';

/**
 * Runs one SQL statement that is asked by itself: the engine is to hold what is left of the rows before it.
 * @throws UsageError where it cannot be run, also while rows are taken, or does more than read without the right to
 */
export async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  rights: SessionOptions = {},
  values: Values = {},
): Promise<Rows> {
  return (await runningRows(connection, sql, rights, values)).rows;
}

/** Rows as they come; what has the engine hold the rest of them, where it does not hold them anyway. */
interface RunningRows {
  readonly rows: Rows;
  readonly hold: () => Promise<void>;
}

/** With which rights a statement is run, and how many of its rows are wanted with their values: all, where that is left out. */
export interface RunOptions extends SessionOptions {
  readonly whole?: number;
}

/**
 * Runs one SQL statement.
 * @throws UsageError where it cannot be run, also while rows are taken, or does more than read without the right to
 */
export async function runningRows(
  connection: DuckDBConnection,
  sql: string,
  { whole, ...rights }: RunOptions,
  values: Values,
): Promise<RunningRows> {
  const kind = await checked(connection, sql, rights);
  try {
    if (kind === 'in parts') return await heldRows(readInParts(connection, sql));
    const asked = await withComments(connection, sql);
    const isStreamed = kind === 'query' || (kind === 'unchecked' && (await isQuery(connection, sql)));
    const stream = isStreamed
      ? await RowStream.open(connection, { sql: asked, values, ...(whole !== undefined && { whole }) })
      : null;
    // What is no query, or within a transaction that was begun by whoever may do anything, the engine holds.
    if (stream === null) return await heldRows(connection.run(asked, { ...values }), whole);
    return { rows: { ...stream.rows, batches: explained(stream.rows.batches) }, hold: () => stream.hold() };
  } catch (error) {
    throw notRun(error);
  }
}

/** What a statement was found to be: a query; one of which the engine makes several; another that reads; or one that may be any. */
type StatementKind = 'query' | 'in parts' | 'other' | 'unchecked';

/**
 * What kind of statement a text is.
 * @throws UsageError where it is none, or several, or does more than read without the right to
 */
export async function checked(
  connection: DuckDBConnection,
  sql: string,
  { unrestricted = false, mask }: SessionOptions,
): Promise<StatementKind> {
  const count = await statementsIn(connection, sql);
  if (count === 0) throw new UsageError('expected one SQL statement, found none');
  if (mask !== undefined) {
    await refuseUnmasked(connection, sql).catch((error: unknown) => {
      throw notRun(error);
    });
  }
  if (count > 1) {
    if (await isOneQuery(connection, sql)) return 'in parts';
    throw new UsageError(`expected one SQL statement, found ${count}: all but one answer would be lost`);
  }
  if (unrestricted) return 'unchecked';
  try {
    return (await refuseChanges(connection, sql)) ? 'query' : 'other';
  } catch (error) {
    throw notRun(error);
  }
}

async function heldRows(result: Promise<DuckDBResult>, whole?: number): Promise<RunningRows> {
  return { rows: await rowsOfResult(await result, whole), hold: async () => undefined };
}

/** @throws UsageError */
async function* explained(batches: AsyncIterable<Batch>): AsyncGenerator<Batch> {
  try {
    yield* batches;
  } catch (error) {
    throw notRun(error);
  }
}

/** How many statements a text holds. One that cannot be taken apart cannot be run either, and that says why. */
async function statementsIn(connection: DuckDBConnection, sql: string): Promise<number> {
  try {
    return (await connection.extractStatements(sql)).count;
  } catch (error) {
    // The engine has no words for a text without a statement.
    return error instanceof Error && error.message === 'Error in native callback' ? 0 : 1;
  }
}
