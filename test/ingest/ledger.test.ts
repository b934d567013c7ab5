import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { openTables, prepareTables } from '../../src/lake/index.ts';
import { isOwn } from '../../src/lake/ledger.ts';
import { LostTransactions } from '../../src/lake/recorded-transactions.ts';
import { type Action, commitInfoOf, commitPath, type Snapshot, writeCheckpoint } from '../../src/table/index.ts';
import { readCommits, readVersions } from '../../src/table/log.ts';
import { replay } from '../../src/table/snapshot.ts';
import {
  DANAS_PER_DAY,
  DATES,
  days,
  erase,
  events,
  kept,
  ROWS_PER_DAY,
  retain,
  threeDays,
  withdraw,
} from '../maintenance/changes.ts';
import { EVENTS, HOST, ingest, LANDED_AT, snapshotOf, tableRows } from '../support/lake.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';
import { watched } from '../support/store-faults.ts';
import { notes, problems, verify } from '../verify/lake.ts';

const LOG = `${EVENTS}/_delta_log/`;
const RETENTION = 'delta.setTransactionRetentionDuration';

/** A commit of another engine. */
async function foreign(storage: MemoryStorage, ...actions: readonly (Action | object)[]): Promise<void> {
  const { version } = await snapshotOf(storage);
  const info = { commitInfo: { timestamp: 1, operation: 'SET TBLPROPERTIES', engineInfo: 'Other/1.0' } };
  storage.put(commitPath(EVENTS, version + 1), [info, ...actions].map((each) => `${JSON.stringify(each)}\n`).join(''));
}

/** Another engine lets old transactions expire: it sets the property that allows it, and writes a checkpoint without them. */
async function expire(storage: MemoryStorage, isExpired: (appId: string) => boolean = () => true): Promise<void> {
  const { metadata } = await snapshotOf(storage);
  const configuration = { ...metadata.configuration, [RETENTION]: 'interval 1 second' };
  await foreign(storage, { metaData: { ...metadata, configuration } });
  await checkpoint(storage, isExpired);
}

async function checkpoint(storage: MemoryStorage, isDropped: (appId: string) => boolean): Promise<void> {
  for (const path of storage.paths(LOG)) if (path.includes('checkpoint')) storage.files.delete(path);
  const { version } = replay(EVENTS, null, await readCommits(storage, EVENTS, 0));
  const whole = replay(EVENTS, null, await readVersions(storage, EVENTS, 0, version));
  const transactions = new Map([...whole.transactions].filter(([appId]) => !isDropped(appId)));
  await writeCheckpoint(storage, { ...whole, transactions }, new Date());
}

const lastInfo = async (storage: MemoryStorage) =>
  commitInfoOf((await readCommits(storage, EVENTS, 0)).at(-1)!.actions);

const sorted = ({ transactions }: Pick<Snapshot, 'transactions'>) =>
  [...transactions].map(([appId, { version }]) => `${appId} ${version}`).sort();

describe('transactions that another engine let expire', () => {
  it('that say which raw files were withdrawn are put back too: none comes in again, and one that is back stays', async () => {
    const storage = await threeDays();
    await withdraw(storage, ['1.csv', '3.csv']);
    await withdraw(storage, ['3.csv'], { undo: true });
    const expected = await events(storage);
    await expire(storage);
    const { reports } = await ingest(storage);
    assert.deepEqual(
      reports.map(({ reason }) => reason),
      ['withdrawn', 'already_ingested', 'already_ingested'],
    );
    assert.deepEqual(await events(storage), expected);
    assert.deepEqual(problems(await verify(storage)), []);
  });

  it('are put back by the next run: nobody erased comes back, no file is read again', async () => {
    const storage = await threeDays();
    await erase(storage);
    const before = sorted(await snapshotOf(storage));
    const left = await events(storage);
    await expire(storage);
    assert.equal((await snapshotOf(storage)).transactions.size, 0, 'as another reader sees it');
    const { storage: watching, calls } = watched(storage);
    const { reports } = await ingest(watching);
    assert.deepEqual(
      reports.map(({ reason }) => reason),
      Array(3).fill('already_ingested'),
    );
    assert.deepEqual(
      calls.filter(({ operation, path }) => operation === 'read' && path.startsWith('raw/')),
      [],
    );
    assert.deepEqual(await events(storage), left);
    assert.deepEqual(sorted(await snapshotOf(storage)), before);
    assert.deepEqual((await lastInfo(storage))?.['restated'], { transactions: before.length, removals: [] });
    const verification = await verify(storage, { deep: true });
    assert.deepEqual(problems(verification), []);
    assert.ok(notes(verification).some((note) => note.startsWith('transactions_expired')));
  });

  it('are withheld of new files too, whichever of them are gone, and survive the next checkpoint of ours', async () => {
    for (const isExpired of [/^erased:/, /^retained_from/, /./, /^raw\//]) {
      const storage = await threeDays();
      await erase(storage);
      await retain(storage, DATES[1]!);
      const left = await events(storage);
      await expire(storage, (appId) => isExpired.test(appId));
      storage.put('raw/4.csv', days(...DATES), LANDED_AT);
      const { reports } = await ingest(storage);
      const expected = ROWS_PER_DAY + 2 * DANAS_PER_DAY;
      assert.equal(reports.find(({ path }) => path === 'raw/4.csv')?.withheld, expected, String(isExpired));
      assert.deepEqual(await events(storage), left);
      const { events: opened } = await prepareTables({ storage, host: HOST });
      for (const path of storage.paths(LOG)) if (path.includes('checkpoint')) storage.files.delete(path);
      await writeCheckpoint(storage, opened, new Date());
      const stored = await snapshotOf(storage);
      assert.ok(['retained_from', 'raw/1.csv', 'raw/4.csv'].every((appId) => stored.transactions.has(appId)));
      assert.deepEqual(problems(await verify(storage)), []);
    }
  });

  it('are seen whole by those who only read', async () => {
    const storage = await threeDays();
    await erase(storage);
    const before = sorted(await snapshotOf(storage));
    await expire(storage);
    assert.deepEqual(sorted((await openTables(storage))!.events), before);
  });

  it('are found in the evidence where the log has been cleaned up', async () => {
    const storage = await threeDays();
    await erase(storage);
    const left = await events(storage);
    await expire(storage);
    const { version } = await snapshotOf(storage);
    for (let old = 0; old < version - 1; old++) storage.files.delete(commitPath(EVENTS, old));
    storage.put('raw/4.csv', days(...DATES), LANDED_AT);
    await ingest(storage);
    assert.deepEqual(await events(storage), left);
  });

  it('stop the run where they cannot be found, saying why and what to do', async () => {
    const storage = await threeDays();
    await erase(storage);
    await expire(storage);
    const { version } = await snapshotOf(storage);
    for (let old = 0; old < version; old++) storage.files.delete(commitPath(EVENTS, old));
    for (const path of storage.paths('evidence/audit_events/')) storage.files.delete(path);
    storage.put('raw/4.csv', days(...DATES), LANDED_AT);
    const before = await tableRows(storage);
    await assert.rejects(
      ingest(storage),
      (error) => error instanceof LostTransactions && /version 0 .*nothing was taken in.*restore/.test(error.message),
    );
    assert.deepEqual(await tableRows(storage), before);
  });

  it('stop the run where the list of erased rows is gone', async () => {
    const storage = await threeDays();
    const { list } = await erase(storage);
    await expire(storage);
    storage.files.delete(list?.path ?? '');
    storage.put('raw/4.csv', days(...DATES), LANDED_AT);
    await assert.rejects(ingest(storage), /quarantine\/erased\/.*restore it from a copy/);
  });

  it('are found in a lake whose commits tell nothing of their number, as those of the first versions', async () => {
    const storage = await threeDays();
    await erase(storage);
    const left = kept(await events(storage));
    for (const path of storage.paths(LOG)) {
      storage.put(
        path,
        storage
          .content(path)
          .toString()
          .replace(/,"ledger":\{[^}]*\}/, ''),
      );
    }
    for (const path of storage.paths('evidence/audit_events/')) storage.files.delete(path);
    await prepareTables({ storage, host: HOST });
    await expire(storage);
    storage.put('raw/4.csv', days(...DATES), LANDED_AT);
    await ingest(storage);
    assert.deepEqual(await events(storage), left);
  });
});

describe('the count of transactions that a commit records', () => {
  it('is of every one that commits of ours set', async () => {
    const storage = await threeDays();
    storage.put('raw/none.txt', 'no export\n', LANDED_AT);
    await ingest(storage);
    await erase(storage);
    await retain(storage, DATES[1]!);
    const { transactions } = await snapshotOf(storage);
    assert.deepEqual(
      [...transactions.keys()].filter((appId) => !isOwn(appId)),
      [],
    );
    const infos = (await readCommits(storage, EVENTS, 0)).map(({ actions }) => commitInfoOf(actions)?.['ledger']);
    assert.deepEqual(
      infos.findLast((ledger) => ledger !== undefined),
      {
        transactions: transactions.size,
        retained_from: Date.parse(DATES[1]!) / 86_400_000,
      },
    );
  });
});

describe('transactions that another engine sets under our names', () => {
  it('never make less withheld', async () => {
    const storage = await threeDays();
    const { list } = await erase(storage);
    await retain(storage, DATES[1]!);
    const left = await events(storage);
    await foreign(
      storage,
      { txn: { appId: 'retained_from', version: 1, lastUpdated: 1 } },
      { txn: { appId: `erased:${list?.path}`, version: 1, lastUpdated: 1 } },
    );
    for (const name of ['raw/4.csv', 'raw/5.csv']) {
      storage.put(name, days(...DATES), LANDED_AT);
      await ingest(storage);
      assert.deepEqual(await events(storage), left);
    }
    const { problems: found } = await verify(storage);
    assert.deepEqual([...new Set(found.map(({ kind }) => kind))], ['transaction_unfounded']);
  });
});

describe('the look for dropped transactions', () => {
  it('costs one read of the log where nothing was dropped, however many commits there are', async () => {
    const storage = await threeDays();
    await erase(storage);
    storage.put('raw/4.csv', days('2026-03-09'), LANDED_AT);
    await ingest(storage);
    const { storage: watching, calls } = watched(storage);
    const table = await snapshotOf(storage);
    calls.length = 0;
    await openTables(watching);
    const reads = calls.filter(({ operation, path }) => operation === 'read' && path.startsWith(`${LOG}0`));
    assert.equal(reads.length, table.version + 2, 'opening reads each commit once, as there is no checkpoint');
    assert.deepEqual(
      calls.filter(({ path }) => path.startsWith('evidence/')),
      [],
    );
  });
});
