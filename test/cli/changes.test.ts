import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { COPY_KINDS } from '../../src/maintenance/index.ts';
import { localStorage } from '../../src/storage/index.ts';
import { assertVisible, HEADER, inFolder, record, run } from '../support/cli.ts';
import { snapshotOf } from '../support/lake.ts';

/** A lake with one event of li.wei on each of two days, and one more of somebody with a deceptive name. */
async function newLake(folder: string): Promise<string> {
  const lake = join(folder, 'lake');
  const file = join(folder, 'a.csv');
  const other = '2026-03-02T11:00:00Z,92042,"Created dashboard, ID=d-3, name=n",\u202eadmin\n';
  const days = ['2026-03-01T10:00:00Z', '2026-03-02T10:00:00Z'];
  const lines = days.map((time, day) => record(`Created dashboard, ID=d-${day}, name=Sales`, time));
  await writeFile(file, `${HEADER}${lines.join('')}${other}broken by li.wei@corp.example\n`);
  const { code } = await run(['ingest', file, '--lake', lake]);
  assert.equal(code, 0);
  return lake;
}

/** What a change that nothing takes back needs where nobody can be asked. */
const AGREED = ['--reason', 'ticket 1', '--yes'];

describe('audit-lake retain, erase and replay', () => {
  it(
    'say in text what they would do, what they did and what is left elsewhere',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      for (const [args, expected] of [
        [['retain', '--older-than', '2026-03-02', '--dry-run'], [/^would remove 1 row dated before 2026-03-02/]],
        [
          ['retain', '--older-than', '2026-03-02', ...AGREED],
          [/^removed 1 row dated before 2026-03-02, in 1 data file/, /raw files: 1, of which 0 landed before/],
        ],
        [['retain', '--older-than', '2026-03-01', ...AGREED], [/^nothing to do: .* before 2026-03-02/]],
        [['erase', '--user', 'li.wei@corp.example', '--dry-run'], [/^would erase 1 row, in 1 data file; nothing/]],
        [
          ['erase', '--user', 'li.wei@corp.example', '--user', 'u-1', ...AGREED],
          [
            /^erased 1 row, in 1 data file, in version 6; quarantine\/erased\/[0-9a-f]{32}\.json/,
            /^What still holds their data, since erase does not reach it:$/m,
            /^audit_events was searched: rows are theirs by actor_name, .*user_ids; a mention .* message, unmapped too$/m,
            /^audit_codes names nobody: no column is a person's$/m,
            /^ {2}1: raw files from which rows were read that are theirs/m,
            /^ {4}raw\/a\.csv$/m,
            /^ {2}\d: data files that hold rows of theirs.*\n {6}run vacuum 7 days after the erasure/m,
            /^ {2}\d: commits in which a value stands/m,
            /^ {2}none: checkpoints/m,
            /^ {2}not counted here: what other engines keep/m,
            /^ {4}quarantine\/rows\/\S+\.jsonl \(1 record\)$/m,
          ],
        ],
        [
          ['replay', '--dry-run'],
          [/^read 1 raw file again, 4 records$/m, /would put 1 row in place of 1/],
        ],
        [['replay', '--from', '2026-03-02'], [/^put 1 row in place of 1, in version 9$/m]],
      ] as const) {
        const { code, stdout, stderr } = await run([...args, '--lake', lake]);
        assert.equal(code, 0, stderr);
        assertVisible(stdout);
        for (const pattern of expected) assert.match(stdout, pattern);
      }
    }),
  );

  it(
    'print one JSON object with --json, and keep the reason',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      const json = async (...args: string[]) => {
        const { stdout } = await run([...args, '--lake', lake, '--json', '--reason', 'ticket 7']);
        return JSON.parse(stdout);
      };
      const { remains: left, ...erased } = await json('erase', '--yes', '--user', '\u202eadmin');
      const { list, ...counts } = erased;
      const { copies, ...remains } = left;
      assert.deepEqual(counts, {
        ...{ dry_run: false, table: 'audit_events', version: 3, table_version: 4, rows: 1, files: 1 },
      });
      assert.deepEqual(
        copies.map(({ kind }: { kind: string }) => kind),
        Object.keys(COPY_KINDS),
      );
      assert.deepEqual([copies[0].count, copies[0].names], [1, ['raw/a.csv']]);
      const live = [...(await snapshotOf(localStorage(lake))).files.keys()].map(
        (path) => `curated/audit_events/${path}`,
      );
      const dataFiles = copies.find(({ kind }: { kind: string }) => kind === 'data_files');
      assert.equal(dataFiles.count, 1);
      assert.ok(
        !dataFiles.names.some((name: string) => live.includes(name)),
        'what was written anew holds nothing of theirs',
      );
      assert.equal(list.rows, 1);
      assert.deepEqual(remains, {
        rows_that_mention: 0,
        raw_files: ['raw/a.csv'],
        raw_files_that_mention: [],
        quarantine_files: [],
      });
      const retained = await json('retain', '--yes', '--older-than', '2026-03-02');
      assert.equal(retained.version, 6);
      assert.deepEqual([retained.before, retained.rows, retained.remains.raw_files], ['2026-03-02', 1, 1]);
      await rm(join(lake, 'raw/a.csv'));
      assert.deepEqual(await json('replay', '--from', '2026-03-02', '--to', '2026-03-02'), {
        dry_run: false,
        version: 9,
        table_version: 10,
        from: '2026-03-02',
        to: '2026-03-02',
        sources: 0,
        records: 0,
        rows_before: 1,
        rows_after: 1,
        carried_over: 1,
        ids_changed: 0,
        vanished: 0,
        dropped: 0,
        made_good: [],
        appeared: 0,
        damaged: [],
        skipped: [{ path: 'raw/a.csv', reason: 'gone' }],
      });
      const { stdout } = await run(['history', '--lake', lake]);
      assert.match(stdout, /ticket 7/);
      assert.match(
        stdout,
        /^ {4}replay of 2026-03-02: 1 row in place of 1, 1 of them kept as they were, 1 raw file not read again$/m,
      );
      assert.match(stdout, /^ {4}erase: \d+ rows? removed, in \d+ files?; their ids are in quarantine\/erased\/\S+$/m);
      assert.doesNotMatch(stdout, /null/);
    }),
  );

  it(
    'refuse what cannot be meant: exit code 2, and nothing done',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      const today = new Date().toISOString().slice(0, 10);
      for (const [args, expected] of [
        [['retain', '--older-than', '3w'], /an age such as 90d, 13m or 2y/],
        [['retain', '--older-than', today], /name a day that is past/],
        [['erase', '--user', ' '], /found an empty one/],
        [['erase', '--user', 'li.wei', '--reason', 'LI.WEI asked for it'], /--reason stays in the log for good/],
        [['replay', '--from', '2026-03-02', '--to', '2026-03-01'], /is after/],
      ] as const) {
        const { code, stderr } = await run([...args, '--lake', lake]);
        assert.equal(code, 2, args.join(' '));
        assert.match(stderr, expected);
      }
      const missing = await run(['replay', '--lake', join(folder, 'none')]);
      assert.deepEqual([missing.code, missing.stdout], [2, '']);
      assert.match(missing.stderr, /there is no table in/);
      const { stdout } = await run(['status', '--lake', lake, '--json']);
      assert.equal(JSON.parse(stdout).table_version, 1);
    }),
  );
});
