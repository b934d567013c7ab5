import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { removalOf } from '../../src/lake/data-files.ts';
import { prepareTables } from '../../src/lake/index.ts';
import { bracketedChange, type Change } from '../../src/maintenance/bracketed-change.ts';
import type { Host, Storage } from '../../src/storage/index.ts';
import { commit, commitInfoOf, openBracket, unlockActions } from '../../src/table/index.ts';
import { readCommits } from '../../src/table/log.ts';
import { EVENTS, HOST, ingest, LANDED_AT, snapshotOf } from '../support/lake.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';
import { type Call, type Fate, faulty } from '../support/store-faults.ts';
import { DATES, days, erase, events, isLocked, ROWS_PER_DAY, replay, retain, steps, threeDays } from './changes.ts';

const [FIRST = '', , THIRD = ''] = DATES;
const ATTEMPT = { now: Date.UTC(2026, 6, 1), txnId: 'attempt' };
const OWNER = { id: 'a'.repeat(32), kind: 'erase' } as const;

/** Unlocks the table, as a change does that is then interrupted. */
async function unlock(storage: MemoryStorage): Promise<void> {
  const snapshot = await snapshotOf(storage);
  await commit(storage, snapshot, unlockActions(snapshot, OWNER, 'ticket 7', ATTEMPT));
}

/** A commit of another engine that changes nothing. */
async function commitNothing(storage: MemoryStorage): Promise<void> {
  const commitInfo = { timestamp: ATTEMPT.now, operation: 'WRITE', txnId: 'nothing' };
  await commit(storage, await snapshotOf(storage), [{ commitInfo }]);
}

async function lastBracket(storage: MemoryStorage) {
  const brackets = (await readCommits(storage, EVENTS, 0)).flatMap(
    ({ actions }) => commitInfoOf(actions)?.['bracket'] ?? [],
  );
  return brackets.at(-1);
}

/** A change that removes the first file, whatever the others do. */
function removal(): Change {
  return {
    kind: 'retain',
    by: null,
    reason: 'ticket 8',
    prepare: async () => true,
    revise: async (snapshot) => snapshot.files.size > 0,
    commitOn: (snapshot) => ({
      record: {
        operation: 'DELETE',
        operationParameters: {},
        operationMetrics: {},
        userMetadata: '',
        change: { kind: 'retain', before: '', files: 1, rows: 1 },
      },
      actions: [...snapshot.files.values()].slice(0, 1).map((file) => removalOf(file, ATTEMPT.now)),
    }),
  };
}

/** A store on which something happens once before a log file of audit_events is created the nth time. */
function beforeCommit(storage: MemoryStorage, nth: number, step: () => Promise<unknown>): Storage {
  let commits = 0;
  return faulty(storage, async ({ operation, path }: Call): Promise<Fate> => {
    if (operation === 'create' && path.startsWith(`${EVENTS}/_delta_log/`) && ++commits === nth) await step();
    return 'passes';
  });
}

describe('the bracket around a change', () => {
  it('is one commit that unlocks, the change, and one that locks, each with the reason', async () => {
    const storage = await threeDays();
    const before = await snapshotOf(storage);
    const changed = await bracketedChange({ storage, host: HOST }, before, removal());
    assert.deepEqual(await steps(storage, before.version + 1), ['unlock', 'retain', 'lock']);
    assert.equal(changed.version, before.version + 2);
    const commits = await readCommits(storage, EVENTS, before.version + 1);
    const [unlocked, , locked] = commits.map(({ actions }) => commitInfoOf(actions));
    const { id } = JSON.parse(JSON.stringify(unlocked?.['bracket'] ?? {})) as { id: string };
    assert.deepEqual(unlocked?.['bracket'], { id, kind: 'retain', step: 'unlock', reason: 'ticket 8' });
    assert.deepEqual(locked?.['bracket'], { id, kind: 'retain', step: 'lock', reason: 'ticket 8' });
    assert.match(id, /^[0-9a-f]{32}$/);
    assert.deepEqual((await snapshotOf(storage)).metadata, before.metadata, 'nothing of the bracket is left');
  });

  it('is not opened where there is nothing to do', async () => {
    const storage = await threeDays();
    const before = await snapshotOf(storage);
    const changed = await bracketedChange({ storage, host: HOST }, before, {
      ...removal(),
      prepare: async () => false,
    });
    assert.deepEqual([changed.version, changed.snapshot.version], [null, before.version]);
  });

  it('is closed where nothing is left to do once it is open', async () => {
    const storage = await threeDays();
    const { version } = await snapshotOf(storage);
    const racing = beforeCommit(storage, 2, () => ingest(storage));
    const change = { ...removal(), revise: async () => false };
    assert.equal(
      (await bracketedChange({ storage: racing, host: HOST }, await snapshotOf(storage), change)).version,
      null,
    );
    assert.deepEqual(await steps(storage, version + 1), ['unlock', 'lock']);
    assert.ok(await isLocked(storage));
  });

  it('is closed where the plan fails while it is open', async () => {
    const storage = await threeDays();
    const racing = beforeCommit(storage, 2, () => commitNothing(storage));
    const broken: Change = {
      ...removal(),
      revise: async () => {
        throw new Error('broken plan');
      },
    };
    await assert.rejects(
      bracketedChange({ storage: racing, host: HOST }, await snapshotOf(storage), broken),
      /broken plan/,
    );
    assert.deepEqual((await steps(storage, 0)).slice(-3), ['unlock', '-', 'lock']);
    assert.ok(await isLocked(storage));
  });

  it('is its own: where another one is opened in between, it waits, closes that one, and begins again', async () => {
    const storage = await threeDays();
    const { version } = await snapshotOf(storage);
    const racing = beforeCommit(storage, 2, async () => {
      await prepareTables({ storage, host: HOST });
      await unlock(storage);
    });
    assert.notEqual(
      (await bracketedChange({ storage: racing, host: HOST }, await snapshotOf(storage), removal())).version,
      null,
    );
    const expected = ['unlock', 'lock', 'unlock', 'lock', 'unlock', 'retain', 'lock'];
    assert.deepEqual(await steps(storage, version + 1), expected);
  });

  for (const nth of [1, 2, 3]) {
    it(`stands a writer that commits, and closes what it finds open, before its commit ${nth}`, async () => {
      const storage = await threeDays();
      storage.put('raw/late.csv', days('2026-03-04'), LANDED_AT);
      const racing = beforeCommit(storage, nth, () => ingest(storage, {}, ['raw/late.csv']));
      const before = await snapshotOf(storage);
      const { version } = await bracketedChange({ storage: racing, host: HOST }, before, removal());
      assert.notEqual(version, null);
      assert.ok(await isLocked(storage));
      const after = await snapshotOf(storage);
      assert.equal(after.files.size, before.files.size, 'one file came, one went');
    });
  }
});

describe('a bracket that was left open', () => {
  it('is closed by the next run, whatever that run is for', async () => {
    for (const run of [
      (storage: Storage) => ingest(storage),
      (storage: Storage) => prepareTables({ storage, host: HOST }),
      (storage: Storage) => erase(storage),
      (storage: Storage) => retain(storage, THIRD),
      (storage: Storage) => replay(storage),
    ]) {
      const storage = await threeDays();
      await unlock(storage);
      const { version } = await snapshotOf(storage);
      await run(storage);
      assert.ok(await isLocked(storage));
      assert.equal((await steps(storage, version + 1))[0], 'lock');
    }
  });

  it('is closed under its own id, with what happened as the reason', async () => {
    const storage = await threeDays();
    await unlock(storage);
    assert.deepEqual(openBracket(await snapshotOf(storage)), OWNER);
    await ingest(storage);
    const reason = 'closed after an interruption: the table was found unlocked by a change (erase)';
    assert.deepEqual(await lastBracket(storage), { ...OWNER, step: 'lock', reason });
  });

  it('is closed also where somebody else unlocked the table, in their words or none', async () => {
    const storage = await threeDays();
    for (const value of ['false', undefined]) {
      const snapshot = await snapshotOf(storage);
      const { 'delta.appendOnly': _, ...kept } = snapshot.metadata.configuration;
      const configuration = value === undefined ? kept : { ...kept, 'delta.appendOnly': value };
      const commitInfo = { timestamp: ATTEMPT.now, operation: 'SET TBLPROPERTIES', txnId: `foreign ${value}` };
      await commit(storage, snapshot, [{ commitInfo }, { metaData: { ...snapshot.metadata, configuration } }]);
      await ingest(storage);
      assert.ok(await isLocked(storage));
      const reason = 'closed: the table was found unlocked, by no change of this program';
      assert.deepEqual(await lastBracket(storage), { id: '', kind: 'unknown', step: 'lock', reason });
    }
  });

  it('is given time to be closed by its owner, before a second change takes it for interrupted', async () => {
    const storage = await threeDays();
    await unlock(storage);
    let waits = 0;
    const host: Host = {
      ...HOST,
      async sleep(milliseconds) {
        assert.ok(milliseconds > 0);
        if (++waits === 2) await prepareTables({ storage, host: HOST });
      },
    };
    const found = await snapshotOf(storage);
    await bracketedChange({ storage, host }, found, removal());
    assert.equal(waits, 2);
    assert.deepEqual(await steps(storage, found.version), ['unlock', 'lock', 'unlock', 'retain', 'lock']);
  });
});

describe('changes at once', () => {
  it('all go through, each in a bracket of its own, and beside appends', async () => {
    for (let round = 0; round < 4; round++) {
      const storage = await threeDays();
      const { version } = await snapshotOf(storage);
      storage.put('raw/late.csv', days('2026-03-04', '2026-03-05'), LANDED_AT);
      await Promise.all([
        retain(storage, '2026-03-02'),
        erase(storage),
        replay(storage),
        ingest(storage),
        erase(storage, ['li']),
      ]);
      assert.ok(await isLocked(storage));
      const rows = await events(storage);
      assert.deepEqual(
        rows.filter((row) => row.startsWith(FIRST)),
        [],
      );
      const left = rows.filter((row) => !row.startsWith('2026-03-04') && !row.startsWith('2026-03-05'));
      assert.deepEqual(left, [], 'all rows of the days that were there are of the one or the other');
      assert.ok(rows.length <= 2 * ROWS_PER_DAY);
      const done = await steps(storage, version + 1);
      for (const [index, step] of done.entries()) {
        if (!['retain', 'erase', 'replay'].includes(step)) continue;
        const opened = done.slice(0, index).findLast((each) => each === 'unlock' || each === 'lock');
        const closed = done.slice(index + 1).find((each) => each === 'unlock' || each === 'lock');
        assert.deepEqual([opened, closed], ['unlock', 'lock'], done.join(' '));
      }
    }
  });
});
