import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Tables } from '../ingest/index.ts';
import { columnTypes, type Snapshot } from '../table/index.ts';
import { createView, duckdbQuarantine, duckdbViews, emptyRelation, literal, type ViewType } from '../views/index.ts';
import type { LakeFile } from './lake-cache.ts';
import type { QuarantineFiles } from './quarantine-files.ts';
import { UsageError } from './usage-error.ts';

/**
 * DuckDB in this process with every view over the files that the tables' logs name, and over no others.
 * @param folder where those files and those of the quarantine are, under their lake paths
 * @throws UsageError where DuckDB is not installed: it is a development dependency
 */
export async function connect(
  folder: string,
  tables: Tables,
  quarantine: QuarantineFiles | null,
): Promise<DuckDBConnection> {
  const { DuckDBInstance } = await import('@duckdb/node-api').catch(() => {
    throw new UsageError('query needs DuckDB, which is not installed here; run npm ci without --omit=dev');
  });
  const { default: accessors } = await import('@duckdb/node-api/lib/vectors/dataAccessors.js');
  // Its own decoder takes U+FEFF at the beginning of a value for a byte order mark and drops it.
  Object.assign(accessors, { textDecoder: new TextDecoder('utf-8', { ignoreBOM: true }) });
  const connection = await (await DuckDBInstance.create()).connect();
  const live = [liveTable('audit_events', folder, tables.events), liveTable('audit_codes', folder, tables.codes)];
  const statements = [
    "SET TimeZone = 'UTC'",
    // A statement that reads a view twice opens its files once.
    'SET parquet_metadata_cache = true',
    ...live.flatMap(({ view }) => view),
    ...duckdbViews({ events: columnsOf(tables.events), codes: columnsOf(tables.codes) }),
    ...duckdbQuarantine({ rows: files(folder, quarantine?.rows), files: files(folder, quarantine?.files) }),
    ...live.map(({ allFiles }) => allFiles),
  ];
  for (const statement of statements) await connection.run(statement);
  return connection;
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
 */
function liveTable(name: string, folder: string, snapshot: Snapshot) {
  const columns = [...columnTypes(snapshot.metadata.schemaString)].map(([column, type]) => ({
    name: identifier(column),
    type: VIEW_TYPES[type] ?? 'text',
  }));
  const variable = `${name}_files`;
  const paths = [...snapshot.files.keys()].map((file) => `${snapshot.path}/${file}`);
  const hive =
    snapshot.metadata.partitionColumns.length > 0
      ? "hive_partitioning = true, hive_types = {'event_date': DATE}"
      : 'hive_partitioning = false';
  // The empty relation names every column, also one that no file holds yet.
  const rows = `${emptyRelation(columns)}\nUNION ALL BY NAME SELECT * FROM read_parquet(getvariable('${variable}'), union_by_name = true, ${hive})`;
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
  return `[${paths.map((file) => literal(path.resolve(folder, file))).join(', ')}]`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
