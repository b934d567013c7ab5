import assert from 'node:assert/strict';
import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
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

  for (const [what, change] of [
    ['gone', (file: string) => rm(file)],
    ['cut off', (file: string) => truncate(file, 1000)],
  ] as const) {
    it(
      `ends with 1 where a data file is ${what}, and the page says what is left out and counts the rest`,
      inFolder(async (folder) => {
        const lake = await lakeIn(folder);
        const file = join(folder, 'b.csv');
        const lost = record('Created dashboard, ID=d-2, name=Lost', '2026-03-05T10:00:00Z');
        await writeFile(file, HEADER + lost + lost.replace('d-2', 'd-3'));
        assert.equal((await run(['ingest', file, '--lake', lake])).code, 0);
        const events = join(lake, 'curated/audit_events');
        const [part = ''] = await readdir(join(events, 'event_date=2026-03-05'));
        await change(join(events, 'event_date=2026-03-05', part));
        const page = join(folder, 'report.html');
        const made = await run(['report', '--lake', lake, '--output', page]);
        assert.equal(made.code, 1, made.stderr);
        const said = await saidIn(page);
        assert.match(said, /1 data file is gone, or is not what was committed.*By the log 2 events are lost/);
        assert.match(said, /2026-03-01 to 2026-03-05.*Events ?1 by 1 actor/);
        assert.ok(said.includes(part) && said.includes('1 problem was found'));
        // Whom the lost file names, no mask knows.
        const masked = await run([
          'report',
          '--lake',
          lake,
          '--mask',
          'people',
          '--output',
          join(folder, 'masked.html'),
        ]);
        assert.equal(masked.code, 3);
        assert.match(masked.stderr, /audit_events.*verify/);
      }),
    );
  }

  it(
    'has the verification alone where nothing can be counted, and says so',
    inFolder(async (folder) => {
      const lake = await lakeIn(folder);
      await rm(join(lake, 'curated/audit_events/_delta_log'), { recursive: true });
      const page = join(folder, 'report.html');
      const made = await run(['report', '--lake', lake, '--output', page]);
      assert.equal(made.code, 1, made.stderr);
      assert.match(await saidIn(page), /Nothing can be counted, as the lake stands.*is not what its log/);
      assert.equal((await run(['report', '--no-verify', '--lake', lake, '--output', page, '--force'])).code, 3);
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
