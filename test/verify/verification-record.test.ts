import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { type Storage, StorageFault } from '../../src/storage/index.ts';
import { pastVerifications, recordVerification } from '../../src/verify/index.ts';
import { HOST } from '../support/lake.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';
import { flip, lake, notes, problems, verify } from './lake.ts';

const FOLDER = 'quarantine/verifications/';
const WHO = { name: 'ada', kind: 'claimed' } as const;

/** Verifies a lake and puts that on record. */
async function recorded(storage: Storage, found: Awaited<ReturnType<typeof verify>>, now?: Date) {
  const ended = { ...found, deep: false, newestOnly: false, filesLeft: 0, by: WHO };
  const host = { ...HOST, ...(now && { now: () => now.getTime() }) };
  return await recordVerification({ storage, host }, ended);
}

/** Puts one on record whose place is known. */
async function path(storage: MemoryStorage, now?: Date): Promise<string> {
  const place = await recorded(storage, await verify(storage), now);
  assert.ok(typeof place === 'string', String(place));
  return place;
}

describe('the record of a verification', () => {
  it('says when, by whom, of which versions, and how many problems of each kind', async () => {
    const storage = await lake();
    flip(storage, storage.paths('quarantine/rows/')[0] ?? '');
    const found = await verify(storage);
    const place = await recorded(storage, found, new Date('2026-04-05T06:07:08.901Z'));
    assert.match(String(place), /^quarantine\/verifications\/20260405T060708Z-[0-9a-f]{8}\.json$/);
    const [last] = await pastVerifications(storage, 1);
    assert.deepEqual(last?.problems, { quarantine_altered: 1 });
    assert.deepEqual(last?.heads, found.heads);
    assert.deepEqual([last?.time.toISOString(), last?.by, last?.deep], ['2026-04-05T06:07:08.901Z', WHO, false]);
    assert.deepEqual(last?.counts, found.counts);
  });

  it('is nothing that a verification finds fault with, or takes note of', async () => {
    const storage = await lake();
    const before = await verify(storage, { deep: true });
    await path(storage);
    await path(storage);
    const after = await verify(storage, { deep: true });
    assert.deepEqual(problems(after), problems(before));
    assert.deepEqual(notes(after), notes(before));
  });

  it('is read newest first, and what is none is passed over', async () => {
    const storage = await lake();
    const places = [];
    for (const day of [3, 1, 2]) places.push(await path(storage, new Date(`2026-05-0${day}T00:00:00Z`)));
    const [newest, oldest, middle] = places;
    storage.put(`${FOLDER}20270101T000000Z-00000000.json`, 'no JSON');
    storage.put(`${FOLDER}20270101T000000Z-00000001.json`, '{"verification":2,"time":"2027-01-01T00:00:00Z"}');
    storage.put(`${FOLDER}20270101T000000Z-00000002.json`, 'null');
    assert.deepEqual(
      (await pastVerifications(storage, 2)).map((each) => each.path),
      [newest, middle],
    );
    assert.equal((await pastVerifications(storage, 9)).at(-1)?.path, oldest);
  });

  it('of a later version is read as far as it is known, whatever its details are', async () => {
    const storage = await lake();
    const later = { verification: 1, time: '2027-01-01T00:00:00.000Z', problems: {}, heads: 7, by: 'x', more: [1] };
    storage.put(`${FOLDER}20270101T000000Z-0000000a.json`, JSON.stringify(later));
    const [last] = await pastVerifications(storage, 1);
    assert.deepEqual([last?.heads, last?.by, last?.counts], [{}, null, {}]);
  });

  it('is left out where nothing may be written, and the fault is given', async () => {
    const storage = await lake();
    const fault = new StorageFault('create', FOLDER, 'no right to it');
    const readOnly = new Proxy(storage, {
      get: (target, key) => {
        if (key === 'create') return () => Promise.reject(fault);
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    assert.equal(await recorded(readOnly, await verify(storage)), fault);
    assert.deepEqual(await pastVerifications(storage, 9), []);
  });
});
