import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'vitest';

test('every name that decode_detail can hold is documented, and no other', () => {
  const source = readFileSync(new URL('../../src/decode/reading.ts', import.meta.url), 'utf8');
  const [, type = ''] = /export type DetailName =([^;]*);/.exec(source) ?? [];
  const names = [...type.matchAll(/'(\w+)'/g)].map(([, name]) => name);
  const docs = readFileSync(new URL('../../docs/decoding.md', import.meta.url), 'utf8');
  const rows = docs
    .slice(docs.indexOf('## decode_detail'))
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const documented = rows.flatMap((line) =>
    [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  assert.deepEqual(documented, names);
});
