import assert from 'node:assert/strict';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { describe, it } from 'vitest';
import { replayTable } from '../../src/maintenance/replay.ts';
import { localStorage, type Storage } from '../../src/storage/index.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { type OldLake, onOldLake } from '../fixtures/old-lake.ts';
import { run } from '../support/cli.ts';
import { HOST, ingest, settings, snapshotOf, tableRows } from '../support/lake.ts';

async function verified(storage: Storage, deep: boolean) {
  const { problems, notes } = await verifyLake(storage, settings(), { deep, head: null });
  return { problems, notes: notes.map(({ kind }) => kind) };
}

/** Files of raw by what the version that wrote the lake made of them. */
function pathsOf({ sources }: OldLake, outcome: 'ingested' | 'rejected'): string[] {
  return sources.filter((source) => source.outcome === outcome).map(({ path }) => path);
}

const replaying = { scope: null, reason: 'test' };

describe('a lake of many formats that an early version wrote', () => {
  it(
    'is what its log and evidence say, also row by row from raw, whatever is read otherwise today',
    onOldLake(async (lake) => {
      const storage = localStorage(lake.root);
      assert.equal(lake.sources.length, 42);
      assert.deepEqual(await verified(storage, false), { problems: [], notes: [] });
      const deep = await verified(storage, true);
      assert.deepEqual(deep.problems, []);
      // Of audit_codes, and of the rows: the catalogue of that version had no classic codes.
      assert.deepEqual(deep.notes, ['other_catalogue', 'other_reader', 'other_catalogue']);
    }),
  );

  it(
    'takes nothing in again: what is in stays, what was rejected is tried once more and is no news if it is rejected again',
    onOldLake(async (lake) => {
      const storage = localStorage(lake.root);
      const before = await tableRows(storage);
      const { reports } = await ingest(storage);
      const rejected = new Set(pathsOf(lake, 'rejected'));
      for (const report of reports) {
        const { path, outcome, reason } = report;
        // Records in quarantine that can be read by now go in, and nothing else of a file that is in.
        if (report.warnings.includes('read_again')) assert.ok(!rejected.has(path));
        else if (!rejected.has(path)) assert.deepEqual([path, outcome, reason], [path, 'skipped', 'already_ingested']);
        // What can be read by now goes in; the rest stands rejected.
        else if (outcome !== 'ingested')
          assert.deepEqual([path, outcome, reason], [path, 'skipped', 'rejected_before']);
      }
      const added = reports.reduce((sum, { committed }) => sum + committed, 0);
      const after = await tableRows(storage);
      assert.equal(after.length, before.length + added);
      const ofBefore = after.filter((row) => before.some((each) => each['event_uid'] === row['event_uid']));
      assert.deepEqual(ofBefore, before);

      const again = await ingest(storage);
      assert.ok(again.reports.every(({ outcome }) => outcome === 'skipped'));
      assert.deepEqual((await verified(storage, false)).problems, []);
      assert.deepEqual((await verified(storage, true)).problems, []);
    }),
  );

  it(
    'ends with 0 on the command line, where somebody gives the same files once more',
    onOldLake(async (lake) => {
      const { root } = lake;
      const files = pathsOf(lake, 'ingested').map((path) => `${root}/${path}`);
      const given = await run(['ingest', ...files, '--lake', root, '--json']);
      assert.equal(given.code, 0, given.stderr);
      const taken = JSON.parse(given.stdout).files.filter(({ outcome }: { outcome: string }) => outcome !== 'skipped');
      assert.ok(taken.every(({ warnings }: { warnings: string[] }) => warnings.includes('read_again')));
      const again = await run(['ingest', ...files, '--lake', root, '--json']);
      assert.match(again.stdout, /"totals":\{[^}]*"rows":0,"committed":0/);
      assert.equal((await run(['ingest', '--lake', root])).code, 0);
      assert.equal((await run(['verify', '--deep', '--lake', root])).code, 0);
    }),
  );

  it(
    'is told of files that are read otherwise today, since their events may be there under other ids',
    onOldLake(async ({ root }) => {
      const storage = localStorage(root);
      for (const name of ['crcrlf', 'crlf']) await copyFile(`${root}/raw/${name}.csv`, `${root}/raw/again-${name}.csv`);
      const text = Buffer.from(await readFile(`${root}/raw/crcrlf.csv`)).toString('latin1');
      await writeFile(`${root}/raw/new.csv`, text.replaceAll('20', '19').replaceAll('1926', '2026'), 'latin1');
      const { reports } = await ingest(storage, {}, ['raw/again-crcrlf.csv', 'raw/again-crlf.csv', 'raw/new.csv']);
      assert.deepEqual(
        reports.map(({ committed, warnings }) => [committed > 0, warnings.includes('identity_values_changed')]),
        [
          [false, false],
          [false, false],
          [true, true],
        ],
      );
      assert.deepEqual((await verified(storage, true)).problems, []);
    }),
  );

  it(
    'says what a replay would change, and is as if read today after it',
    onOldLake(async (lake) => {
      const storage = localStorage(lake.root);
      await ingest(storage);
      const dry = await replayTable({ storage, host: HOST }, settings(), await snapshotOf(storage), {
        ...replaying,
        dryRun: true,
      });
      assert.equal(dry.version, null);
      const done = await replayTable({ storage, host: HOST }, settings(), await snapshotOf(storage), {
        ...replaying,
        dryRun: false,
      });
      assert.deepEqual([done.idsChanged, done.vanished, done.appeared], [dry.idsChanged, dry.vanished, dry.appeared]);
      const { problems, notes } = await verified(storage, true);
      assert.deepEqual(problems, []);
      assert.ok(!notes.includes('other_reader'));
    }),
  );
});
