import { readFileSync } from 'node:fs';
import { answerOf, objectsOf } from '../../src/asking/answer.ts';
import { connect } from '../../src/asking/duckdb.ts';
import { namesQuarantine, quarantineFiles } from '../../src/asking/quarantine-files.ts';
import { openTables } from '../../src/lake/index.ts';
import { localStorage } from '../../src/storage/index.ts';

/** Runs the statements of a JSON file, an object, over the views of a lake; prints each one's rows under its name. */
const [lake = '', file = ''] = process.argv.slice(2);
const storage = localStorage(lake);
const tables = await openTables(storage);
if (tables === null) throw new Error(`there is no table in ${lake}`);
const asked = readFileSync(file, 'utf8');
const quarantine = namesQuarantine(asked) ? await quarantineFiles(storage) : null;
const { connection } = await connect({ folder: lake, tables, quarantine });
// These two once: reading their files again for every statement would take most of the time.
for (const view of ['audit_events', 'audit_event_items']) {
  await connection.run(`CREATE TEMP TABLE ${view} AS FROM main.${view}`);
}
const answers: Record<string, unknown> = {};
for (const [name, sql] of Object.entries(JSON.parse(asked) as Record<string, string>)) {
  answers[name] = objectsOf(await answerOf(connection, sql));
}
connection.closeSync();
process.stdout.write(JSON.stringify(answers));
