import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { forEachId, KnownIds, overlap, timesOf } from '../../src/lake/known-ids.ts';
import type { AddFile, Snapshot } from '../../src/table/index.ts';
import { replay } from '../../src/table/snapshot.ts';
import { EVENTS, ingest, land, minutes, snapshotOf } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { watched } from '../support/store-faults.ts';

const DAY = Date.UTC(2026, 2, 1) * 1000;
const MINUTE = 60_000_000;
const at = (minute: number) => DAY + minute * MINUTE;

describe('the ids that a table holds', () => {
  it('are read from the files whose times cover a record, each once, and from no others', async () => {
    const storage = await hours(0, 60, 120, 1440);
    const { storage: watching, calls } = watched(storage);
    const known = new KnownIds(watching, await snapshotOf(storage));
    const read = () => new Set(calls.splice(0).map(({ path }) => path)).size;
    assert.equal(known.needs(at(45)), false, 'between two files');
    assert.equal(known.needs(at(2880)), false, 'a day without files');
    assert.equal(known.needs(at(10)), true);
    await known.load(at(10));
    assert.equal(read(), 1);
    assert.equal(known.needs(at(20)), false, 'read by now');
    assert.equal(known.needs(at(125)), true);
    await known.load(at(125));
    assert.equal(read(), 1);
    assert.equal(known.needs(at(65)), true, 'back to a file that was passed by');
    const ids: Uint32Array[] = [];
    const newest = [...(await snapshotOf(storage)).files.values()].find((file) => timesOf(file).min === at(60));
    assert.ok(newest);
    await forEachId(storage, EVENTS, newest, (id) => ids.push(Uint32Array.from(id)));
    assert.equal(ids.length, 30);
    assert.ok(!ids.some((id) => known.has(id)));
    await known.load(at(65));
    assert.ok(ids.every((id) => known.has(id)));
  });

  it('are read where a file has no statistics, whatever the time', async () => {
    const storage = await hours(0);
    const [file] = (await snapshotOf(storage)).files.values();
    assert.ok(file);
    const { stats: _, ...bare } = file;
    const known = new KnownIds(storage, await stateWith([bare]));
    assert.equal(known.needs(at(1000)), true);
    await known.load(at(1000));
    assert.equal(known.needs(at(0)), false);
    assert.equal(known.needs(at(-1)), false, 'another day');
  });

  it('of a day with more files than a call takes arguments are no trouble', async () => {
    const files = Array.from({ length: 150_000 }, (_, index) => fileBetween(`part-${index}`, index * 500, index * 500));
    const known = new KnownIds(new MemoryStorage(), await stateWith(files));
    assert.equal(known.needs(DAY + 1_250_000), false);
    assert.equal(known.needs(DAY + 1_500_000), true);
  });
});

describe('files', () => {
  const range = fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 20 })).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);

  it('can hold the same event where they are of one date and their times overlap', () => {
    fc.assert(
      fc.property(range, range, fc.boolean(), ([a = 0, b = 0], [c = 0, d = 0], isOneDay) => {
        const first = timesOf(fileBetween('a', a, b));
        const second = { ...timesOf(fileBetween('b', c, d)), ...(!isOneDay && { date: '2026-03-02' }) };
        const shared = Array.from({ length: 21 }, (_, ms) => ms).some((ms) => ms >= a && ms <= b && ms >= c && ms <= d);
        if (isOneDay && shared) assert.ok(overlap(first, second));
        // Bounds are whole milliseconds, and the upper one gains one: what only touches may overlap.
        if (!isOneDay || b + 1 < c || d + 1 < a) assert.ok(!overlap(first, second));
        assert.equal(overlap(first, second), overlap(second, first));
      }),
    );
  });

  it('can hold any event of their date without statistics', () => {
    const { stats: _, ...bare } = fileBetween('a', 0, 0);
    assert.ok(overlap(timesOf(bare), timesOf(fileBetween('b', 7, 9))));
  });
});

/** A table with a commit of thirty minutes from each of these minutes on. */
async function hours(...starts: readonly number[]): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  for (const start of starts) {
    await land(storage, `${start}.csv`, minutes(start, 30));
    await ingest(storage);
  }
  return storage;
}

async function stateWith(files: readonly AddFile[]): Promise<Snapshot> {
  const storage = await hours();
  await land(storage, 'empty.csv', minutes(0, 0));
  await ingest(storage);
  const base = await snapshotOf(storage);
  return replay(EVENTS, base, [{ version: base.version + 1, actions: files.map((add) => ({ add })) }]);
}

/** A file of 2026-03-01 whose events lie between these milliseconds of it. */
function fileBetween(name: string, first: number, last: number): AddFile {
  const text = (ms: number) => new Date(DAY / 1000 + ms).toISOString();
  return {
    path: `event_date=2026-03-01/${name}.parquet`,
    partitionValues: { event_date: '2026-03-01' },
    size: 1,
    modificationTime: 0,
    dataChange: true,
    stats: JSON.stringify({ minValues: { event_time: text(first) }, maxValues: { event_time: text(last) } }),
  };
}
