import process from 'node:process';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openTablesAsTheyStand } from '../lake/index.ts';
import type { Settings } from '../settings/index.ts';
import { makeScratch } from '../storage/index.ts';
import { literal, VIEWS } from '../views/index.ts';
import { connect, filesOfViews, lacksColumn, locationsOfViews, readEveryColumn } from './duckdb.ts';
import { UsageError } from './failure.ts';
import { interruption, openLakeHere } from './interruption.ts';
import { folderOfLiveFiles } from './lake-cache.ts';
import { notes } from './notes.ts';
import { quarantineNamed } from './quarantine-files.ts';
import { type Batch, cell, objectOf, type Rows, rowCount } from './rows.ts';
import { adviceOn, isOneQuery, readInParts, refuseChanges, refuseLinks, restrict } from './sandbox.ts';
import { eventDays, existingTables } from './tables.ts';
import { textTable } from './text-table.ts';
import { visible } from './visible.ts';

const INTEGER = /^U?(BIGINT|HUGEINT)$/;
const NUMERIC = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|U\w+INT|FLOAT|DOUBLE|DECIMAL.*)$/;

/** What a statement gives: values as JSON has them. */
export interface Answer {
  readonly names: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** Whether each column holds numbers. */
  readonly numeric: readonly boolean[];
}

/** An answer, and the first and the last day of which the lake has events; null where it has none. */
export interface LakeAnswer extends Answer {
  readonly days: readonly [string, string] | null;
}

/** Whether a statement may do what DuckDB can, with all rights of this user, or only read what the views read. */
export interface Rights {
  readonly unrestricted: boolean;
}

const READ_ONLY: Rights = { unrestricted: false };

/**
 * Runs one SQL statement over the views of a lake.
 * @throws UsageError where there is no lake, or it cannot be run; TableError where a table is gone; StorageFault where a link leads out of the lake
 */
export async function answerOfLake(settings: Settings, sql: string, rights = READ_ONLY): Promise<LakeAnswer> {
  return await rowsOfLake(settings, sql, rights, async (rows, days) => ({ ...(await collected(rows)), days }));
}

/**
 * Runs one SQL statement over the views of a lake, and hands its rows over while they come.
 * @param use takes the rows; it is called once, after the statement was found to be one that can be run
 * @throws what {@link answerOfLake} does, also while rows are taken
 */
export async function rowsOfLake<T>(
  settings: Settings,
  sql: string,
  rights: Rights,
  use: (rows: Rows, days: LakeAnswer['days']) => Promise<T>,
): Promise<T> {
  const { lake } = settings;
  const storage = openLakeHere(settings);
  const tables = await existingTables(storage, settings, openTablesAsTheyStand);
  const quarantine = await quarantineNamed(storage, sql);
  const tell = (text: string) => notes.write(`${visible(text)}\n`);
  const folder = await folderOfLiveFiles(lake, storage, tables, quarantine, tell);
  await refuseLinks(folder, filesOfViews(tables, quarantine));
  const connection = await connect(folder, tables, quarantine, interruption);
  const scratch = await makeScratch('query');
  // The process could not end while the engine works.
  const interrupt = (): void => connection.interrupt();
  interruption.addEventListener('abort', interrupt);
  process.on('exit', interrupt);
  try {
    // Whoever interrupted before this is not heard by the engine.
    interruption.throwIfAborted();
    // Its own place for what does not fit into memory is the folder that one happens to be in.
    await connection.run(`SET temp_directory = ${literal(scratch.path)}`);
    if (!rights.unrestricted) await restrict(connection, locationsOfViews(folder, tables, quarantine));
    const rows = await rowsOf(connection, sql, rights).catch(async (error: unknown) => {
      if (!lacksColumn(error)) throw error;
      tell(
        `the files have different columns, and there are ${tables.events.files.size}: compact saves memory and time`,
      );
      await readEveryColumn(connection, folder, tables);
      return await rowsOf(connection, sql, rights);
    });
    return await use(rows, eventDays(tables.events));
  } finally {
    interruption.removeEventListener('abort', interrupt);
    process.off('exit', interrupt);
    connection.closeSync();
    await scratch.remove();
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

/** Runs one SQL statement. @throws UsageError where it cannot be run, or does more than read without the right to */
export async function answerOf(connection: DuckDBConnection, sql: string, rights = READ_ONLY): Promise<Answer> {
  return await collected(await rowsOf(connection, sql, rights));
}

/**
 * Runs one SQL statement. The engine holds what comes of it, and gives it batch by batch: made while it is taken, rows would
 * end without a word where a later one cannot be had (`duckdb_fetch_chunk` tells no error from the end).
 * @throws UsageError where it cannot be run, also while rows are taken, or does more than read without the right to
 */
async function rowsOf(connection: DuckDBConnection, sql: string, { unrestricted }: Rights): Promise<Rows> {
  const count = await statementsIn(connection, sql);
  if (count === 0) throw new UsageError('expected one SQL statement, found none');
  const isInParts = count > 1 && (await isOneQuery(connection, sql));
  if (count > 1 && !isInParts) {
    throw new UsageError(`expected one SQL statement, found ${count}: all but one answer would be lost`);
  }
  try {
    if (!isInParts && !unrestricted) await refuseChanges(connection, sql);
    const result = isInParts ? await readInParts(connection, sql) : await connection.run(sql);
    const types = result.columnTypes().map(String);
    const integers = types.map((type) => INTEGER.test(type));
    const batches = result.yieldRowsJson();
    // What is wrong with a statement shows at its first rows, before anything is printed.
    const first = await batches.next();
    return {
      names: result.deduplicatedColumnNames(),
      numeric: types.map((type) => NUMERIC.test(type)),
      batches: explained(first, batches, (row) => row.map((value, column) => plain(value, integers[column] ?? false))),
    };
  } catch (error) {
    throw notRun(error);
  }
}

/** Batches of which the first is there already. @throws UsageError */
async function* explained<Row>(
  first: IteratorResult<readonly Row[]>,
  others: AsyncIterable<readonly Row[]>,
  made: (row: Row) => readonly unknown[],
): AsyncGenerator<Batch> {
  if (first.done === true) return;
  yield first.value.map(made);
  try {
    for await (const batch of others) yield batch.map(made);
  } catch (error) {
    throw notRun(error);
  }
}

/** What to say to what the engine says. */
function notRun(error: unknown): UsageError {
  if (error instanceof UsageError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new UsageError(`${message}${adviceOn(message)}\nviews: ${Object.keys(VIEWS).join(', ')}`);
}

async function collected({ names, numeric, batches }: Rows): Promise<Answer> {
  const rows: (readonly unknown[])[] = [];
  for await (const batch of batches) for (const row of batch) rows.push(row);
  return { names, numeric, rows };
}

/** An answer as an array of objects. */
export function objectsOf({ names, rows }: Answer): Record<string, unknown>[] {
  return rows.map((row) => objectOf(names, row));
}

/** What a command prints of an answer: a JSON array, or a table with the number of rows. */
export function printedAnswer(found: Answer): { json(): unknown; text(): string } {
  const cells = () => found.rows.map((row) => row.map(cell));
  return {
    json: () => objectsOf(found),
    text: () => `${textTable(found.names, cells(), found.numeric)}\n${rowCount(found.rows.length)}`,
  };
}

/** DuckDB gives 64-bit numbers as text; those that a JSON number holds exactly become one. */
function plain(value: unknown, integer: boolean): unknown {
  return integer && typeof value === 'string' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
