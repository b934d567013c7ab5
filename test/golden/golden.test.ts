import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'vitest';
import { described, goldenLake } from './scenario.ts';

it('writes the same commits, evidence and data files as before, byte for byte', async () => {
  const expected = readFileSync(new URL('../fixtures/golden-lake.txt', import.meta.url), 'utf8');
  assert.equal(described(await goldenLake()), expected);
});
