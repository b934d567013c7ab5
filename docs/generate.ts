import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { configSchema } from '../src/settings/index.ts';
import { catalogueDocument } from './catalogue.ts';
import { columnExamples } from './column-examples.ts';
import { columnsDocument } from './columns.ts';
import { personalDataDocument } from './personal-data.ts';
import { queryDocument } from './query.ts';
import { settingsDocument } from './settings.ts';
import { telemetryDocument } from './telemetry.ts';

/** First what others are made of: examples of each column, as the samples have them. */
const EXAMPLES = path.join(import.meta.dirname, '../src/views/column-examples.json');
const examples = `${JSON.stringify(await columnExamples(), null, 2)}\n`;
if (readFileSync(EXAMPLES, 'utf8') !== examples) {
  writeFileSync(EXAMPLES, examples);
  // What is imported has the older ones already.
  const [node = '', ...args] = process.argv;
  process.exit(spawnSync(node, args, { stdio: 'inherit' }).status ?? 1);
}

/** Writes the documents that derive from the code; CI fails where they differ from what is committed. */
const documents = {
  'audit-lake.config.schema.json': `${JSON.stringify(configSchema(), null, 2)}\n`,
  'catalogue.md': catalogueDocument(),
  'columns.md': columnsDocument(),
  'query.md': queryDocument(),
  'personal-data.md': personalDataDocument(),
  'settings.md': settingsDocument(),
  'telemetry.md': telemetryDocument(),
};
for (const [name, text] of Object.entries(documents)) writeFileSync(path.join(import.meta.dirname, name), text);
