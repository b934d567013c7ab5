import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { describe, it } from 'vitest';
import { HEADER, inFolder, record, run } from '../support/cli.ts';

async function lakeIn(folder: string): Promise<string> {
  const lake = join(folder, 'lake');
  await writeFile(join(folder, 'a.csv'), `${HEADER}${record('Created dashboard, ID=d-1, name=Sales')}`);
  assert.equal((await run(['ingest', join(folder, 'a.csv'), '--lake', lake])).code, 0);
  return lake;
}

async function saidIn(file: string): Promise<string> {
  const { document } = parseHTML(await readFile(file, 'utf8'));
  return (document.body.textContent ?? '').replaceAll(/\s+/g, ' ');
}

describe('audit-lake report', () => {
  it(
    'verifies the lake and writes one page for this user alone, and replaces one with --force only',
    inFolder(async (folder) => {
      const lake = await lakeIn(folder);
      const page = join(folder, 'march.html');
      const report = ['report', '--lake', lake, '--output', page, '--from', '2026-03-01', '--to', '2026-03-31'];
      const made = await run(report);
      assert.equal(made.code, 0, made.stderr);
      assert.equal(made.stdout, '');
      if (process.platform !== 'win32') assert.equal((await stat(page)).mode & 0o777, 0o600);
      const said = await saidIn(page);
      assert.ok(
        said.includes('2026-03-01 to 2026-03-31 (UTC)') && said.includes('is what its log and its evidence say'),
      );
      assert.match(said, /with the head [0-9a-f]{64} of version 1:.*audit-lake.* report --lake/);
      const again = await run(report);
      assert.equal(again.code, 2);
      assert.match(again.stderr, /a file of that name is there already; --force replaces it/);
      assert.equal((await run([...report, '--force', '--no-verify'])).code, 0);
      assert.match(await saidIn(page), /was not verified for this report.*The last one on record.*Problems ?none/);
    }),
  );

  it(
    'ends with 1 where the verification finds a problem, and the page says which',
    inFolder(async (folder) => {
      const lake = await lakeIn(folder);
      const commit = join(lake, 'curated/audit_events/_delta_log/00000000000000000001.json');
      await writeFile(commit, (await readFile(commit, 'utf8')).replace('"rows":1', '"rows":2'));
      const page = join(folder, 'report.html');
      assert.equal((await run(['report', '--lake', lake, '--output', page])).code, 1);
      assert.match(await saidIn(page), /1 problem was found\..*commit_edited/);
    }),
  );

  it(
    'says in one line what it was given and does not take, and writes nothing',
    inFolder(async (folder) => {
      const lake = await lakeIn(folder);
      const page = join(folder, 'report.html');
      for (const [options, text] of [
        [['--from', '2026-03-40'], /--from: expected a day/],
        [['--from', '2026-03-02', '--to', '2026-03-01'], /expected --from to be before --to/],
        [['--time-zone', 'Europe/Zürich'], /--time-zone: expected an IANA time zone/],
        [['--instance', 'acme'], /--instance acme: the lake has no event of it/],
        [['--no-verify', '--deep'], /--no-verify excludes --deep/],
        [['--reveal', 'li'], /goes with --mask people/],
      ] as const) {
        const refused = await run(['report', '--lake', lake, '--output', page, '--no-record', ...options]);
        assert.equal(refused.code, 2, refused.stderr);
        assert.match(refused.stderr, text);
      }
      await assert.rejects(stat(page));
    }),
  );
});
