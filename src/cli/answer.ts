import type { DuckDBConnection } from '@duckdb/node-api';
import { openTablesAsTheyStand } from '../ingest/index.ts';
import type { Settings } from '../settings/index.ts';
import { openLake } from '../storage/index.ts';
import { VIEWS } from '../views/index.ts';
import { connect, lacksColumn, readEveryColumn } from './duckdb.ts';
import { eventDays } from './event-days.ts';
import { folderOfLiveFiles } from './lake-cache.ts';
import { quarantineNamed } from './quarantine-files.ts';
import { textTable } from './text-table.ts';
import { UsageError } from './usage-error.ts';
import { visible, visibleJson } from './visible.ts';

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

/** Runs one SQL statement over the views of a lake. @throws UsageError where there is no lake, or it cannot be run */
export async function answerOfLake(settings: Settings, sql: string): Promise<LakeAnswer> {
  const { lake } = settings;
  const storage = openLake(settings);
  const tables = await openTablesAsTheyStand(storage);
  if (tables === null) {
    throw new UsageError(`there is no table in ${lake} yet; make one with: audit-lake ingest FILE --lake ${lake}`);
  }
  const quarantine = await quarantineNamed(storage, sql);
  const tell = (text: string) => process.stderr.write(`${visible(text)}\n`);
  const folder = await folderOfLiveFiles(lake, storage, tables, quarantine, tell);
  const connection = await connect(folder, tables, quarantine);
  try {
    const answer = await answerOf(connection, sql).catch(async (error: unknown) => {
      if (!lacksColumn(error)) throw error;
      tell(
        `the files have different columns, and there are ${tables.events.files.size}: compact saves memory and time`,
      );
      await readEveryColumn(connection, folder, tables);
      return await answerOf(connection, sql);
    });
    return { ...answer, days: eventDays(tables.events) };
  } finally {
    connection.closeSync();
  }
}

/** Runs one SQL statement. @throws UsageError where it cannot be run */
export async function answerOf(connection: DuckDBConnection, sql: string): Promise<Answer> {
  // What cannot be taken apart cannot be run either, and that says why.
  const { count } = await connection.extractStatements(sql).catch(() => ({ count: 1 }));
  if (count > 1) throw new UsageError(`expected one SQL statement, found ${count}: all but one answer would be lost`);
  const reader = await connection.runAndReadAll(sql).catch((error: unknown) => {
    throw new UsageError(
      `${error instanceof Error ? error.message : String(error)}\nviews: ${Object.keys(VIEWS).join(', ')}`,
    );
  });
  const types = reader.columnTypes().map(String);
  const integers = types.map((type) => INTEGER.test(type));
  return {
    names: reader.deduplicatedColumnNames(),
    rows: reader.getRowsJson().map((row) => row.map((value, column) => plain(value, integers[column] ?? false))),
    numeric: types.map((type) => NUMERIC.test(type)),
  };
}

/** An answer as an array of objects. */
export function objectsOf({ names, rows }: Answer): Record<string, unknown>[] {
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])));
}

/** Prints an answer as JSON, or as a table with the number of rows. */
export function printAnswer(found: Answer, json: boolean): void {
  if (json) {
    process.stdout.write(`${visibleJson(objectsOf(found))}\n`);
    return;
  }
  const cells = found.rows.map((row) => row.map(cell));
  process.stdout.write(`${textTable(found.names, cells, found.numeric)}\n`);
  process.stdout.write(`${found.rows.length} ${found.rows.length === 1 ? 'row' : 'rows'}\n`);
}

/** DuckDB gives 64-bit numbers as text; those that a JSON number holds exactly become one. */
function plain(value: unknown, integer: boolean): unknown {
  return integer && typeof value === 'string' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '∅';
  return typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
