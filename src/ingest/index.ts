export { type Host, systemHost } from './host.ts';
export { openTables, prepareTables, RAW, type Tables } from './lake.ts';
export { type FileReport, type Outcome, type Totals, totalsOf, type Warning } from './report.ts';
export { ingestPaths, type Observer, type Run, type RunOptions, rawPaths, rejectedPaths, standingOf } from './run.ts';
