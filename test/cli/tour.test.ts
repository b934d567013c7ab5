import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { run } from '../support/cli.ts';
import { SOURCES } from '../support/program.ts';

const README = readFileSync(path.join(import.meta.dirname, '../../README.md'), 'utf8');

describe('npm start', () => {
  let lake = '';
  let printed = '';
  beforeAll(async () => {
    lake = await mkdtemp(path.join(tmpdir(), 'audit-lake-tour-'));
    const { code, stdout } = await run(['tour', '--lake', lake], { program: SOURCES });
    assert.equal(code, 0);
    printed = stdout;
  });
  afterAll(() => rm(lake, { recursive: true }));

  it('answers its question with the role that somebody gave to their own account', () => {
    assert.match(printed, /\nWho was given a role, by whom\?\n/);
    assert.match(printed, /2026-03-02 22:04:\S+ {2}(\S+@corp\.example) {2}\1 +\["Administrator"\]\n/);
  });

  it('names a next command that has an answer', async () => {
    const [, next = ''] = /npm run -s audit-lake -- (ask .*) --lake /.exec(printed) ?? [];
    const { code, stdout } = await run([...next.split(' '), '--lake', lake]);
    assert.equal(code, 0, next);
    assert.match(stdout, /\n\d\d rows\n$/);
  });

  it('makes the lake in which the query at the head of the README has the answer that stands below it', async () => {
    const [, sql = '', answer = ''] = /```sql\n(SELECT .*?)\n```\n\n```\n(event_time .*?)```/s.exec(README) ?? [];
    const { stdout } = await run(['query', sql, '--lake', lake]);
    assert.equal(stdout, `${answer}2 rows\n`);
  });

  it('makes the lake in which the questions that the README and the samples name have answers', async () => {
    const samples = readFileSync(path.join(import.meta.dirname, '../../samples/README.md'), 'utf8');
    const asked = [...`${README}${samples}`.matchAll(/-- ask (\S+) --as-of (\S+) --lake lake/g)];
    assert.ok(asked.length > 1);
    for (const [, name = '', day = ''] of asked) {
      const { stdout } = await run(['ask', name, '--as-of', day, '--lake', lake]);
      assert.match(stdout, /\n[1-9]\d* rows?\n$/, name);
    }
  });
});
