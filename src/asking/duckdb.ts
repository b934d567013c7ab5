import type { DuckDBConnection } from '@duckdb/node-api';
import { statesOf, type Tables } from '../lake/index.ts';
import type { PeopleMask } from '../masking/index.ts';
import { duckdbInstallation, UsageError } from '../present/index.ts';
import { columnTypes, type Snapshot, TableError } from '../table/index.ts';
import {
  createView,
  duckdbCoverage,
  duckdbEvents,
  duckdbQuarantine,
  duckdbViews,
  emptyRelation,
  literal,
  type ViewType,
} from '../views/index.ts';
import { emptyDataFile } from './empty-data-file.ts';
import { TEXT_DECODER, textReader } from './engine-texts.ts';
import type { LakeFile } from './lake-cache.ts';
import { type MaskedColumn, maskedViews, peopleQuery, UNMASKED } from './masked-views.ts';
import { registerMask } from './masking-functions.ts';
import type { QuarantineFiles } from './quarantine-files.ts';
import { engineLocation, exactly } from './sandbox.ts';

/** How texts are read, for all connections of the process. */
let getString: ReturnType<typeof textReader> | null = null;

/** What a lake is connected by. */
export interface Connecting {
  /** Where the data files and those of the quarantine are, under their lake paths. */
  readonly folder: string;
  readonly tables: Tables;
  readonly quarantine: QuarantineFiles | null;
  readonly signal?: AbortSignal;
  /** Who is masked, from every value that names a person; left out, nobody is. */
  readonly maskOf?: (people: readonly string[]) => PeopleMask;
  /** Up to how many files what is known of them is kept, which takes a tenth of a megabyte for each. */
  readonly keptFiles?: number;
}

/** An open engine, and who is masked in it; null where nobody is. */
export interface Connected {
  readonly connection: DuckDBConnection;
  readonly mask: PeopleMask | null;
}

/**
 * DuckDB in this process with every view over the files that the tables' logs name, and over no others.
 * @throws UsageError where DuckDB is not installed: it is an optional dependency
 */
export async function connect({
  folder,
  tables,
  quarantine,
  signal,
  maskOf,
  keptFiles = 0,
}: Connecting): Promise<Connected> {
  const { DuckDBInstance } = await loadDuckdb();
  const { default: accessors } = await import('@duckdb/node-api/lib/vectors/dataAccessors.js');
  // Its own decoder takes U+FEFF at the beginning of a value for a byte order mark and drops it.
  getString ??= textReader(accessors);
  Object.assign(accessors, { textDecoder: TEXT_DECODER, getString });
  const connection = await (await DuckDBInstance.create()).connect();
  const isBig = isBigTable(tables);
  const schema = maskOf === undefined ? '' : `${UNMASKED}.`;
  const live = liveTables(folder, tables, schema);
  const settings = [
    "SET TimeZone = 'UTC'",
    // A statement that reads a view twice opens its files once; of many or big ones what is kept would fill the memory.
    `SET parquet_metadata_cache = ${!isBig || tables.events.files.size <= keptFiles}`,
    `SET enable_external_file_cache = ${!isBig}`,
  ];
  const stored = [
    ...live.flatMap(({ view }) => view),
    ...duckdbQuarantine({ rows: files(folder, quarantine?.rows), files: files(folder, quarantine?.files) }, schema),
    ...live.map(({ allFiles }) => allFiles),
  ];
  const derived = [
    ...duckdbViews({ events: columnsOf(tables.events), codes: columnsOf(tables.codes) }),
    duckdbCoverage(tables.coverage && columnsOf(tables.coverage)),
  ];
  const run = async (statements: readonly string[]) => {
    for (const statement of statements) {
      signal?.throwIfAborted();
      await connection.run(statement);
    }
  };
  try {
    await run([...settings, ...(maskOf === undefined ? [] : [`CREATE SCHEMA ${UNMASKED}`]), ...stored]);
    const mask = maskOf?.(await people(connection, folder, tables)) ?? null;
    if (mask !== null) {
      await registerMask(connection, mask);
      await run([
        duckdbEvents(columnsOf(tables.events), schema),
        ...maskedViews(
          live.map(({ name, columns }) => ({ name, columns })),
          mask.hasShortNames,
        ),
      ]);
    }
    await run(derived);
    return { connection, mask };
  } catch (error) {
    connection.closeSync();
    signal?.throwIfAborted();
    if (error instanceof UsageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TableError(tables.events.path, `DuckDB cannot open it: ${reason}; run verify`, { cause: error });
  }
}

/** Every value of the events that names a person. */
async function people(connection: DuckDBConnection, folder: string, tables: Tables): Promise<string[]> {
  const sql = peopleQuery(tableColumns(tables.events));
  const result = await connection.run(sql).catch(async (error: unknown) => {
    if (!lacksColumn(error)) throw error;
    await readEveryColumn(connection, folder, tables, `${UNMASKED}.`);
    return await connection.run(sql);
  });
  const names: string[] = [];
  for await (const rows of result.yieldRowsJs())
    for (const [name, isList] of rows) names.push(...namesIn(String(name), isList === true));
  return names;
}

/** The members of a JSON list; what another engine put there in its place is one. */
function namesIn(text: string, isList: boolean): readonly string[] {
  if (!isList) return [text];
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [text];
  } catch {
    return [text];
  }
}

/** DuckDB itself. @throws UsageError where it is not installed: it is an optional dependency */
export async function loadDuckdb(): Promise<typeof import('@duckdb/node-api')> {
  return await import('@duckdb/node-api').catch((error: unknown) => {
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n');
    throw new UsageError(
      `query, ask and tour need DuckDB (@duckdb/node-api), which cannot be loaded here: ${reason.replace(/ imported from .*/, '')}. ` +
        `${duckdbInstallation()}; where DuckDB is not made for a machine, ask another engine (docs/query.md)`,
    );
  });
}

/** The files that the views of {@link connect} read, by their lake paths. */
export function filesOfViews(tables: Tables, quarantine: QuarantineFiles | null): string[] {
  const live = statesOf(tables).flatMap(({ snapshot }) =>
    [...snapshot.files.keys()].map((file) => `${snapshot.path}/${file}`),
  );
  return [
    ...live,
    ...(quarantine?.rows ?? []).map((file) => file.path),
    ...(quarantine?.files ?? []).map((file) => file.path),
  ];
}

/** Every file that those views name to DuckDB, by its location. */
export function locationsOfViews(folder: string, tables: Tables, quarantine: QuarantineFiles | null): string[] {
  const template = templateOf(tables.events);
  const files = filesOfViews(tables, quarantine);
  return [...(template === null ? [] : [template]), ...files].map((file) => engineLocation(folder, file));
}

/** Files from which on they are read one after another, and little of each is kept. */
const MANY_FILES = 500;

/** Files, and bytes of them, from which on nothing of them is kept that could be read again. */
const KEPT_FILES = 100;
const KEPT_BYTES = 64e6;

function isBigTable({ events }: Tables): boolean {
  const bytes = [...events.files.values()].reduce((sum, { size }) => sum + size, 0);
  return events.files.size > KEPT_FILES || bytes > KEPT_BYTES;
}

/** Whether a table has so many files. */
export function hasManyFiles({ events }: Tables): boolean {
  return events.files.size > MANY_FILES;
}

/** Whether a statement failed because some of many files lacks a column that others have. */
export function lacksColumn(error: unknown): boolean {
  const causes = error instanceof Error ? [error, error.cause] : [];
  return causes.some((each) => each instanceof Error && each.message.includes('schema mismatch in glob'));
}

/**
 * Has the views of a connection look into every file for its columns before they read any, which takes memory for each
 * of them. Only where {@link lacksColumn} says so, since with few files they do so anyway.
 */
export async function readEveryColumn(
  connection: DuckDBConnection,
  folder: string,
  tables: Tables,
  schema = '',
): Promise<void> {
  const live = liveTables(folder, tables, schema, 'every column');
  for (const statement of live.flatMap(({ view, allFiles }) => [...view, allFiles])) await connection.run(statement);
}

function liveTables(folder: string, { events, codes, coverage }: Tables, schema: string, reading?: 'every column') {
  return [
    liveTable('audit_events', folder, events, schema, reading !== undefined ? null : templateOf(events)),
    liveTable('audit_codes', folder, codes, schema, null),
    ...(coverage === null ? [] : [liveTable('audit_coverage', folder, coverage, schema, null)]),
  ];
}

function templateOf(snapshot: Snapshot): string | null {
  return snapshot.files.size > MANY_FILES ? emptyDataFile(snapshot) : null;
}

const VIEW_TYPES: Readonly<Record<string, ViewType>> = {
  string: 'text',
  integer: 'integer',
  long: 'long',
  timestamp: 'timestamp',
  date: 'date',
};

/**
 * `<name>_table`: a table as it stands. Which files it has is said by a variable, since DuckDB opens all that a view
 * names when the view is made: the first is enough for that.
 * @param template a file that has all columns: they are taken from it then, and from no other
 */
function liveTable(name: string, folder: string, snapshot: Snapshot, schema: string, template: string | null) {
  const columns = tableColumns(snapshot);
  const named = columns.map((column) => ({ ...column, name: identifier(column.name) }));
  const variable = `${name}_files`;
  const live = [...snapshot.files.keys()].map((file) => `${snapshot.path}/${file}`);
  const paths = template === null ? live : [template, ...live];
  const hive =
    snapshot.metadata.partitionColumns.length > 0
      ? "hive_partitioning = true, hive_types = {'event_date': DATE}"
      : 'hive_partitioning = false';
  // The empty relation names every column, also one that no file holds yet.
  const rows = `${emptyRelation(named)}\nUNION ALL BY NAME SELECT * FROM read_parquet(getvariable('${variable}'), union_by_name = ${template === null}, ${hive})`;
  const list = named.map((column) => column.name).join(', ');
  return {
    name,
    columns,
    view: [
      setVariable(variable, folder, paths.slice(0, 1)),
      createView(`${schema}${name}_table`, paths.length === 0 ? emptyRelation(named) : `SELECT ${list} FROM (${rows})`),
    ],
    allFiles: setVariable(variable, folder, paths),
  };
}

function tableColumns({ metadata }: Snapshot): MaskedColumn[] {
  return [...columnTypes(metadata.schemaString)].map(([name, type]) => ({ name, type: VIEW_TYPES[type] ?? 'text' }));
}

function columnsOf(snapshot: Snapshot): ReadonlySet<string> {
  return new Set(columnTypes(snapshot.metadata.schemaString).keys());
}

function setVariable(name: string, folder: string, paths: readonly string[]): string {
  return `SET VARIABLE ${name} = ${pathList(folder, paths)}`;
}

function files(folder: string, found: readonly LakeFile[] = []): string | null {
  return found.length === 0
    ? null
    : pathList(
        folder,
        found.map((file) => file.path),
      );
}

function pathList(folder: string, paths: readonly string[]): string {
  return `[${paths.map((file) => literal(exactly(engineLocation(folder, file)))).join(', ')}]`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
