import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'vitest';
import { QUESTIONS } from './planted-lake.ts';

it('docs/query.md lists every question, as its file has it', () => {
  const document = readFileSync(new URL('../../docs/query.md', import.meta.url), 'utf8');
  const rows = document.match(/^\| \d+ \| .*\/queries\/.*$/gm);
  assert.deepEqual(
    rows,
    QUESTIONS.map(
      ({ number, name, file, question }) => `| ${number} | [${name}](../infra/queries/${file}) | ${question} |`,
    ),
  );
});
