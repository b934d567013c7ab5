import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { MemoryStorage } from '../support/memory-storage.ts';
import { compare, countsCsv, csv, events, takenIn } from './counted-lake.ts';

const ALL = events(0, 600);
const BAD = 'time,code,count\nnever,92042,some\n';

async function lake(): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  await takenIn(storage, { 'a.csv': csv(ALL) });
  return storage;
}

function day(number: number): Date {
  return new Date(Date.UTC(2026, 5, number));
}

describe('counts in the raw zone that cannot be gone by', () => {
  it('are refused as long as no newer ones are there, and left out from then on', async () => {
    const storage = await lake();
    await compare(storage, countsCsv(ALL), { landed: day(1), name: 'q/2026-06-01/a.csv' });
    const refused = await compare(storage, BAD, { landed: day(2), name: 'q/2026-06-02/b.csv' });
    assert.deepEqual(
      refused.refused.map(({ path }) => path),
      ['raw/landed/counts/q/2026-06-02/b.csv'],
    );
    const after = await compare(storage, countsCsv(ALL), { landed: day(3), name: 'q/2026-06-03/c.csv' });
    assert.deepEqual([after.refused, after.compared.length], [[], 1]);
    assert.deepEqual((await compare(storage, null)).refused, []);
  });

  it('that were given by hand are made up for by newer counts of a query', async () => {
    const storage = await lake();
    storage.put('raw/landed/counts/given/bad.csv', BAD, day(1));
    assert.equal((await compare(storage, null)).refused.length, 1);
    const after = await compare(storage, countsCsv(ALL), { landed: day(2), name: 'q/2026-06-02/a.csv' });
    assert.deepEqual([after.refused, after.skipped.length, after.compared.length], [[], 1, 1]);
    const again = await compare(storage, null);
    assert.deepEqual([again.refused, again.skipped.length], [[], 1]);
  });

  it('keep older good ones of their folder from nothing', async () => {
    const storage = await lake();
    storage.put('raw/landed/counts/q/2026-06-01/a.csv', countsCsv(ALL), day(1));
    await compare(storage, null);
    const again = await compare(storage, BAD, { landed: day(2), name: 'q/2026-06-02/b.csv' });
    assert.deepEqual([again.compared.length, again.refused.length], [1, 1]);
  });
});
