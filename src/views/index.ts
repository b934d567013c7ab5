export {
  COVERAGE_VIEW,
  DERIVED,
  LISTS,
  QUARANTINE_FILES,
  QUARANTINE_ROWS,
  type ViewColumn,
  type ViewType,
} from './columns.ts';
export { columnNames, type DictionaryColumn, dictionary, findColumns, UNSAID } from './dictionary.ts';
export {
  createView,
  DUCKDB_TYPES,
  duckdbCoverage,
  duckdbEvents,
  duckdbQuarantine,
  duckdbViews,
  emptyRelation,
  literal,
} from './duckdb.ts';
export { duckdbComments } from './duckdb-comments.ts';
export { sparkCoverage, sparkLiteral, sparkQuarantine, sparkViews } from './spark.ts';
export { SYNAPSE_VIEWS } from './synapse.ts';
export { VIEWS } from './views.ts';
