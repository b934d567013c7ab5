import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { type Maintenance, maintainLake } from '../../src/maintenance/maintain.ts';
import { commit, unlockActions } from '../../src/table/index.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { EVENTS, HOST, ingest, messages, minuteMessages, minutes, settings, snapshotOf } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { faulty } from '../support/store-faults.ts';
import { isLocked } from './changes.ts';

const NO_DEADLINE = { deadline: Number.POSITIVE_INFINITY };

/** A lake of some small files, one commit each. */
async function smallFiles(count: number): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  for (let file = 0; file < count; file++) {
    storage.put(`raw/${file}.csv`, minutes(file * 5, 5));
    await ingest(storage, {}, [`raw/${file}.csv`]);
  }
  return storage;
}

async function verified(storage: MemoryStorage): Promise<void> {
  assert.deepEqual((await verifyLake(storage, settings(), { deep: false, head: null })).problems, []);
}

function outcomeOf({ compactions }: Maintenance): string | undefined {
  return compactions?.[0]?.result.outcome;
}

describe('a maintenance', () => {
  it('closes a bracket that was left open, compacts closed days, seals, and finds nothing to do the next time', async () => {
    const storage = await smallFiles(3);
    const snapshot = await snapshotOf(storage);
    const owner = { id: 'a'.repeat(32), kind: 'erase' } as const;
    await commit(storage, snapshot, unlockActions(snapshot, owner, 'ticket 7', { now: 1, txnId: 'x' }));
    const first = await maintainLake({ storage, host: HOST }, settings(), NO_DEADLINE);
    assert.deepEqual([first.closedBracket, outcomeOf(first), first.failures], [true, 'compacted', []]);
    assert.ok(await isLocked(storage));
    assert.equal(first.heads.get(EVENTS)?.version, (await snapshotOf(storage)).version);
    assert.deepEqual(await messages(storage), minuteMessages(0, 15));
    await verified(storage);
    const second = await maintainLake({ storage, host: HOST }, settings(), NO_DEADLINE);
    assert.deepEqual([second.closedBracket, outcomeOf(second)], [false, 'nothing to do']);
    assert.equal(second.heads.get(EVENTS)?.sha256, first.heads.get(EVENTS)?.sha256);
  });

  it('writes the checkpoint that failed in its turn', async () => {
    const storage = await smallFiles(1);
    const withoutCheckpoints = faulty(storage, ({ operation, path }) =>
      operation === 'create' && path.endsWith('.checkpoint.parquet') ? 'fails' : 'passes',
    );
    for (let version = 1; version < 102; version++) {
      storage.put(`raw/more/${version}.csv`, minutes(version, 1));
      await ingest(withoutCheckpoints, {}, [`raw/more/${version}.csv`]);
    }
    assert.deepEqual(
      storage.paths(`${EVENTS}/_delta_log/`).filter((path) => path.endsWith('.parquet')),
      [],
    );
    const { checkpoints } = await maintainLake({ storage, host: HOST }, settings(), { deadline: 0 });
    assert.equal(checkpoints, 1);
    assert.equal((await maintainLake({ storage, host: HOST }, settings(), { deadline: 0 })).checkpoints, 0);
  });

  it('does the other steps where one fails, and says which', async () => {
    const storage = await smallFiles(3);
    const failing = faulty(storage, ({ operation, path }) =>
      operation === 'create' && path.includes('event_date=') ? 'fails' : 'passes',
    );
    const { failures, compactions, vacuum, heads } = await maintainLake(
      { storage: failing, host: HOST },
      settings(),
      NO_DEADLINE,
    );
    assert.deepEqual(
      failures.map(({ step }) => step),
      ['compact'],
    );
    assert.equal(compactions, null);
    assert.ok(vacuum !== null && heads.get(EVENTS)?.version === 3);
    await verified(storage);
  });

  it('compacts no further day when its time is up', async () => {
    const storage = await smallFiles(3);
    const { compactions } = await maintainLake({ storage, host: HOST }, settings(), { deadline: 0 });
    assert.deepEqual(
      compactions?.map(({ table, result }) => [table, result.outcome, result.daysLeft]),
      [['audit_events', 'nothing to do', 1]],
    );
  });
});
