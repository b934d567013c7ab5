import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, it } from 'vitest';
import { prepareTables } from '../../src/lake/index.ts';
import { acceptChange, NotAcceptable } from '../../src/maintenance/accept.ts';
import { foreignRemovals } from '../../src/maintenance/foreign-removal-days.ts';
import { history } from '../../src/maintenance/history.ts';
import { commitPath } from '../../src/table/index.ts';
import { EVENTS, HOST, ingest, LANDED_AT, snapshotOf } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { type Fate, faulty } from '../support/store-faults.ts';
import { notes, problems, verify } from '../verify/lake.ts';
import { DATES, days, erase, events, replay, retain, threeDays } from './changes.ts';
import {
  deleteDays,
  foreignCommit,
  foreignFile,
  liveFiles,
  overwriteBy,
  removed,
  restoreTo,
} from './foreign-changes.ts';

const [FIRST = '', SECOND = '', THIRD = ''] = DATES;

async function accept(storage: MemoryStorage, version: number, reason = 'ticket 7') {
  const { events: snapshot } = await prepareTables({ storage, host: HOST });
  return acceptChange({ storage, host: HOST }, snapshot, { version, reason });
}

async function reasons(storage: MemoryStorage): Promise<(string | null)[]> {
  return [...new Set((await ingest(storage)).reports.map(({ reason }) => reason))];
}

/** A lake whose rows come from raw files that ours never had. */
async function strange(): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  storage.put('raw/strange.csv', days(FIRST).replaceAll('li', 'mallory'), LANDED_AT);
  await ingest(storage);
  return storage;
}

/** A lake in which the rows of a person are erased. */
async function erased(): Promise<MemoryStorage> {
  const storage = await threeDays();
  await erase(storage);
  return storage;
}

const CHANGES: readonly (readonly [
  string,
  () => Promise<MemoryStorage>,
  (storage: MemoryStorage) => Promise<number>,
])[] = [
  ['deletes a day', threeDays, (storage) => deleteDays(storage, SECOND)],
  ['deletes everything', threeDays, (storage) => deleteDays(storage)],
  ['deletes rows by rewriting files', threeDays, async (storage) => overwriteBy(storage, await erased())],
  ['overwrites with rows that no raw file gave', threeDays, async (storage) => overwriteBy(storage, await strange())],
  [
    'inserts rows that no raw file gave',
    threeDays,
    async (storage) => {
      const other = await strange();
      const [file] = await liveFiles(other);
      return foreignCommit(storage, 'WRITE', [await foreignFile(storage, other, file!)]);
    },
  ],
  ['goes back to an earlier version', threeDays, (storage) => restoreTo(storage, 1)],
  ['goes back to before an erasure', erased, (storage) => restoreTo(storage, 2)],
];

describe('after another engine', () => {
  for (const [what, lake, change] of CHANGES) {
    it(`${what}, a replay and an acceptance bring verification back to nothing`, async () => {
      const storage = await lake();
      const expected = await events(storage);
      const version = await change(storage);
      const where = commitPath(EVENTS, version);
      const removes = storage.content(where).includes('"remove"');
      if (removes) {
        assert.deepEqual(await reasons(storage), ['rows_in_doubt']);
        assert.deepEqual(await reasons(storage), ['rows_in_doubt'], 'and the next time');
      }
      assert.deepEqual(problems(await verify(storage)), [`foreign_data_change ${where}`]);
      await replay(storage);
      assert.deepEqual(await events(storage), expected);
      assert.deepEqual(await reasons(storage), ['already_ingested']);
      assert.deepEqual(problems(await verify(storage)), [`foreign_data_change ${where}`]);
      await accept(storage, version);
      for (const deep of [false, true]) {
        const verification = await verify(storage, { deep });
        assert.deepEqual(verification.problems, []);
        const note = verification.notes.find(({ kind }) => kind === 'foreign_change_accepted');
        assert.equal(note?.where, where);
        assert.match(note?.explanation ?? '', /\(replay\) put back .* accepted it on 20\S+: ticket 7$/);
      }
    });
  }

  it('removes rows, ingestion names the version and its days, and goes on with new files', async () => {
    const storage = await threeDays();
    const version = await deleteDays(storage, FIRST, SECOND);
    storage.put('raw/4.csv', days('2026-03-09'), LANDED_AT);
    const { reports, snapshot } = await ingest(storage);
    assert.equal(reports.find(({ path }) => path === 'raw/4.csv')?.committed, 7);
    assert.match(reports[0]?.explanation ?? '', new RegExp(`version ${version} .*replay`));
    assert.deepEqual(await foreignRemovals(storage, snapshot), [
      { version, operation: 'DELETE', engine: 'Other/1.0', days: { from: FIRST, to: SECOND } },
    ]);
  });

  it('removes rows of some days, a replay of others leaves it in doubt', async () => {
    const storage = await threeDays();
    const version = await deleteDays(storage, SECOND);
    await replay(storage, {}, [FIRST, FIRST]);
    assert.deepEqual(await reasons(storage), ['rows_in_doubt']);
    await accept(storage, version);
    const { problems: found } = await verify(storage);
    assert.match(found[0]?.explanation ?? '', /does not cover its days.*does not stand/);
    await replay(storage, {}, [SECOND, THIRD]);
    assert.deepEqual(await reasons(storage), ['already_ingested']);
    assert.deepEqual(problems(await verify(storage)), []);
  });

  it('removes rows while a file is being taken in, the next run knows', async () => {
    const storage = await threeDays();
    storage.put('raw/4.csv', days('2026-03-09'), LANDED_AT);
    let raced = false;
    const racing = faulty(storage, async ({ operation, path }): Promise<Fate> => {
      if (!raced && operation === 'create' && path.startsWith(`${EVENTS}/_delta_log/`)) {
        raced = true;
        await deleteDays(storage, SECOND);
      }
      return 'passes';
    });
    await ingest(racing);
    assert.deepEqual(await reasons(storage), ['rows_in_doubt']);
  });

  it('removed rows, a retention of these days needs none of them back', async () => {
    const storage = await threeDays();
    const version = await deleteDays(storage, FIRST);
    await retain(storage, SECOND);
    await replay(storage);
    await accept(storage, version);
    assert.deepEqual(problems(await verify(storage, { deep: true })), []);
  });

  it('removed rows of a raw file that is gone, neither replay nor acceptance makes that good', async () => {
    const storage = await threeDays();
    storage.files.delete('raw/3.csv');
    const version = await deleteDays(storage, THIRD);
    await replay(storage);
    await accept(storage, version);
    const { problems: found } = await verify(storage);
    const change = found.find(({ kind }) => kind === 'foreign_data_change');
    assert.match(change?.explanation ?? '', /7 of the rows of its days are still missing/);
  });
});

describe('an acceptance', () => {
  it('names version, SHA-256 and reason, changes no row, and stands in the history', async () => {
    const storage = await threeDays();
    const version = await deleteDays(storage, SECOND);
    const before = await liveFiles(storage);
    const { needsReplay, snapshot } = await accept(storage, version, 'a test of the restore');
    assert.equal(needsReplay, true);
    assert.deepEqual(await liveFiles(storage), before);
    const { value: newest } = await history(storage, snapshot)[Symbol.asyncIterator]().next();
    const sha256 = hash('sha256', storage.content(commitPath(EVENTS, version)), 'hex');
    assert.deepEqual(newest?.accepted, { version, sha256, reason: 'a test of the restore' });
  });

  it('is refused of a version that is none, and of one in which no other engine changed data', async () => {
    const storage = await threeDays();
    const rearranged = await foreignCommit(storage, 'OPTIMIZE', []);
    for (const version of [1, rearranged, 999]) await assert.rejects(accept(storage, version), NotAcceptable);
  });

  it('silences nothing before a replay, nor after a later change', async () => {
    const storage = await threeDays();
    const first = await deleteDays(storage, SECOND);
    await accept(storage, first);
    assert.deepEqual(problems(await verify(storage)), [`foreign_data_change ${commitPath(EVENTS, first)}`]);
    await replay(storage);
    assert.deepEqual(problems(await verify(storage)), []);
    const second = await deleteDays(storage, SECOND);
    assert.deepEqual(problems(await verify(storage)), [`foreign_data_change ${commitPath(EVENTS, second)}`]);
  });
});

describe('a forged acceptance', () => {
  const forge = (storage: MemoryStorage, version: number, sha256: string, more: readonly object[] = [], info = {}) => {
    const next = Number(storage.paths(`${EVENTS}/_delta_log/`).filter((path) => path.endsWith('.json')).length);
    const commitInfo = {
      ...{ timestamp: 1, operation: 'ACCEPT CHANGE', engineInfo: 'nexthink-audit-lake', txnId: `forged${next}` },
      ...(sha256 !== '' && { accepted: { version, sha256, reason: 'nothing to see' } }),
      ...info,
    };
    const lines = [{ commitInfo }, ...more].map((each) => `${JSON.stringify(each)}\n`);
    storage.put(commitPath(EVENTS, next), lines.join(''));
  };

  for (const [what, replays] of [
    ['alone', false],
    ['with a forged replay of nothing', true],
  ] as const) {
    it(`${what} hides no deletion`, async () => {
      const storage = await threeDays();
      const version = await deleteDays(storage, SECOND);
      if (replays) {
        const { metadata } = await snapshotOf(storage);
        const bracket = { id: 'f'.repeat(32), kind: 'replay', reason: 'x' };
        const set = (appendOnly: string) => ({
          metaData: { ...metadata, configuration: { ...metadata.configuration, 'delta.appendOnly': appendOnly } },
        });
        forge(storage, 0, '', [set('false')], { bracket: { ...bracket, step: 'unlock' } });
        const change = { kind: 'replay', from: null, to: null, rows_before: 0, rows_after: 0, carried_over: 0 };
        forge(storage, 0, '', [], { change, files: [], sources: [] });
        forge(storage, 0, '', [set('true')], { bracket: { ...bracket, step: 'lock' } });
      }
      forge(storage, version, hash('sha256', storage.content(commitPath(EVENTS, version)), 'hex'));
      await ingest(storage);
      for (const deep of [false, true]) {
        const found = await verify(storage, { deep });
        assert.ok(problems(found).includes(`foreign_data_change ${commitPath(EVENTS, version)}`));
        assert.ok(!notes(found).some((note) => note.startsWith('foreign_change_accepted')));
        if (deep) assert.ok(problems(found).some((problem) => problem.startsWith('row_missing')));
      }
    });
  }

  it('of a commit with another content counts for nothing', async () => {
    const storage = await threeDays();
    const version = await deleteDays(storage, SECOND);
    await replay(storage);
    forge(storage, version, 'a'.repeat(64));
    assert.deepEqual(problems(await verify(storage)), [`foreign_data_change ${commitPath(EVENTS, version)}`]);
  });

  it('and rows removed behind it are missing to a deep verification', async () => {
    const storage = await threeDays();
    const version = await deleteDays(storage, SECOND);
    await replay(storage);
    await accept(storage, version);
    const [file] = (await liveFiles(storage)).filter(({ partitionValues }) => partitionValues['event_date'] === THIRD);
    forge(storage, version, hash('sha256', storage.content(commitPath(EVENTS, version)), 'hex'), [removed(file!)]);
    await ingest(storage);
    const found = problems(await verify(storage, { deep: true }));
    assert.ok(found.some((problem) => problem.startsWith('changed_outside_bracket')));
    assert.ok(found.some((problem) => problem.startsWith('row_missing')));
  });
});
