export { DERIVED, LISTS, type ViewType } from './columns.ts';
export { createView, DUCKDB_TYPES, duckdbQuarantine, duckdbViews, emptyRelation, literal } from './duckdb.ts';
export { sparkLiteral, sparkQuarantine, sparkViews } from './spark.ts';
export { SYNAPSE_VIEWS } from './synapse.ts';
export { VIEWS } from './views.ts';
