import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { compactTable } from '../../src/maintenance/compact.ts';
import { snappy } from '../../src/parquet/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { HOST, ingest, LANDED_AT, onlyReport, snapshotOf } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import {
  besideOthers,
  DANAS_PER_DAY,
  DATES,
  days,
  endedAtEachWrite,
  erase,
  events,
  isLocked,
  kept,
  threeDays,
} from './changes.ts';

describe('an erasure that others meet', () => {
  it('ended at any of its writes is wholly there or not at all, and the next run locks the table', async () => {
    const lake = await threeDays();
    const all = await events(lake);
    const seen = new Set<number>();
    await endedAtEachWrite(
      lake,
      (storage) => erase(storage),
      async (storage, ended) => {
        assert.ok(await isLocked(storage), ended);
        const rows = await events(storage);
        seen.add(rows.length);
        assert.deepEqual(rows, rows.length === all.length ? all : kept(all), ended);
        const snapshot = await snapshotOf(storage);
        for (const appId of snapshot.transactions.keys()) {
          if (appId.startsWith('erased:')) assert.ok(storage.files.has(appId.slice('erased:'.length)), ended);
        }
        for (const { path } of snapshot.files.values()) assert.ok(storage.files.has(`${snapshot.path}/${path}`), ended);
      },
    );
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      [kept(all).length, all.length],
    );
  });

  it('covers what another writer brings in before its commit, and that writer loses nothing', async () => {
    const lake = await threeDays();
    lake.put('raw/late.csv', days('2026-03-03', '2026-03-04'), LANDED_AT);
    const late = (storage: Storage) => ingest(storage, {}, ['raw/late.csv']);
    const expected = [...kept(await events(lake)), ...kept(await eventsOf(days('2026-03-04')))].sort();
    let covered = 0;
    await besideOthers(
      lake,
      (storage) => erase(storage),
      late,
      async (storage, moment) => {
        assert.ok(await isLocked(storage), moment);
        const rows = await events(storage);
        covered += Number(rows.length === expected.length);
        // What came after the erasure is new, and stays.
        assert.deepEqual(kept(rows), expected, moment);
        await erase(storage);
        assert.deepEqual(await events(storage), expected, moment);
      },
    );
    assert.ok(covered > 5);
  });

  it('goes on where a compaction takes its files away', async () => {
    const lake = await threeDays();
    for (const date of DATES) {
      lake.put(
        `raw/more-${date}.csv`,
        `time,code,message,user name\n${date}T09:00:00Z,92042,"Created dashboard, ID=x, name=y",li\n`,
        LANDED_AT,
      );
    }
    await ingest(lake);
    const expected = kept(await events(lake));
    const compact = async (storage: Storage) => {
      await compactTable({ storage, host: HOST }, await snapshotOf(storage), { codec: snappy, dryRun: false });
    };
    await besideOthers(
      lake,
      (storage) => erase(storage),
      compact,
      async (storage, moment) => {
        assert.deepEqual(await events(storage), expected, moment);
        assert.ok(await isLocked(storage), moment);
      },
    );
  });

  it('of the same data subject twice at once erases each row once, and names the list that holds it', async () => {
    const storage = await threeDays();
    const all = await events(storage);
    const [first, second] = await Promise.all([erase(storage), erase(storage)]);
    assert.deepEqual(await events(storage), kept(all));
    assert.equal([first.version, second.version].filter((version) => version !== null).length, 1);
    assert.equal(storage.paths('quarantine/erased/').length, 1, 'the list of the other is removed');
    storage.put('raw/again.csv', days(...DATES), LANDED_AT);
    assert.equal(onlyReport(await ingest(storage, {}, ['raw/again.csv'])).withheld, DATES.length * DANAS_PER_DAY);
  });

  it('is not done over a data file whose rows it could overlook', async () => {
    const storage = await threeDays();
    const { version } = await snapshotOf(storage);
    const { path, files } = await snapshotOf(storage);
    const [file] = files.values();
    storage.put(`${path}/${file?.path}`, Buffer.alloc(file?.size ?? 0, 'PAR1'));
    await assert.rejects(erase(storage), /cannot be rewritten/);
    assert.equal((await snapshotOf(storage)).version, version);
    assert.ok(await isLocked(storage));
  });
});

async function eventsOf(csv: string): Promise<string[]> {
  const storage = new MemoryStorage();
  storage.put('raw/x.csv', csv, LANDED_AT);
  await ingest(storage);
  return events(storage);
}
