import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { HEADER, inFolder, record, run } from '../support/cli.ts';

const COMMIT = 'curated/audit_events/_delta_log/00000000000000000001.json';

/** A lake of one file in a folder. */
async function lakeIn(folder: string): Promise<string> {
  const lake = join(folder, 'lake');
  const file = join(folder, 'a.csv');
  await writeFile(file, `${HEADER}${record('Created dashboard, ID=d-1, name=Sales')}`);
  assert.equal((await run(['ingest', file, '--lake', lake])).code, 0);
  return lake;
}

describe('audit-lake verify', () => {
  it(
    'exits with 0 where all is right, and prints the heads to note elsewhere, which --head takes',
    inFolder(async (folder) => {
      const lake = await lakeIn(folder);
      const text = await run(['verify', '--lake', lake]);
      assert.equal(text.code, 0, text.stderr);
      const [, head = ''] = /audit_events: ([0-9a-f]{64}) \(version 1\)/.exec(text.stdout) ?? [];
      assert.match(text.stdout, /is what its log and evidence say\.\n$/);
      assert.match(text.stderr, /^verify: /, 'progress goes to the other stream');
      const deep = await run(['verify', '--deep', '--head', head, '--json', '--lake', lake]);
      assert.equal(deep.code, 0, deep.stdout);
      const result = JSON.parse(deep.stdout);
      assert.deepEqual(result.problems, []);
      assert.deepEqual(
        result.notes.map(({ kind }: { kind: string }) => kind),
        ['head_found'],
      );
      assert.equal(result.heads.audit_events.sha256, head);
      assert.equal(result.counts.rows_rebuilt, 1);
    }),
  );

  it(
    'exits with 1 where something is wrong, and names the first break',
    inFolder(async (folder) => {
      const lake = await lakeIn(folder);
      const commit = join(lake, COMMIT);
      await writeFile(commit, (await readFile(commit, 'utf8')).replace('"rows":1', '"rows":2'));
      const result = await run(['verify', '--lake', lake]);
      assert.equal(result.code, 1);
      assert.ok(result.stdout.startsWith(`problem commit_edited: ${COMMIT}\n`), result.stdout);
      assert.match(result.stdout, /1 problem\. It is: commit_edited, .*0001\.json\.\n$/);
    }),
  );

  it(
    'exits with 2 for a head that is none and for a folder that holds no lake',
    inFolder(async (folder) => {
      const noHead = await run(['verify', '--head', 'abc', '--lake', folder]);
      assert.equal(noHead.code, 2);
      assert.match(noHead.stderr, /--head takes 16 to 64 hex digits.*found "abc"/);
      const noLake = await run(['verify', '--lake', join(folder, 'nothing')]);
      assert.equal(noLake.code, 2);
      assert.match(noLake.stderr, /there is no lake in/);
    }),
  );
});
