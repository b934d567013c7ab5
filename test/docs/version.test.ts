import assert from 'node:assert/strict';
import { test } from 'vitest';
import { read } from './documents.ts';

const { version } = JSON.parse(read('package.json'));

test('the changelog begins with what is not released yet, then with the version of package.json', () => {
  const headings = [...read('CHANGELOG.md').matchAll(/^## \[(.*?)\](.*)$/gm)].map(([, name, date]) => `${name}${date}`);
  const [first, second = '', ...older] = headings;
  assert.equal(first, 'Unreleased');
  assert.equal(second.split(' - ')[0], version);
  for (const heading of [second, ...older]) assert.match(heading, /^\d+\.\d+\.\d+ - \d{4}-\d{2}-\d{2}$/);
});

test('the lock file has the version too', () => {
  const lock = JSON.parse(read('package-lock.json'));
  assert.deepEqual([lock.version, lock.packages[''].version], [version, version]);
});
