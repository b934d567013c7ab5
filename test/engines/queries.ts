import { readFileSync } from 'node:fs';
import { answerOf, objectsOf } from '../../src/cli/answer.ts';
import { connect } from '../../src/cli/duckdb.ts';
import { openTables } from '../../src/ingest/index.ts';
import { localStorage } from '../../src/storage/index.ts';

/** Runs the statements of a JSON file, an object, over the views of a lake; prints each one's rows under its name. */
const [lake = '', file = ''] = process.argv.slice(2);
const tables = await openTables(localStorage(lake));
if (tables === null) throw new Error(`there is no table in ${lake}`);
const connection = await connect(lake, tables, null);
const answers: Record<string, unknown> = {};
const statements = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
for (const [name, sql] of Object.entries(statements)) {
  answers[name] = objectsOf(await answerOf(connection, sql));
}
connection.closeSync();
process.stdout.write(JSON.stringify(answers));
