import { openTables } from '../../src/lake/index.ts';
import { localStorage } from '../../src/storage/index.ts';

const [lake] = process.argv.slice(2);
if (lake === undefined) throw new Error('usage: node test/engines/snapshot.ts LAKE');
const tables = await openTables(localStorage(lake));
if (tables === null) throw new Error(`${lake} holds no tables`);

/** What this program takes the two tables to be, as JSON for the checks in Python. */
const seen = Object.fromEntries(
  Object.entries(tables).map(([name, { version, protocol, metadata, files }]) => [
    name,
    { version, protocol, metadata, files: Object.fromEntries([...files.values()].map((file) => [file.path, file])) },
  ]),
);
process.stdout.write(JSON.stringify(seen));
