export { byDate, type CarriedRow, carryOver } from './carry-over.ts';
export { inReadingOrder, MOST_FILE_ROWS, Rewriter } from './rewriter.ts';
export type { StoredRow } from './row.ts';
export { orUnrewritable, RewriteSource, UnrewritableFile } from './source.ts';
export { PARTITION_COLUMN } from './target.ts';
export { withoutEvents } from './without-events.ts';
export { type WithoutSources, withoutSources } from './without-sources.ts';
