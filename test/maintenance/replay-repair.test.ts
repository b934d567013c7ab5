import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { EVENTS, ingest, LANDED_AT, minutes, snapshotOf, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { faulty } from '../support/store-faults.ts';
import { DATES, days, erase, events, kept, lastChange, ROWS_PER_DAY, replay, threeDays } from './changes.ts';

const [FIRST = '', SECOND = '', THIRD = ''] = DATES;

/** The lake path of a live data file of a day. */
async function fileOf(storage: MemoryStorage, date: string): Promise<string> {
  const file = [...(await snapshotOf(storage)).files.values()].find(
    ({ partitionValues }) => partitionValues['event_date'] === date,
  );
  assert.ok(file);
  return `${EVENTS}/${file.path}`;
}

const DAMAGES: readonly (readonly [string, (storage: MemoryStorage, path: string) => unknown])[] = [
  ['missing', (storage, path) => storage.files.delete(path)],
  ['cut off', (storage, path) => storage.put(path, storage.content(path).subarray(0, 500))],
  ['empty', (storage, path) => storage.put(path, '')],
  ['full of zeros', (storage, path) => storage.put(path, Buffer.alloc(storage.content(path).length))],
];

describe('a data file that cannot be read', () => {
  for (const [what, damage] of DAMAGES) {
    it(`because it is ${what} is made anew from the raw files, and the record names it`, async () => {
      const storage = await threeDays();
      const before = await tableRows(storage);
      const path = await fileOf(storage, SECOND);
      damage(storage, path);
      const told = await replay(storage, {}, null, { dryRun: true });
      assert.deepEqual(told.damaged, [path.slice(EVENTS.length + 1)]);
      const result = await replay(storage);
      assert.deepEqual([result.rowsBefore, result.rowsAfter, result.vanished, result.appeared], [21, 21, 0, 0]);
      assert.deepEqual(await tableRows(storage), before);
      assert.deepEqual((await lastChange(storage))['damaged'], [path.slice(EVENTS.length + 1)]);
    });
  }

  it('brings no erased row back when it is made anew', async () => {
    const storage = await threeDays();
    const left = kept(await events(storage));
    await erase(storage);
    storage.files.delete(await fileOf(storage, FIRST));
    await replay(storage);
    assert.deepEqual(await events(storage), left);
  });

  it('is refused, by name and with the way out, where a raw file is gone; nothing changes', async () => {
    const storage = await threeDays();
    storage.put(await fileOf(storage, SECOND), 'no Parquet');
    storage.files.delete('raw/3.csv');
    const { version } = await snapshotOf(storage);
    const parts = storage.paths(`${EVENTS}/event_date`);
    await assert.rejects(replay(storage), {
      name: 'TableError',
      message: /event_date=2026-03-02\/\S+ cannot be read: .* restore the data file, or these raw files, from a copy/,
    });
    assert.equal((await snapshotOf(storage)).version, version);
    assert.deepEqual(storage.paths(`${EVENTS}/event_date`), parts);
  });

  it('is refused where it held rows that come from no raw file', async () => {
    const storage = await threeDays();
    const path = await fileOf(storage, SECOND);
    for (const commit of storage.paths(`${EVENTS}/_delta_log/`)) {
      const text = storage.content(commit).toString();
      storage.put(commit, text.replaceAll(`\\"numRecords\\":${ROWS_PER_DAY},`, '\\"numRecords\\":8,'));
    }
    storage.files.delete(path);
    await assert.rejects(replay(storage), /found 1 in none of them/);
  });

  it('stops an ingestion that has to know its events, by name and with advice', async () => {
    const storage = await threeDays();
    const path = await fileOf(storage, THIRD);
    for (const [, damage] of DAMAGES) {
      damage(storage, path);
      storage.put('raw/more.csv', days(THIRD), LANDED_AT);
      const expected = /Table curated\/audit_events: data file "event_date=2026-03-03.* run verify.* then replay/;
      await assert.rejects(ingest(storage), expected);
      storage.put(path, Buffer.alloc(2000));
    }
  });
});

describe('a replay of some days with other time settings', () => {
  const LOCAL = `time,code,message,user name
2026-06-01 23:30:00,92042,"Created dashboard, ID=late, name=Sales",li
2026-06-02 12:00:00,92042,"Created dashboard, ID=noon, name=Sales",li
2026-06-02 23:30:00,92042,"Created dashboard, ID=last, name=Sales",li
2026-06-03 00:30:00,92042,"Created dashboard, ID=night, name=Sales",li
`;
  const ZURICH = { timeZone: 'Europe/Zurich' };

  it('is refused before the table is unlocked: events that move to another day would be lost or doubled', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/local.csv', LOCAL, new Date('2026-07-01T00:00:00Z'));
    await ingest(storage);
    const before = await events(storage);
    const { version } = await snapshotOf(storage);
    for (const dryRun of [true, false]) {
      const refused = replay(storage, ZURICH, ['2026-06-02', '2026-06-02'], { dryRun });
      await assert.rejects(refused, /nothing was changed: replay without --from and --to/);
    }
    assert.equal((await snapshotOf(storage)).version, version);
    assert.deepEqual(await events(storage), before);

    const whole = await replay(storage, ZURICH);
    assert.deepEqual([whole.rowsBefore, whole.rowsAfter], [4, 4]);
    await replay(storage, ZURICH, ['2026-06-02', '2026-06-02']).catch((error: unknown) => {
      assert.match(String(error), /replay without/);
    });
    const moved = (await events(storage)).map((event) => event.replace(/ Created.*ID=/, ' ').replace(/,.*/, ''));
    assert.deepEqual(moved, ['2026-06-01 late', '2026-06-02 last', '2026-06-02 night', '2026-06-02 noon']);
  });

  it('goes through where no event changes', async () => {
    const storage = await threeDays();
    const result = await replay(storage, ZURICH, [SECOND, SECOND]);
    assert.deepEqual([result.vanished, result.appeared, result.rowsAfter], [0, 0, ROWS_PER_DAY]);
  });
});

describe('a replay of many raw files', () => {
  const COUNT = 30;

  async function many(): Promise<MemoryStorage> {
    const storage = new MemoryStorage();
    for (let file = 0; file < COUNT; file++) {
      storage.put(`raw/${file}.csv`, `${minutes(file, 1)}soon,92042,garbage ${file},li\n`, LANDED_AT);
    }
    await ingest(storage);
    return storage;
  }

  /** Replays, and counts how often a raw file was read. */
  async function reads(storage: MemoryStorage, onRead: (path: string) => void = () => undefined): Promise<number> {
    let count = 0;
    const counting = faulty(storage, ({ operation, path }) => {
      if (operation === 'read' && path.startsWith('raw/')) {
        count++;
        onRead(path);
      }
      return 'passes';
    });
    await replay(counting);
    return count;
  }

  it('begins anew once where many quarantine files have other content', async () => {
    const storage = await many();
    const taken = storage.paths('quarantine/rows/');
    for (const path of taken) storage.put(path, 'something else\n');
    const found = await reads(storage);
    assert.ok(found <= COUNT + 1, `${found} reads of ${COUNT} files`);
    assert.equal(storage.paths('quarantine/rows/').length, 2 * taken.length);
  });

  it('begins anew once where many raw files go while it reads', async () => {
    const storage = await many();
    const before = await events(storage);
    const found = await reads(storage, (path) => {
      if (path !== 'raw/0.csv') return;
      for (let file = 1; file < COUNT; file += 2) storage.files.delete(`raw/${file}.csv`);
    });
    assert.ok(found <= COUNT + 3, `${found} reads of ${COUNT} files`);
    assert.deepEqual(await events(storage), before);
    assert.equal(((await lastChange(storage))['skipped'] as unknown as unknown[]).length, COUNT / 2);
  });
});

describe('what a replay leaves out', () => {
  it('stands in its record, and leaves no quarantine file that nobody names', async () => {
    const storage = await threeDays();
    storage.put('raw/other.csv', days('2026-03-04').replace('time,code', 'Occurred,code'), LANDED_AT);
    await ingest(storage, { columnAliases: 'time=Occurred' }, ['raw/other.csv']);
    storage.files.delete('raw/1.csv');
    const quarantine = storage.paths('quarantine/');
    await replay(storage);
    assert.deepEqual((await lastChange(storage))['skipped'], [
      { path: 'raw/1.csv', reason: 'gone' },
      { path: 'raw/other.csv', reason: 'rejected' },
    ]);
    assert.deepEqual(storage.paths('quarantine/'), quarantine);
  });
});
