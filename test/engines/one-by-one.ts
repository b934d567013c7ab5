import { main } from '../../src/cli/main.ts';

/** Ingests each file by a run of its own, as hourly exports come in: `node test/engines/one-by-one.ts FILE… -- OPTION…`. */
const given = process.argv.slice(2);
const end = given.indexOf('--');
if (end < 1) throw new Error('usage: node test/engines/one-by-one.ts FILE… -- OPTION…');
for (const file of given.slice(0, end)) {
  const code = await main(['ingest', file, ...given.slice(end + 1)]);
  if (code !== 0) process.exit(code);
}
