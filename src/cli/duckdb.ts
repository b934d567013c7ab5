import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Tables } from '../ingest/index.ts';
import type { Snapshot } from '../table/index.ts';
import { UsageError } from './usage-error.ts';

const SQL_TYPES: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  integer: 'INTEGER',
  long: 'BIGINT',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  date: 'DATE',
};

/**
 * DuckDB in this process with the views audit_events and audit_codes over the files that the tables' logs name, and
 * over no others.
 * @throws UsageError where DuckDB is not installed: it is a development dependency
 */
export async function connect(lake: string, tables: Tables): Promise<DuckDBConnection> {
  const { DuckDBInstance } = await import('@duckdb/node-api').catch(() => {
    throw new UsageError('query needs DuckDB, which is not installed here; run npm ci without --omit=dev');
  });
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(view('audit_events', lake, tables.events));
  await connection.run(view('audit_codes', lake, tables.codes));
  return connection;
}

function view(name: string, lake: string, snapshot: Snapshot): string {
  const { fields } = JSON.parse(snapshot.metadata.schemaString) as { fields: { name: string; type: string }[] };
  const columns = fields.map((field) => ({ name: field.name, type: SQL_TYPES[field.type] ?? 'VARCHAR' }));
  const files = [...snapshot.files.keys()].map((file) => literal(path.resolve(lake, snapshot.path, file)));
  // Names every column, also one that no file holds yet.
  const empty = `SELECT ${columns.map((column) => `NULL::${column.type} AS ${column.name}`).join(', ')} WHERE false`;
  if (files.length === 0) return `CREATE VIEW ${name} AS ${empty}`;
  const partitioned = snapshot.metadata.partitionColumns.length > 0;
  const hive = partitioned
    ? ", hive_partitioning = true, hive_types = {'event_date': DATE}"
    : ', hive_partitioning = false';
  const rows = `SELECT * FROM read_parquet([${files.join(', ')}], union_by_name = true${hive})`;
  const list = columns.map((column) => column.name).join(', ');
  return `CREATE VIEW ${name} AS SELECT ${list} FROM (${empty} UNION ALL BY NAME ${rows})`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
