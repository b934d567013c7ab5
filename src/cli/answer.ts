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
  const { lake } = settings;
  const storage = openLakeHere(settings);
  const tables = await existingTables(storage, settings, openTablesAsTheyStand);
  const quarantine = await quarantineNamed(storage, sql);
  const tell = (text: string) => notes.write(`${visible(text)}\n`);
  const folder = await folderOfLiveFiles(lake, storage, tables, quarantine, tell);
  await refuseLinks(folder, filesOfViews(tables, quarantine));
  const connection = await connect(folder, tables, quarantine);
  const scratch = await makeScratch('query');
  // The process could not end while the engine works.
  const interrupt = (): void => connection.interrupt();
  interruption.addEventListener('abort', interrupt);
  try {
    // Its own place for what does not fit into memory is the folder that one happens to be in.
    await connection.run(`SET temp_directory = ${literal(scratch.path)}`);
    if (!rights.unrestricted) await restrict(connection, locationsOfViews(folder, tables, quarantine));
    const answer = await answerOf(connection, sql, rights).catch(async (error: unknown) => {
      if (!lacksColumn(error)) throw error;
      tell(
        `the files have different columns, and there are ${tables.events.files.size}: compact saves memory and time`,
      );
      await readEveryColumn(connection, folder, tables);
      return await answerOf(connection, sql, rights);
    });
    return { ...answer, days: eventDays(tables.events) };
  } finally {
    interruption.removeEventListener('abort', interrupt);
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
  const count = await statementsIn(connection, sql);
  if (count === 0) throw new UsageError('expected one SQL statement, found none');
  const isInParts = count > 1 && (await isOneQuery(connection, sql));
  if (count > 1 && !isInParts) {
    throw new UsageError(`expected one SQL statement, found ${count}: all but one answer would be lost`);
  }
  const reading = isInParts ? readInParts(connection, sql) : read(connection, sql, rights);
  const reader = await reading.catch((error: unknown) => {
    if (error instanceof UsageError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${message}${adviceOn(message)}\nviews: ${Object.keys(VIEWS).join(', ')}`);
  });
  const types = reader.columnTypes().map(String);
  const integers = types.map((type) => INTEGER.test(type));
  return {
    names: reader.deduplicatedColumnNames(),
    rows: reader.getRowsJson().map((row) => row.map((value, column) => plain(value, integers[column] ?? false))),
    numeric: types.map((type) => NUMERIC.test(type)),
  };
}

async function read(connection: DuckDBConnection, sql: string, { unrestricted }: Rights) {
  if (!unrestricted) await refuseChanges(connection, sql);
  return await connection.runAndReadAll(sql);
}

/** An answer as an array of objects. */
export function objectsOf({ names, rows }: Answer): Record<string, unknown>[] {
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])));
}

/** What a command prints of an answer: a JSON array, or a table with the number of rows. */
export function printedAnswer(found: Answer): { json(): unknown; text(): string } {
  const count = `${found.rows.length} ${found.rows.length === 1 ? 'row' : 'rows'}`;
  const cells = () => found.rows.map((row) => row.map(cell));
  return { json: () => objectsOf(found), text: () => `${textTable(found.names, cells(), found.numeric)}\n${count}` };
}

/** DuckDB gives 64-bit numbers as text; those that a JSON number holds exactly become one. */
function plain(value: unknown, integer: boolean): unknown {
  return integer && typeof value === 'string' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '∅';
  return typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
