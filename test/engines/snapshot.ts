import { openTables } from '../../src/lake/index.ts';
import { localStorage } from '../../src/storage/index.ts';

const [lake] = process.argv.slice(2);
if (lake === undefined) throw new Error('usage: node test/engines/snapshot.ts LAKE');
const tables = await openTables(localStorage(lake));
if (tables === null) throw new Error(`${lake} holds no tables`);

/** What this program takes the tables to be that are there, as JSON for the checks in Python. */
const seen = Object.fromEntries(
  Object.entries(tables).flatMap(([name, snapshot]) => {
    if (snapshot === null) return [];
    const { version, protocol, metadata, files } = snapshot;
    const byPath = Object.fromEntries([...files.values()].map((file) => [file.path, file]));
    return [[name, { version, protocol, metadata, files: byPath }]];
  }),
);
process.stdout.write(JSON.stringify(seen));
