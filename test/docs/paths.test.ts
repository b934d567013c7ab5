import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'vitest';
import { documents, exists, ROOT, read, withoutBlocks } from './documents.ts';

const TOP = /^(?:src|test|docs|infra|functions|bin|bench|package|samples|\.ci|\.github)\//;

/** Made when it is needed, or by whoever follows a recipe: no part of the repository. */
const MADE = /^dist\/|<name>|\/91034\.json$|\/24-roles-deleted\.sql$/;

test('every path of the repository that a document names is there', () => {
  const missing = documents().flatMap((file) =>
    [...withoutBlocks(read(file)).matchAll(/`([^`\s]+)`/g)].flatMap(([, name = '']) => {
      if (!TOP.test(name) || MADE.test(name) || name.includes('…') || /[A-Z]{2,}/.test(name.split('/').at(-1) ?? ''))
        return [];
      const isThere = name.includes('*') ? globSync(name, { cwd: ROOT }).length > 0 : exists(name);
      return isThere ? [] : [`${file}: ${name}`];
    }),
  );
  assert.deepEqual(missing, []);
});

test('every npm script that a document names is there', () => {
  const scripts = new Set(Object.keys(JSON.parse(read('package.json')).scripts));
  const missing = documents().flatMap((file) =>
    [...read(file).matchAll(/npm run (?:-s )?([\w:-]+)/g)].flatMap(([, name = '']) =>
      scripts.has(name) ? [] : [`${file}: npm run ${name}`],
    ),
  );
  assert.deepEqual(missing, []);
});
