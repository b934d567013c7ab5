import { dictionary } from './dictionary.ts';
import { literal } from './duckdb.ts';
import { VIEWS } from './views.ts';

/** Statements that say in DuckDB what views and their columns mean; `duckdb_views()` and `duckdb_columns()` show it. */
export function duckdbComments(views: readonly (keyof typeof VIEWS)[]): string[] {
  return views.flatMap((view) => [
    `COMMENT ON VIEW ${view} IS ${literal(VIEWS[view].comment)}`,
    ...dictionary()
      .filter((column) => column.view === view)
      .map(({ name, meaning }) => `COMMENT ON COLUMN ${view}.${name} IS ${literal(meaning)}`),
  ]);
}
