import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { lakeStatus } from '../../src/status/index.ts';
import { aged, DATES, erase, replay, retain, withdraw } from '../maintenance/changes.ts';
import { ingest, LANDED_AT, settings, tableRows } from '../support/lake.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';

const MIXED = `time,code,message,user name
2026-03-02T09:00:00Z,92042,"Created dashboard, ID=d-9, name=Sales",li
2026-03-02T10:00:00Z,92042,what nobody knows,li
2026-03-02T11:00:00Z,99999,"Did something, id=x",li
`;

/** What is done to a lake whose days have rows of several statuses. */
const HISTORIES: Readonly<Record<string, (storage: MemoryStorage) => Promise<unknown>>> = {
  'nothing else': async () => undefined,
  'a replay of all': (storage) => replay(storage),
  'a replay of one day': (storage) => replay(storage, {}, [DATES[1] ?? '', DATES[1] ?? '']),
  'an erasure': (storage) => erase(storage),
  'a retention': (storage) => retain(storage, DATES[1] ?? ''),
  'a withdrawal': (storage) => withdraw(storage, ['mixed.csv']),
  'a retention, a replay of all, and one more file': async (storage) => {
    await retain(storage, DATES[1] ?? '');
    await replay(storage);
    storage.put('raw/late.csv', MIXED.replaceAll('T1', 'T2').replaceAll('d-9', 'd-10'), LANDED_AT);
    await ingest(storage);
  },
};

describe('rows by decode_status, as the log tells them', () => {
  for (const [history, change] of Object.entries(HISTORIES)) {
    it(`are those of the table or not known, after ${history}`, async () => {
      const storage = await aged();
      storage.put('raw/mixed.csv', MIXED, LANDED_AT);
      await ingest(storage);
      await change(storage);
      const found = await lakeStatus(storage, settings(), Date.now());
      const counted: Record<string, number> = {};
      for (const row of await tableRows(storage)) {
        const status = String(row['decode_status']);
        counted[status] = (counted[status] ?? 0) + 1;
      }
      const told = found?.decode_statuses;
      if (told?.rows != null) assert.deepEqual(told.rows, counted);
      else assert.equal(told?.from, null);
      if (/^nothing|of all$/.test(history)) assert.notEqual(told?.rows, null, 'it can be known');
    });
  }
});
