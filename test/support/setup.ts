import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, inject } from 'vitest';

// The same properties every time, so that a rare case is found by night and holds up nobody's change.
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 1) });

// Settings of whoever runs the tests are none of theirs; which seeds to run is.
for (const name of Object.keys(process.env)) {
  if (/^AUDIT_LAKE_(?!.*SEEDS$)/.test(name)) delete process.env[name];
}

const folder = mkdtempSync(join(inject('runFolder'), 'file-'));
// Windows has other names for it.
for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;

afterAll(() => {
  assert.deepEqual(readdirSync(folder), [], 'a test file clears away whatever is temporary');
  rmdirSync(folder);
});
