import assert from 'node:assert/strict';
import { test } from 'vitest';
import { inclusion, type Options, parseSettings, SettingsError } from '../../src/settings/index.ts';

function included(options: Options, paths: readonly string[]): string[] {
  return paths.filter(inclusion(parseSettings({ environment: {}, options: { lake: 'x', ...options } })));
}

const PATHS = ['a.csv', 'A.CSV', 'a.jsonl', 'audit/b.csv', 'audit/2026/c.csv', 'audit/.hidden.csv', 'other/d.txt'];

test('everything is included but what is excluded', () => {
  assert.deepEqual(included({}, PATHS), PATHS);
  assert.deepEqual(included({ exclude: '**/*.csv' }, PATHS), ['A.CSV', 'a.jsonl', 'other/d.txt']);
  assert.deepEqual(included({ include: 'audit/**', exclude: ['**/.*', 'audit/*/**'] }, PATHS), ['audit/b.csv']);
});

test('commas separate globs, but not within braces', () => {
  assert.deepEqual(included({ include: '*.{csv,jsonl}' }, PATHS), ['a.csv', 'a.jsonl']);
  assert.deepEqual(included({ include: '*.jsonl, other/**' }, PATHS), ['a.jsonl', 'other/d.txt']);
});

test('a glob that could match nothing, or the contrary of what it says, is refused', () => {
  for (const include of ['/audit/**', '*.{csv', '*.csv}', '!other.csv', 'a.csv,,b.csv']) {
    assert.throws(() => included({ include }, PATHS), SettingsError, include);
  }
});
