import type { DuckDBConnection } from '@duckdb/node-api';
import { UsageError } from '../present/index.ts';
import { VIEWS } from '../views/index.ts';
import { MASKING_FUNCTIONS } from './masked-views.ts';
import { EXPLAIN } from './sandbox.ts';
import { type SqlNode, tableFunctionIn, treeOf, visit } from './sql-tree.ts';

/** What a statement may read while names are masked: in the main schema, everything is. */
const RELATIONS: ReadonlySet<string> = new Set([
  ...Object.keys(VIEWS),
  ...['audit_events_table', 'audit_codes_table', 'audit_coverage_table'],
]);

/** Functions in place of a relation that read nothing but what they are given. */
const TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['unnest', 'range', 'generate_series', 'json_each', 'json_tree', 'repeat', 'generate_subscripts'],
]);

/** Functions that tell where the files are, or try out names. */
const REFUSED_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['getvariable', 'getenv', 'current_setting', 'current_query', 'stats'],
  ...Object.values(MASKING_FUNCTIONS),
]);

/** What a SHOW without a relation may be about: their names and columns. */
const SHOWN: ReadonlySet<string> = new Set(['tables', '__show_tables_expanded']);

/** A name that only a relation has: one with a dot or a slash in it may be that of a file. */
const PLAIN_NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const OF_THE_ENGINE = /^(?:duckdb|pragma|pg|sqlite|information_schema)_/i;

/**
 * Refuses a statement that reads anything but the masked views.
 * @throws UsageError, and what the engine throws where it cannot be understood
 */
export async function refuseUnmasked(connection: DuckDBConnection, sql: string): Promise<void> {
  const tree = await treeOf(connection, sql.replace(EXPLAIN, ''));
  if (tree['error'] !== false) {
    // What is no SQL says so itself when it is run.
    if (tree['error_type'] === 'parser' || tree['error_type'] === 'syntax') return;
    throw new UsageError(
      'with --mask a statement has to be one query over the views: SELECT, FROM, DESCRIBE, SUMMARIZE, a PIVOT whose values are listed (ON column IN (…)), or EXPLAIN of one of these',
    );
  }
  const own = new Set<string>();
  visit(tree, (node) => {
    for (const { key } of commonTables(node)) own.add(key.toLowerCase());
  });
  visit(tree, (node) => refuseNode(node, own));
}

/** The WITH clauses of a node. */
function commonTables({ cte_map: map }: SqlNode): { readonly key: string }[] {
  const entries = (map as { readonly map?: unknown } | undefined)?.map;
  return Array.isArray(entries) ? entries.filter((entry) => typeof entry?.key === 'string') : [];
}

function refuseNode(node: SqlNode, own: ReadonlySet<string>): void {
  const text = (name: string) => (typeof node[name] === 'string' ? String(node[name]).toLowerCase() : '');
  if (node['type'] === 'BASE_TABLE') refuseRelation(text('catalog_name'), text('schema_name'), text('table_name'), own);
  const called = tableFunctionIn(node);
  if (called !== null && !TABLE_FUNCTIONS.has(called)) refuse(`${called}(…)`);
  if (node['type'] === 'SHOW_REF' && node['query'] === null) {
    const shown = text('table_name').replaceAll('"', '');
    if (!SHOWN.has(shown) || text('schema_name') !== '' || text('catalog_name') !== '') refuse(`SHOW ${shown}`);
  }
  if (typeof node['function_name'] === 'string' && REFUSED_FUNCTIONS.has(text('function_name'))) {
    refuse(`${text('function_name')}(…)`);
  }
}

function refuseRelation(catalog: string, schema: string, name: string, own: ReadonlySet<string>): void {
  const isMain = ['', 'main'].includes(schema) && ['', 'memory'].includes(catalog);
  if (isMain && RELATIONS.has(name)) return;
  const isOwn = schema === '' && catalog === '' && own.has(name);
  if (isOwn && PLAIN_NAME.test(name) && !OF_THE_ENGINE.test(name)) return;
  refuse([catalog, schema, name].filter((part) => part !== '').join('.'));
}

function refuse(what: string): never {
  throw new UsageError(
    `with --mask a statement reads the masked views and nothing else, found ${what}\nviews: ${Object.keys(VIEWS).join(', ')}`,
  );
}
