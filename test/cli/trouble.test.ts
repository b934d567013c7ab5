import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { changeSentence } from '../../src/cli/change-sentence.ts';
import { HEADER, inFolder, record, run } from '../support/cli.ts';

const LOG = 'curated/audit_events/_delta_log';

/** Commands that read the tables, each in its way. */
const READERS = [['status'], ['query', 'SELECT 1'], ['history'], ['vacuum'], ['compact', '--dry-run']];

async function newLake(folder: string): Promise<string> {
  const lake = join(folder, 'lake');
  await writeFile(join(folder, 'a.csv'), HEADER + record('Created dashboard, ID=d-1, name=Sales'));
  assert.equal((await run(['ingest', join(folder, 'a.csv'), '--lake', lake])).code, 0);
  return lake;
}

describe('audit-lake, where something is not as it should be', () => {
  it(
    'makes no lake of a name that was mistyped',
    inFolder(async (folder) => {
      for (const flags of [[], ['--rejected']]) {
        const { code, stdout, stderr } = await run(['ingest', ...flags, '--lake', join(folder, 'typo')]);
        assert.deepEqual([code, stdout], [2, '']);
        assert.match(stderr, /there is no lake in \S+typo yet; make one with/);
      }
      assert.deepEqual(await readdir(folder), []);
    }),
  );

  for (const [gone, found] of [
    [
      'curated/audit_codes',
      /^audit-lake: Table curated\/audit_codes: expected its log in .*, found none.*restore.*audit-lake ingest --lake \S+lake$/,
    ],
    ['curated/audit_codes/_delta_log', /^audit-lake: Table curated\/audit_codes: expected its log/],
    [
      'curated/audit_events/_delta_log',
      /^audit-lake: Table curated\/audit_events: expected its log in .*, found none.*restore.*verify/,
    ],
    ['curated/audit_events', /^audit-lake: Table curated\/audit_events: expected its log/],
    ['curated', /^audit-lake: Table curated\/audit_events: expected its log/],
  ] as const) {
    it(
      `says that ${gone} is gone, and what to do, instead of there being no table yet`,
      inFolder(async (folder) => {
        const lake = await newLake(folder);
        await rm(join(lake, gone), { recursive: true });
        for (const args of gone === 'curated/audit_codes' ? READERS : [['status']]) {
          const { code, stdout, stderr } = await run([...args, '--lake', lake]);
          assert.deepEqual([code, stdout], [3, ''], args[0]);
          assert.match(stderr.trimEnd(), found, args[0]);
        }
      }),
    );
  }

  it(
    'takes in what is new, and writes the catalogue anew, where audit_codes is gone',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      await rm(join(lake, 'curated/audit_codes'), { recursive: true });
      await writeFile(join(folder, 'bad.csv'), 'no export');
      assert.equal((await run(['ingest', join(folder, 'bad.csv'), '--lake', lake])).code, 1);
      await rm(join(lake, 'curated/audit_codes'), { recursive: true });
      const again = await run(['ingest', '--rejected', '--json', '--lake', lake]);
      const { files } = JSON.parse(again.stdout) as { files: { path: string }[] };
      assert.deepEqual(
        files.map(({ path }) => path),
        ['raw/bad.csv'],
      );
      const { stdout } = await run([
        'query',
        'SELECT count(*) > 100 AS many FROM audit_codes',
        '--json',
        '--lake',
        lake,
      ]);
      assert.deepEqual(JSON.parse(stdout), [{ many: true }]);
    }),
  );

  it(
    'tells the status of a table whose statistics another engine garbled',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      const path = join(lake, LOG, '00000000000000000001.json');
      const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
      const garbled = lines.map((line) => {
        const action = JSON.parse(line) as { add?: object };
        return JSON.stringify(action.add === undefined ? action : { add: { ...action.add, stats: '{broken' } });
      });
      await writeFile(path, `${garbled.join('\n')}\n`);
      const { code, stdout } = await run(['status', '--json', '--lake', lake]);
      assert.equal(code, 0);
      assert.equal((JSON.parse(stdout) as { data_files: number }).data_files, 1);
    }),
  );

  it(
    'does not take evidence that contradicts the log for evidence that is late',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      const path = join(lake, 'evidence/audit_events/00000000000000000001.json');
      await writeFile(path, (await readFile(path, 'utf8')).replace('"version":1', '"version":7'));
      const { stderr } = await run(['ingest', '--lake', lake]);
      assert.match(stderr, /^log and evidence contradict each other, run verify: /m);
      assert.doesNotMatch(stderr, /the next run writes it/);
    }),
  );

  it(
    'repairs a data file by a replay, and says so',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      const day = join(lake, 'curated/audit_events/event_date=2026-03-01');
      const [file = ''] = await readdir(day);
      await rm(join(day, file));
      await writeFile(join(folder, 'b.csv'), HEADER + record('Created dashboard, ID=d-1, name=Sales'));
      const stopped = await run(['ingest', join(folder, 'b.csv'), '--into', 'b', '--lake', lake]);
      assert.equal(stopped.code, 3);
      assert.ok(stopped.stderr.includes(file) && !/\n\s+at /.test(stopped.stderr));
      const { code, stdout } = await run(['replay', '--lake', lake]);
      assert.equal(code, 0);
      assert.ok(stdout.includes(`could not be read: event_date=2026-03-01/${file}`));
      assert.equal((await run(['verify', '--deep', '--lake', lake])).code, 1, 'the raw file that waits');
      assert.equal((await run(['ingest', '--lake', lake])).code, 0);
      assert.equal((await run(['verify', '--deep', '--lake', lake])).code, 0);
    }),
  );
});

describe('a change in a sentence', () => {
  it('leaves out what is nothing, and copes with what another engine wrote', () => {
    const replay = { kind: 'replay', from: null, to: null, carried_over: 0, rows_before: 2, rows_after: 3 };
    for (const [change, expected] of [
      [{ ...replay, vanished: 0, appeared: 1, skipped: [] }, 'replay: 3 rows in place of 2, 1 event new'],
      [{ ...replay, to: '2026-03-01' }, 'replay to 2026-03-01: 3 rows in place of 2'],
      [
        { kind: 'retain', before: '2026-03-01', files: 1, rows: 2 },
        'retain: 2 rows dated before 2026-03-01 removed, with 1 file',
      ],
      [{ kind: 'erase', rows: 2, files: 1, erased: null }, 'erase: 2 rows removed, in 1 file'],
      [{ kind: 'other', a: null, b: 0, c: 'x' }, 'other: c x'],
    ] as const) {
      assert.equal(changeSentence(change), expected);
    }
  });
});
