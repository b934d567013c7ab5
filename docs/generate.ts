import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { configSchema } from '../src/settings/index.ts';
import { catalogueDocument } from './catalogue.ts';
import { personalDataDocument } from './personal-data.ts';
import { queryDocument } from './query.ts';
import { settingsDocument } from './settings.ts';
import { telemetryDocument } from './telemetry.ts';

/** Writes the documents that derive from the code; CI fails where they differ from what is committed. */
const documents = {
  'audit-lake.config.schema.json': `${JSON.stringify(configSchema(), null, 2)}\n`,
  'catalogue.md': catalogueDocument(),
  'query.md': queryDocument(),
  'personal-data.md': personalDataDocument(),
  'settings.md': settingsDocument(),
  'telemetry.md': telemetryDocument(),
};
for (const [name, text] of Object.entries(documents)) writeFileSync(path.join(import.meta.dirname, name), text);
