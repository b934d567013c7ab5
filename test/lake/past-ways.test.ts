import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { pastWays } from '../../src/lake/index.ts';
import { type ToldSource, WayOverlap } from '../../src/lake/way-overlap.ts';
import { WAYS } from '../../src/settings/index.ts';
import { replay, withdraw } from '../maintenance/changes.ts';
import { ingest, LANDED_AT, minutes, snapshotOf } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

/** 2026-03-01T00:00Z, at which {@link minutes} begin. */
const MARCH = Date.UTC(2026, 2, 1) / 3_600_000;

async function lake(files: readonly (readonly [string, string])[], options = {}): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  for (const [name, content] of files) {
    storage.put(`raw/${name}`, content, LANDED_AT);
    await ingest(storage, options, [`raw/${name}`]);
  }
  return storage;
}

async function waysOf(storage: MemoryStorage) {
  return await pastWays(storage, await snapshotOf(storage));
}

describe('how much two ways overlap', () => {
  it('is told by the hours that commits count: records of each, and how many of the later one were there', async () => {
    const storage = await lake([
      ['a.csv', minutes(0, 150)],
      ['landed/nql/q/2026-03-01/1.csv', minutes(60, 120)],
      [
        'landed/webhook/2026-03-01/1.json',
        JSON.stringify({ time: '2026-03-01T00:30:00Z', code: 92042, message: 'x', 'user name': 'li' }),
      ],
    ]);
    const { ways, pairs, from, to } = await waysOf(storage);
    assert.deepEqual(ways, [
      { way: 'exporter', rows: 150, newestHour: MARCH + 2 },
      { way: 'nql', rows: 30, newestHour: MARCH + 2 },
      { way: 'webhook', rows: 1, newestHour: MARCH },
    ]);
    assert.deepEqual(pairs, [
      {
        instance: null,
        ways: ['exporter', 'nql'],
        hours: 2,
        from: MARCH + 1,
        to: MARCH + 2,
        records: [90, 120],
        later: 120,
        laterThere: 90,
      },
      {
        instance: null,
        ways: ['exporter', 'webhook'],
        hours: 1,
        from: MARCH,
        to: MARCH,
        records: [60, 1],
        later: 1,
        laterThere: 0,
      },
    ]);
    assert.deepEqual([from, to], [0, 3]);
  });

  it('is the same after a replay, and leaves out what was withdrawn', async () => {
    const nql = 'landed/nql/q/2026-03-01/1.csv';
    const storage = await lake([
      ['a.csv', minutes(0, 60)],
      [nql, minutes(0, 90)],
    ]);
    const before = await waysOf(storage);
    await replay(storage);
    const after = await waysOf(storage);
    assert.deepEqual([after.ways, after.pairs], [before.ways, before.pairs]);
    await withdraw(storage, [nql]);
    assert.deepEqual((await waysOf(storage)).pairs, []);
  });

  it('keeps instances apart', async () => {
    const options = { instances: 'eu/=eu,landed/nql/=us' };
    const files = [
      ['eu/a.csv', minutes(0, 60)],
      ['landed/nql/1.csv', minutes(0, 60)],
    ] as const;
    assert.deepEqual((await waysOf(await lake(files, options))).pairs, []);
  });

  it('counts each record once, whatever the order: of the later way never more are there than it brought', () => {
    const source = fc.record({
      ingestId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      instance: fc.constantFrom(null, 'acme'),
      way: fc.constantFrom(...WAYS),
      hours: fc.record({
        first: fc.integer({ min: -3, max: 3 }),
        records: fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }),
      }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(source, { selector: ({ ingestId }) => ingestId }), (given) => {
        const overlap = new WayOverlap();
        const sources: ToldSource[] = given.map(({ hours, ...each }) => ({
          ...each,
          committed: 0,
          hours: { ...hours, committed: hours.records.map((n) => Math.floor(n / 2)) },
        }));
        for (const each of sources) overlap.add(each);
        for (const { instance, ways, records, later, laterThere, hours, from, to } of overlap.pairs) {
          assert.ok(!ways.includes('classic') && hours >= 1 && hours <= to - from + 1);
          assert.ok(laterThere <= later && later <= records[0] + records[1]);
          for (const [at, way] of ways.entries()) {
            const all = sources.filter((each) => each.instance === instance && each.way === way);
            const brought = all.flatMap(({ hours: told }) => told?.records ?? []).reduce((sum, n) => sum + n, 0);
            assert.ok((records[at] ?? 0) <= brought);
          }
        }
      }),
    );
  });
});
