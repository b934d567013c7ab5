import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection, DuckDBResult, StatementType } from '@duckdb/node-api';
import { UsageError } from '../present/index.ts';
import { forEachParallel, StorageFault } from '../storage/index.ts';
import { literal } from '../views/index.ts';
import { tableFunctionsIn, treeOf } from './sql-tree.ts';

/** Files whose kind is asked for at the same time. */
const AT_ONCE = 64;

const READING = 'SELECT, WITH, FROM, VALUES, DESCRIBE, SUMMARIZE, SHOW, or EXPLAIN of one of these';

/** How DuckDB says that it was kept from something. */
const REFUSALS = [
  'operations are disabled by configuration',
  'configuration has been locked',
  'extensions is disabled through configuration',
];

/** What a statement that explains another begins with; what follows is that other. */
export const EXPLAIN = /^\s*EXPLAIN\s+(?:ANALYZE\s+)?(?:\([^()]*\)\s*)?/i;

/** The first word of a statement that is no query, behind comments: before the engine says what else is wrong with it. */
const CHANGING =
  /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(COPY|EXPORT|IMPORT|ATTACH|DETACH|INSTALL|LOAD|CREATE|DROP|ALTER|INSERT|UPDATE|DELETE|MERGE|TRUNCATE|USE|SET|RESET|CALL|CHECKPOINT|VACUUM|PRAGMA)\b/i;

/** Where a file is, as DuckDB takes it on every system: it knows slashes on Windows, too, and backslashes as escapes. */
export function engineLocation(
  folder: string,
  file: string,
  { resolve, sep }: Pick<typeof path, 'resolve' | 'sep'> = path,
): string {
  return resolve(folder, file).replaceAll(sep, '/');
}

/** A path as DuckDB takes it: for a name, and for no pattern. */
export function exactly(location: string): string {
  return location.replace(/[*?[]/g, '[$&]');
}

/**
 * Takes from a connection, for good, the right to everything but reading these files: no other file, nothing written or
 * fetched, no setting changed.
 * @param files as they are given to the engine, see {@link exactly}
 */
export async function restrict(connection: DuckDBConnection, files: readonly string[]): Promise<void> {
  // A pattern is looked up as it is written, and opened as what it fits.
  const allowed = new Set(files.flatMap((file) => [file, exactly(file)]));
  for (const statement of [
    'SET autoinstall_known_extensions = false',
    'SET autoload_known_extensions = false',
    'SET allow_community_extensions = false',
    'SET allow_persistent_secrets = false',
    `SET allowed_paths = [${[...allowed].map(literal).join(', ')}]`,
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ]) {
    await connection.run(statement);
  }
}

/**
 * Refuses a statement that does anything but read.
 * @returns whether it is a query, whose rows may be made while they are taken, and no explanation of one
 * @throws UsageError, and what the engine throws where it cannot be run
 */
export async function refuseChanges(connection: DuckDBConnection, sql: string): Promise<boolean> {
  // DuckDB is loaded where it is needed, and only there.
  const { StatementType } = await import('@duckdb/node-api');
  const [, changing] = CHANGING.exec(sql.replace(EXPLAIN, '')) ?? [];
  if (changing !== undefined) throw noReading(changing.toUpperCase());
  const type = await typeOf(connection, sql);
  const read = type === StatementType.EXPLAIN && EXPLAIN.test(sql) ? sql.replace(EXPLAIN, '') : null;
  const found = read === null ? type : await typeOf(connection, read);
  if (found !== StatementType.SELECT) throw noReading(StatementType[found]);
  await refuseEffects(connection, read ?? sql);
  return read === null;
}

/**
 * Functions in place of a relation that do nothing but read: what is in files is still kept from them. Others have effects: they
 * change a setting, write a log, or hand a text of SQL to the engine.
 */
const READING_FUNCTIONS =
  /^(?:duckdb_\w+|pragma_\w+|pg_timezone_names|icu_calendar_names|unnest|range|generate_series|generate_subscripts|repeat|repeat_row|json_each|json_tree|glob|summary|seq_scan|histogram(?:_values)?|parquet_\w+|read_\w+|sniff_csv|query_table|sql_auto_complete|test_all_types|test_vector_types|which_secret)$/;

/** Calls that have effects, wherever they stand in a text that cannot be taken apart. */
const EFFECTS =
  /\b((?:en|dis)able_\w+|(?:force_)?checkpoint|truncate_duckdb_logs|json_execute_serialized_sql|query)"?\s*\(/i;

/** @throws UsageError where a query calls a function that does more than read */
async function refuseEffects(connection: DuckDBConnection, sql: string): Promise<void> {
  // Of some statements the engine gives the parts only within a query.
  const alone = await treeOf(connection, sql);
  const tree = alone['error'] === false ? alone : await treeOf(connection, `SELECT * FROM (\n${sql}\n)`);
  const called = tree['error'] === false ? tableFunctionsIn(tree) : [EFFECTS.exec(sql)?.[1] ?? 'range'];
  const found = called.find((name) => !READING_FUNCTIONS.test(name));
  if (found !== undefined) throw noReading(`the function ${found}(…), which may do more`);
}

function noReading(found: string): UsageError {
  return new UsageError(
    `expected a statement that reads (${READING}), found ${found}; query --unrestricted runs any, with all rights of this user`,
  );
}

/** Whether a statement is a query, whose rows may be made while they are taken. */
export async function isQuery(connection: DuckDBConnection, sql: string): Promise<boolean> {
  const { StatementType } = await import('@duckdb/node-api');
  return (await typeOf(connection, sql)) === StatementType.SELECT;
}

/**
 * Whether a text of which the engine makes several statements is one query all the same, or the explanation of one: a PIVOT
 * whose values are not listed becomes statements that list them, and the query itself. Only one query, which reads, stands
 * between parentheses.
 */
export async function isOneQuery(connection: DuckDBConnection, sql: string): Promise<boolean> {
  const query = sql.replace(EXPLAIN, '').replace(/;\s*$/, '');
  // By itself as well: else parentheses in it could close ours.
  for (const text of [query, `SELECT * FROM (\n${query}\n)`]) {
    const isUnderstood = await connection.extractStatements(text).then(
      () => true,
      () => false,
    );
    if (!isUnderstood) return false;
  }
  return true;
}

/** Answers a text that {@link isOneQuery} by the last of its statements; those before it are about types of this connection. */
export async function readInParts(connection: DuckDBConnection, sql: string): Promise<DuckDBResult> {
  const { StatementType } = await import('@duckdb/node-api');
  const statements = await connection.extractStatements(sql);
  for (let index = 0; ; index++) {
    const prepared = await statements.prepare(index);
    try {
      if (prepared.statementType === StatementType.CREATE) await prepared.run();
      // An explanation stands in a transaction, which would change a setting.
      else if (prepared.statementType !== StatementType.TRANSACTION) return await prepared.run();
    } finally {
      prepared.destroySync();
    }
  }
}

/** What to say to an error of the engine beside its text; empty where it was not kept from anything. */
export function adviceOn(message: string): string {
  return REFUSALS.some((refusal) => message.includes(refusal))
    ? '\nquery reads the files of the lake that the views need, and nothing else; query --unrestricted lifts that'
    : '';
}

/** Refuses paths that lead out of the lake by a link. @throws StorageFault */
export async function refuseLinks(folder: string, paths: readonly string[]): Promise<void> {
  const places = new Set(paths.flatMap((file) => [...above(file), file]));
  await forEachParallel(places, AT_ONCE, async (place) => {
    const stats = await lstat(path.join(folder, place)).catch(() => null);
    if (stats?.isSymbolicLink() !== true) return;
    throw new StorageFault('query', place, 'it is a link, and none is followed in a lake; put the file itself there');
  });
}

async function typeOf(connection: DuckDBConnection, sql: string): Promise<StatementType> {
  const statements = await connection.extractStatements(sql);
  const prepared = await statements.prepare(0);
  try {
    return prepared.statementType;
  } finally {
    prepared.destroySync();
  }
}

/** The folders that a path is in. */
function above(file: string): string[] {
  const parts = file.split('/');
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
