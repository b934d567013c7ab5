import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { HEADER, inFolder, record, run } from '../support/cli.ts';

/** A lake into which two exports went that share an event; the first one has a bad record as well. */
const onLake = (body: (lake: string, folder: string) => Promise<void>) =>
  inFolder(async (folder) => {
    const lake = join(folder, 'lake');
    await writeFile(join(folder, 'test.csv'), `${HEADER}${record('x')}${record('y')}broken\n`);
    await writeFile(join(folder, 'good.csv'), `${HEADER}${record('y')}${record('z')}`);
    assert.equal((await run(['ingest', join(folder, 'test.csv'), join(folder, 'good.csv'), '--lake', lake])).code, 0);
    await body(lake, folder);
  });

const count = 'SELECT source_file, count(*) AS n FROM audit_events GROUP BY ALL ORDER BY ALL';

describe('withdraw', () => {
  it(
    'takes a file out and says so to whoever asks, until it is taken back',
    onLake(async (lake, folder) => {
      const before = JSON.parse((await run(['query', count, '--json', '--lake', lake])).stdout);
      const told = await run(['withdraw', 'raw/test.csv', '--reason', 'test export', '--lake', lake]);
      assert.equal(told.code, 0, told.stderr);
      assert.match(
        told.stdout,
        /withdrew raw\/test\.csv \(SHA-256 \w{16}…\): it had 2 rows, and 1 record in quarantine/,
      );
      assert.match(told.stdout, /1 event of these .* raw\/good\.csv/);
      assert.match(told.stdout, /withdraw --undo raw\/test\.csv/);
      const left = await run(['query', 'SELECT count(*) AS n FROM audit_events', '--json', '--lake', lake]);
      assert.match(left.stdout, /2/);
      const bad = await run(['query', 'SELECT count(*) AS n FROM quarantine_rows', '--json', '--lake', lake]);
      assert.match(bad.stdout, /0/);
      for (const named of [[], [join(folder, 'test.csv')]]) {
        const again = await run(['ingest', ...named, '--lake', lake]);
        assert.equal(again.code, 0);
        assert.match(again.stdout, /raw\/test\.csv +skipped: withdrawn/);
        assert.match(again.stdout, /audit-lake withdraw --undo raw\/test\.csv --reason TEXT/);
      }
      const verified = await run(['verify', '--deep', '--lake', lake]);
      assert.equal(verified.code, 0);
      assert.match(verified.stdout, /raw_withdrawn.*raw\/test\.csv[\s\S]*test export/);
      const status = JSON.parse((await run(['status', '--json', '--lake', lake])).stdout);
      assert.deepEqual([status.withdrawn, status.waiting], [['raw/test.csv'], []]);
      assert.match((await run(['history', '--lake', lake])).stdout, /withdraw: raw\/test\.csv.*2 rows.*test export/);
      const back = await run([
        'withdraw',
        '--undo',
        'raw/test.csv',
        '--reason',
        'right after all',
        '--json',
        '--lake',
        lake,
      ]);
      assert.equal(back.code, 0, back.stderr);
      const { undo, rows, rows_of_others: others } = JSON.parse(back.stdout);
      assert.deepEqual([undo, rows, others], [true, 2, 1]);
      assert.deepEqual(JSON.parse((await run(['query', count, '--json', '--lake', lake])).stdout), before);
      assert.equal((await run(['verify', '--deep', '--lake', lake])).code, 0);
    }),
  );

  it(
    'says what it would do, and asks for a reason and a raw file',
    onLake(async (lake) => {
      const dry = await run(['withdraw', 'raw/test.csv', '--dry-run', '--json', '--lake', lake]);
      const { dry_run: isDry, version, rows, passed_on: passedOn } = JSON.parse(dry.stdout);
      assert.deepEqual([isDry, version, rows, passedOn[0].path, passedOn[0].rows], [true, null, 2, 'raw/good.csv', 1]);
      for (const [args, said] of [
        [['raw/test.csv'], /--reason TEXT/],
        [['raw/none.csv', '--reason', 'x'], /nothing is there/],
        [['test.csv', '--reason', 'x'], /such as raw\/export\.csv; found "test\.csv"/],
        [['raw/test.csv', '--undo', '--reason', 'x'], /is not; withdrawn: none is/],
        [['raw/test.csv', '--sha256', 'no', '--reason', 'x'], /--sha256 takes/],
        [['--reason', 'x'], /missing required argument/],
      ] as const) {
        const told = await run(['withdraw', ...args, '--lake', lake]);
        assert.equal(told.code, 2, told.stderr);
        assert.match(told.stderr, said);
      }
      assert.equal((await run(['verify', '--lake', lake])).code, 0);
    }),
  );
});
