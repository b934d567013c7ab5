import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { removalOf } from '../../src/lake/data-files.ts';
import { compactTable } from '../../src/maintenance/compact.ts';
import { snappy } from '../../src/parquet/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { commit, unlockActions } from '../../src/table/index.ts';
import { HOST, ingest, LANDED_AT, snapshotOf, tableRows } from '../support/lake.ts';
import {
  aged,
  besideOthers,
  catalogues,
  DATES,
  days,
  endedAtEachWrite,
  isLocked,
  lastChange,
  ROWS_PER_DAY,
  replay,
  threeDays,
  withOlderCatalogue,
  withoutCatalogue,
} from './changes.ts';

const [FIRST = '', SECOND = '', THIRD = ''] = DATES;

describe('a replay that others meet', () => {
  it('ended at any of its writes is wholly there or not at all, and the next run locks the table', async () => {
    const lake = await aged();
    const all = withoutCatalogue(await tableRows(lake));
    const seen = new Set<string>();
    await endedAtEachWrite(
      lake,
      (storage) => replay(storage),
      async (storage, ended) => {
        assert.ok(await isLocked(storage), ended);
        assert.deepEqual(withoutCatalogue(await tableRows(storage)), all, ended);
        const found = [...new Set(Object.values(await catalogues(storage)))];
        assert.equal(found.length, 1, ended);
        seen.add(found.join());
      },
    );
    assert.deepEqual([...seen].sort(), ['new', 'old']);
  });

  it('leaves what another writer appends meanwhile beside its rows', async () => {
    const lake = await aged();
    lake.put(
      'raw/late.csv',
      `${days(THIRD, '2026-03-04')}${THIRD}T09:00:00Z,92042,"Created dashboard, ID=l, name=l",li\n`,
      LANDED_AT,
    );
    const late = (storage: Storage) => ingest(storage, {}, ['raw/late.csv']);
    await besideOthers(
      lake,
      (storage) => replay(storage),
      late,
      async (storage, moment) => {
        const rows = await tableRows(storage);
        assert.equal(rows.length, 21 + ROWS_PER_DAY + 1, moment);
        assert.equal(new Set(rows.map((row) => row['event_uid'])).size, rows.length, moment);
        assert.deepEqual([...new Set(Object.values(await catalogues(storage)))], ['new'], moment);
        assert.ok(await isLocked(storage), moment);
      },
    );
  });

  it('keeps each event once where both bring in what the table did not hold', async () => {
    const lake = await aged();
    lake.put('raw/late.csv', days(...DATES), LANDED_AT);
    const instances = { instances: '=acme' };
    const late = (storage: Storage) => ingest(storage, instances, ['raw/late.csv']);
    await besideOthers(
      lake,
      (storage) => replay(storage, instances),
      late,
      async (storage, moment) => {
        const uids = (await tableRows(storage)).map((row) => row['event_uid']);
        assert.equal(new Set(uids).size, uids.length, moment);
        assert.equal(uids.length, 21, moment);
      },
    );
  });

  it('replaces what a compaction makes of its files meanwhile', async () => {
    const lake = await threeDays();
    for (const date of DATES) {
      const line = `${date}T09:00:00Z,92042,"Created dashboard, ID=x, name=y",li\n`;
      lake.put(`raw/more-${date}.csv`, `time,code,message,user name\n${line}`, LANDED_AT);
    }
    // One by one, so that there are files to compact.
    for (const date of DATES) await ingest(lake, {}, [`raw/more-${date}.csv`]);
    await withOlderCatalogue(lake);
    const all = withoutCatalogue(await tableRows(lake));
    const compact = async (storage: Storage) => {
      await compactTable({ storage, host: HOST }, await snapshotOf(storage), { codec: snappy, dryRun: false });
    };
    await besideOthers(
      lake,
      (storage) => replay(storage),
      compact,
      async (storage, moment) => {
        assert.deepEqual(withoutCatalogue(await tableRows(storage)), all, moment);
        assert.deepEqual([...new Set(Object.values(await catalogues(storage)))], ['new'], moment);
      },
    );
  });

  it('is made anew where somebody deletes rows meanwhile: what it records is what it replaces', async () => {
    const lake = await aged();
    const remove = async (storage: Storage) => {
      const snapshot = await snapshotOf(storage);
      const bracket = { id: 'f'.repeat(32), kind: 'retain' } as const;
      const attempt = { now: LANDED_AT.getTime(), txnId: 'unlock' };
      await commit(storage, snapshot, unlockActions(snapshot, bracket, 'by hand', attempt));
      const unlocked = await snapshotOf(storage);
      const commitInfo = { timestamp: attempt.now, operation: 'DELETE', txnId: 'delete' };
      const [file] = unlocked.files.values();
      await commit(storage, unlocked, [{ commitInfo }, ...(file === undefined ? [] : [removalOf(file, attempt.now)])]);
    };
    const seen = new Set<number>();
    await besideOthers(
      lake,
      (storage) => replay(storage),
      remove,
      async (storage, moment) => {
        const { rows_before, rows_after } = await lastChange(storage);
        const { length } = await tableRows(storage);
        assert.equal(rows_after, 21, moment);
        // Deleted before the replay, the rows are back; deleted after it, they are gone.
        assert.equal(length, rows_before === 14 ? 21 : 14, moment);
        seen.add(Number(rows_before));
      },
    );
    assert.deepEqual([...seen].sort(), [14, 21]);
  });

  it('of two at once goes through twice', async () => {
    const storage = await aged();
    const before = withoutCatalogue(await tableRows(storage));
    const both = await Promise.all([replay(storage), replay(storage, {}, [SECOND, THIRD])]);
    assert.ok(both.every(({ version }) => version !== null));
    assert.deepEqual(withoutCatalogue(await tableRows(storage)), before);
    assert.deepEqual(await catalogues(storage), { [FIRST]: 'new', [SECOND]: 'new', [THIRD]: 'new' });
    assert.ok(await isLocked(storage));
  });
});
