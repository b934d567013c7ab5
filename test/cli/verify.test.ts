import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
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
    'writes a page and JSON that can be handed in: what was checked, by whom and when, and what was found',
    inFolder(async (folder) => {
      const lake = await lakeIn(folder);
      const [page, json] = [join(folder, 'verification.html'), join(folder, 'verification.json')];
      for (const file of [page, json]) {
        const written = await run(['verify', '--lake', lake, '--output', file]);
        assert.equal(written.code, 0, written.stderr);
        assert.equal(written.stdout, '');
      }
      const found = JSON.parse(await readFile(json, 'utf8'));
      const printed = JSON.parse((await run(['verify', '--lake', lake, '--json'])).stdout);
      assert.deepEqual(Object.keys(found), Object.keys(printed));
      assert.deepEqual([found.problems, found.counts, found.heads], [printed.problems, printed.counts, printed.heads]);
      assert.deepEqual(found.event_days, ['2026-03-01', '2026-03-01']);
      assert.ok(found.by.name !== '' && Date.parse(found.began) <= Date.parse(found.ended));
      const { document } = parseHTML(await readFile(page, 'utf8'));
      const said = document.body.textContent ?? '';
      assert.ok(
        said.includes('is what its log and its evidence say') && said.includes(found.heads.audit_events.sha256),
      );
      assert.equal(document.querySelectorAll('script, link, img, iframe').length, 0);

      const commit = join(lake, COMMIT);
      await writeFile(commit, (await readFile(commit, 'utf8')).replace('"rows":1', '"rows":2'));
      const wrong = await run(['verify', '--lake', lake, '--format', 'html']);
      assert.equal(wrong.code, 1);
      const text = parseHTML(wrong.stdout).document.body.textContent ?? '';
      assert.ok(text.includes('1 problem was found') && text.includes('Problem: commit_edited'), text);
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

  it(
    'leaves a record of itself, which the next one passes over, and none with --no-record',
    inFolder(async (folder) => {
      const lake = await lakeIn(folder);
      const records = () => readdir(join(lake, 'quarantine/verifications')).catch(() => []);
      assert.equal((await run(['verify', '--no-record', '--lake', lake])).code, 0);
      assert.deepEqual(await records(), []);
      assert.equal((await run(['verify', '--lake', lake])).code, 0);
      const [name = ''] = await records();
      assert.match(name, /^\d{8}T\d{6}Z-[0-9a-f]{8}\.json$/);
      const record = JSON.parse(await readFile(join(lake, 'quarantine/verifications', name), 'utf8'));
      assert.deepEqual([record.deep, record.problems, record.by.kind], [false, {}, 'claimed']);
      const again = JSON.parse((await run(['verify', '--deep', '--json', '--lake', lake])).stdout);
      assert.deepEqual([again.problems, again.notes], [[], []]);
      assert.equal((await records()).length, 2);
    }),
  );

  it(
    'says in one note that no record could be left, and is no failure by that',
    inFolder(async (folder) => {
      const lake = await lakeIn(folder);
      // Where its folder would be stands a file: as with a right that lacks, nothing can be written there.
      await mkdir(join(lake, 'quarantine'), { recursive: true });
      await writeFile(join(lake, 'quarantine/verifications'), '');
      const { code, stdout, stderr } = await run(['verify', '--lake', lake]);
      assert.equal(code, 0, stderr);
      assert.match(stderr, /no record of this verification was left in the lake: /);
      assert.match(stdout, /is what its log and evidence say\.\n$/);
    }),
  );
});
