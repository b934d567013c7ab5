import type { DuckDBConnection } from '@duckdb/node-api';
import { duckdbComments, VIEWS } from '../views/index.ts';

type ViewName = keyof typeof VIEWS;

/** What stands before a statement and is none of it. */
const BLANK = String.raw`(?:\s|--[^\n]*(?:\n|$)|/\*(?:[^*]|\*(?!/))*\*/)*`;

/** A statement that describes one relation: `DESCRIBE name`, and DuckDB's other words for it. */
const DESCRIBE = new RegExp(
  String.raw`^${BLANK}(?:DESCRIBE|DESC|SHOW)\s+(?:TABLE\s+|VIEW\s+)?(?:main\s*\.\s*)?("?)(\w+)\1\s*;?${BLANK}$`,
  'i',
);

/** What else shows comments. */
const SHOWS_COMMENTS = /duckdb_(?:columns|views)|\bcomment\b|pg_description/i;

/** The views of each connection that have their comments. */
const commented = new WeakMap<DuckDBConnection, Set<ViewName>>();

/**
 * A statement that describes a view, as one that gives what each column means as well: DuckDB's own leaves that out. Any other
 * statement is given as it is. Where either shows comments, the views have them from then on: it takes too long to have them in
 * every session.
 */
export async function withComments(connection: DuckDBConnection, sql: string): Promise<string> {
  const view = describedView(sql);
  if (view === null && !SHOWS_COMMENTS.test(sql)) return sql;
  const there = await viewsOf(connection);
  if (view !== null && !there.includes(view)) return sql;
  const done = commented.get(connection) ?? new Set();
  commented.set(connection, done);
  const due = (view === null ? there : [view]).filter((name) => !done.has(name));
  if (due.length > 0) await connection.run(duckdbComments(due).join(';\n'));
  for (const name of due) done.add(name);
  if (view === null) return sql;
  return `SELECT d.*, c.comment FROM (DESCRIBE ${view}) AS d
LEFT JOIN duckdb_columns() AS c ON c.column_name = d.column_name
  AND c.table_name = '${view}' AND c.schema_name = 'main' AND c.database_name = current_database()
ORDER BY c.column_index`;
}

/** The view that a statement describes, and does nothing else; null where it is another. */
export function describedView(sql: string): ViewName | null {
  const name = DESCRIBE.exec(sql)?.[2]?.toLowerCase() ?? '';
  return Object.hasOwn(VIEWS, name) ? (name as ViewName) : null;
}

async function viewsOf(connection: DuckDBConnection): Promise<ViewName[]> {
  const result = await connection.runAndReadAll(
    "SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal",
  );
  const there = new Set(result.getRows().map(([name]) => String(name)));
  return (Object.keys(VIEWS) as ViewName[]).filter((name) => there.has(name));
}
