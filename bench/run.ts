/**
 * Runs one of the benchmarks: `npm run bench -- [name] [its arguments]`.
 *
 * - none, or a number of rows: this pipeline against its peers on one big export (`throughput.ts`)
 * - `cost`: what a small export costs on an old table and on a young one
 * - `writers`: fifty writers at once against one
 * - `backfill`: many small exports
 * - `remote-backfill`: the same into an account, whose every answer takes some time
 * - `idle`: what a reconciliation asks of the store where nothing waits
 * - `growth`: what verify, status and a query cost on a lake of many small commits
 * - `trigger`: one big export through the packaged Function App
 * - `start`: what the built command line takes to start, as a multiple of a Node that does nothing
 * - `events`: what an event costs, alone and where many wait, for one instance of the app and for many
 * - `freshness`: how soon after a file is closed its events can be queried
 * - `coverage`: whether a comparison with the source's counts finds one record in a million, and no explained one
 * - `answers LAKE`: an answer in each format against DuckDB's own COPY
 */
const NAMED: readonly string[] = [
  'cost',
  'writers',
  'backfill',
  'remote-backfill',
  'trigger',
  'events',
  'freshness',
  'idle',
  'growth',
  'start',
  'coverage',
  'answers',
];

const name = process.argv[2] ?? '';
if (NAMED.includes(name)) {
  // A benchmark finds its own arguments where it would as a script.
  process.argv.splice(2, 1);
  await import(`./${name}.ts`);
} else {
  await import('./throughput.ts');
}
