export { COVERAGE_VIEW, DERIVED, LISTS, type ViewType } from './columns.ts';
export {
  createView,
  DUCKDB_TYPES,
  duckdbCoverage,
  duckdbQuarantine,
  duckdbViews,
  emptyRelation,
  literal,
} from './duckdb.ts';
export { sparkCoverage, sparkLiteral, sparkQuarantine, sparkViews } from './spark.ts';
export { SYNAPSE_VIEWS } from './synapse.ts';
export { VIEWS } from './views.ts';
