import type { DuckDBConnection } from '@duckdb/node-api';
import { statesOf, type Tables } from '../lake/index.ts';
import { duckdbInstallation, UsageError } from '../present/index.ts';
import { columnTypes, type Snapshot, TableError } from '../table/index.ts';
import {
  createView,
  duckdbCoverage,
  duckdbQuarantine,
  duckdbViews,
  emptyRelation,
  literal,
  type ViewType,
} from '../views/index.ts';
import { emptyDataFile } from './empty-data-file.ts';
import type { LakeFile } from './lake-cache.ts';
import type { QuarantineFiles } from './quarantine-files.ts';
import { engineLocation, exactly } from './sandbox.ts';

/**
 * DuckDB in this process with every view over the files that the tables' logs name, and over no others.
 * @param folder where those files and those of the quarantine are, under their lake paths
 * @throws UsageError where DuckDB is not installed: it is an optional dependency
 */
export async function connect(
  folder: string,
  tables: Tables,
  quarantine: QuarantineFiles | null,
  signal?: AbortSignal,
): Promise<DuckDBConnection> {
  const { DuckDBInstance } = await loadDuckdb();
  const { default: accessors } = await import('@duckdb/node-api/lib/vectors/dataAccessors.js');
  // Its own decoder takes U+FEFF at the beginning of a value for a byte order mark and drops it.
  Object.assign(accessors, { textDecoder: new TextDecoder('utf-8', { ignoreBOM: true }) });
  const connection = await (await DuckDBInstance.create()).connect();
  const live = liveTables(folder, tables);
  const isMany = tables.events.files.size > MANY_FILES;
  const statements = [
    "SET TimeZone = 'UTC'",
    // A statement that reads a view twice opens its files once; of many files what is kept would fill the memory.
    `SET parquet_metadata_cache = ${!isMany}`,
    `SET enable_external_file_cache = ${!isMany}`,
    ...live.flatMap(({ view }) => view),
    ...duckdbViews({ events: columnsOf(tables.events), codes: columnsOf(tables.codes) }),
    duckdbCoverage(tables.coverage && columnsOf(tables.coverage)),
    ...duckdbQuarantine({ rows: files(folder, quarantine?.rows), files: files(folder, quarantine?.files) }),
    ...live.map(({ allFiles }) => allFiles),
  ];
  for (const statement of statements) {
    signal?.throwIfAborted();
    await connection.run(statement).catch((error: unknown) => {
      connection.closeSync();
      const reason = error instanceof Error ? error.message : String(error);
      throw new TableError(tables.events.path, `DuckDB cannot open it: ${reason}; run verify`, { cause: error });
    });
  }
  return connection;
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

/** Whether a statement failed because some of many files lacks a column that others have. */
export function lacksColumn(error: unknown): boolean {
  return error instanceof Error && error.message.includes('schema mismatch in glob');
}

/**
 * Has the views of a connection look into every file for its columns before they read any, which takes memory for each
 * of them. Only where {@link lacksColumn} says so, since with few files they do so anyway.
 */
export async function readEveryColumn(connection: DuckDBConnection, folder: string, tables: Tables): Promise<void> {
  const live = liveTables(folder, tables, 'every column');
  for (const statement of live.flatMap(({ view, allFiles }) => [...view, allFiles])) await connection.run(statement);
}

function liveTables(folder: string, { events, codes, coverage }: Tables, reading?: 'every column') {
  return [
    liveTable('audit_events', folder, events, reading !== undefined ? null : templateOf(events)),
    liveTable('audit_codes', folder, codes, null),
    ...(coverage === null ? [] : [liveTable('audit_coverage', folder, coverage, null)]),
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
function liveTable(name: string, folder: string, snapshot: Snapshot, template: string | null) {
  const columns = [...columnTypes(snapshot.metadata.schemaString)].map(([column, type]) => ({
    name: identifier(column),
    type: VIEW_TYPES[type] ?? 'text',
  }));
  const variable = `${name}_files`;
  const live = [...snapshot.files.keys()].map((file) => `${snapshot.path}/${file}`);
  const paths = template === null ? live : [template, ...live];
  const hive =
    snapshot.metadata.partitionColumns.length > 0
      ? "hive_partitioning = true, hive_types = {'event_date': DATE}"
      : 'hive_partitioning = false';
  // The empty relation names every column, also one that no file holds yet.
  const rows = `${emptyRelation(columns)}\nUNION ALL BY NAME SELECT * FROM read_parquet(getvariable('${variable}'), union_by_name = ${template === null}, ${hive})`;
  const list = columns.map((column) => column.name).join(', ');
  return {
    view: [
      setVariable(variable, folder, paths.slice(0, 1)),
      createView(`${name}_table`, paths.length === 0 ? emptyRelation(columns) : `SELECT ${list} FROM (${rows})`),
    ],
    allFiles: setVariable(variable, folder, paths),
  };
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
