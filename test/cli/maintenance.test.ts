import assert from 'node:assert/strict';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { assertVisible, HEADER, inFolder, type Result, record, run } from '../support/cli.ts';

const LONG_AGO = new Date('2026-03-01T00:00:00Z');

/** Two exports of one past day, each ingested on its own, and a data file that no commit names. */
async function lakeIn(folder: string): Promise<string> {
  const lake = join(folder, 'lake');
  for (const [index, name] of ['a', 'b\u202e'].entries()) {
    const file = join(folder, `${name}.csv`);
    await writeFile(file, HEADER + record(`Created dashboard, ID=d-${index}, name=Sales`));
    assert.equal((await run(['ingest', file, '--lake', lake])).code, 0);
  }
  const orphan = join(lake, 'curated/audit_events/lost\u202e.parquet');
  await writeFile(orphan, 'x');
  await utimes(orphan, LONG_AGO, LONG_AGO);
  return lake;
}

function json(result: Result): Record<string, unknown> {
  assert.equal(result.code, 0, result.stderr);
  return JSON.parse(result.stdout) as Record<string, unknown>;
}

describe('audit-lake compact, vacuum, history', () => {
  it(
    'keep the table in shape and say what was done',
    inFolder(async (folder) => {
      const lake = await lakeIn(folder);
      const dry = await run(['compact', '--dry-run', '--lake', lake]);
      assert.equal(dry.code, 0);
      assert.match(dry.stdout, /2026-03-01 +2 +2 +1 +\d+ kB +\?\n\n2 files of 1 day would become about 1; nothing was/);
      const compacted = await run(['compact', '--lake', lake]);
      assert.match(compacted.stderr, /compacting 2026-03-01 \(1 of 1\)/);
      assert.match(compacted.stdout, /2 files of 1 day became 1, in version 3; vacuum removes the old ones in time/);
      assert.equal(json(await run(['compact', '--json', '--lake', lake]))['outcome'], 'nothing to do');

      const listed = await run(['vacuum', '--dry-run', '--lake', lake]);
      assert.match(listed.stdout, /curated\/audit_events: 1 file unused for 7 days, 1 byte, would be removed/);
      assertVisible(listed.stdout);
      const { tables } = json(await run(['vacuum', '--json', '--reason', 'ticket 1', '--yes', '--lake', lake])) as {
        readonly tables: readonly { readonly files: readonly { readonly path: string }[] }[];
      };
      assert.deepEqual(
        tables.map(({ files }) => files.map(({ path }) => path)),
        [['curated/audit_events/lost\u202e.parquet'], []],
      );
      assert.equal((await readdir(join(lake, 'curated/audit_events'))).length, 2);

      const history = await run(['history', '--lake', lake]);
      assert.equal(history.code, 0);
      assertVisible(history.stdout);
      const lines = history.stdout.split('\n');
      assert.match(lines[0] ?? '', /^4 {2}\S+Z {2}VACUUM START {2}files \+0 -0 {2}by nexthink-audit-lake$/);
      assert.match(lines[1] ?? '', /^ {4}vacuum: 1 file to be deleted, unused for 7 days: ticket 1$/);
      assert.match(lines[2] ?? '', /^ {4}asked for by .+ \(claimed: /);
      assert.match(lines[3] ?? '', /^3 {2}\S+Z {2}OPTIMIZE {2}files \+1 -2 {2}by nexthink-audit-lake$/);
      assert.match(lines[4] ?? '', /^ {4}compact: 2 rows of 1 day, 2 files became 1$/);
      assert.match(history.stdout, /ingested raw\/b\\u\{202e\}\.csv: 1 row = 1 committed\n/);
      const last = await run(['history', '--limit', '2', '--json', '--lake', lake]);
      const versions = last.stdout.trimEnd().split('\n');
      assert.deepEqual(
        versions.map((line) => (JSON.parse(line) as { readonly version: number }).version),
        [4, 3],
      );
      const query = await run(['query', 'SELECT count(*) AS n FROM audit_events', '--json', '--lake', lake]);
      assert.match(query.stdout, /"n":\s*"?2/);
    }),
  );

  it(
    'refuse what makes no sense, and a lake that is none',
    inFolder(async (folder) => {
      const lake = join(folder, 'lake');
      const expected: readonly (readonly [readonly string[], RegExp])[] = [
        [['compact', '--before', '2999-01-01'], /--before takes a date that is not to come/],
        [['compact', '--before', '2026-02-30'], /--before takes a date/],
        [['compact', '--max-minutes', 'soon'], /--max-minutes takes a number above 0, found soon/],
        [['vacuum', '--older-than', '6'], /a whole number of days, 7 at least; found 6/],
        [['history', '--limit', '0'], /--limit takes a whole number above 0, found 0/],
        [['compact'], /there is no table in/],
        [['vacuum'], /there is no table in/],
        [['history'], /there is no table in/],
      ];
      for (const [args, message] of expected) {
        const { code, stderr } = await run([...args, '--lake', lake]);
        assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
        assert.match(stderr, message);
      }
      assert.deepEqual(await readdir(folder), []);
    }),
  );
});
