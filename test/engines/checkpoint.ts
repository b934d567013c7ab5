import { openTables } from '../../src/lake/index.ts';
import { localStorage } from '../../src/storage/index.ts';
import { writeCheckpoint } from '../../src/table/index.ts';

/** Writes the checkpoint of both tables now, without waiting for its turn: `node test/engines/checkpoint.ts LAKE`. */
const [lake] = process.argv.slice(2);
if (lake === undefined) throw new Error('usage: node test/engines/checkpoint.ts LAKE');
const storage = localStorage(lake);
const tables = await openTables(storage);
if (tables === null) throw new Error(`${lake} holds no tables`);
for (const table of [tables.events, tables.codes]) await writeCheckpoint(storage, table, new Date());
