import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'vitest';
import { type Scope, Staging } from '../../src/ingest/index.ts';
import { codecOf, type ReadingPlan, readingPlan, sourceFile } from '../../src/lake/index.ts';
import { PreconditionFailed } from '../../src/storage/index.ts';
import { EVENTS, HOST, ingest, LANDED_AT, minutes, settings, snapshotOf, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

const MARCH_1 = Date.UTC(2026, 2, 1) / 86_400_000;
const DAY = 24 * 60;

async function lake(files: Readonly<Record<string, string | Uint8Array>>): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  await ingest(storage);
  for (const [name, content] of Object.entries(files)) storage.put(`raw/${name}`, content, LANDED_AT);
  return storage;
}

async function planOf(storage: MemoryStorage, name: string): Promise<ReadingPlan> {
  const info = await storage.head(`raw/${name}`);
  assert.ok(info !== null);
  return readingPlan(settings(), sourceFile(info), null);
}

async function stagingOn(storage: MemoryStorage, scope?: Scope): Promise<Staging> {
  const options = { codec: codecOf(settings()), ...(scope !== undefined && { scope }) };
  return new Staging({ storage, host: HOST }, await snapshotOf(storage), options);
}

/** A file of more than is read into memory at once, whose end decides whether it is an export. */
function large(first: number, count: number, tail = ''): string {
  return `${minutes(first, count)}${'\n'.repeat(4 * 2 ** 20)}${tail}`;
}

describe('a staging', () => {
  it('about some days leaves the rows of others out, and counts them', async () => {
    const storage = await lake({ 'a.csv': `${minutes(DAY - 5, DAY + 10)}broken\n` });
    const staging = await stagingOn(storage, { from: MARCH_1 + 1, to: MARCH_1 + 1 });
    const source = await staging.add(await planOf(storage, 'a.csv'));
    await staging.finish();
    assert.ok(source.outcome === 'ingested');
    assert.deepEqual([source.counts.records, source.committed, source.outsideScope], [DAY + 11, DAY, 10]);
    assert.deepEqual(
      staging.files.written.map(({ add, rows }) => [add.partitionValues['event_date'], rows]),
      [['2026-03-02', DAY]],
    );
  });

  it('takes an event that is held otherwise for a duplicate', async () => {
    const storage = await lake({ 'a.csv': minutes(0, 10) });
    await ingest(storage);
    const [first] = await tableRows(storage);
    const other = await lake({ 'a.csv': minutes(0, 10) });
    const staging = await stagingOn(other);
    const id = Uint32Array.from(String(first?.['event_uid']).match(/.{8}/g) ?? [], (hex) => Number.parseInt(hex, 16));
    staging.hold(id);
    assert.ok(staging.holds(id));
    const source = await staging.add(await planOf(other, 'a.csv'));
    assert.ok(source.outcome === 'ingested');
    assert.deepEqual([source.committed, source.duplicates], [9, 1]);
  });

  it('of large files too holds nothing of one that is no export', async () => {
    const bad = gzipSync(`${minutes(50, 20)}`);
    const storage = await lake({
      'a.csv': large(0, 10),
      'b.csv.gz': Buffer.concat([bad.subarray(0, bad.length - 4), Buffer.alloc(5 * 2 ** 20)]),
      'c.csv': large(20, 10),
    });
    const staging = await stagingOn(storage);
    for (const name of ['a.csv', 'b.csv.gz', 'c.csv']) await staging.add(await planOf(storage, name));
    await staging.finish();
    assert.deepEqual(
      staging.sources.map((source) => (source.outcome === 'ingested' ? source.committed : source.reason)),
      [10, 'corrupt_compression', 10],
    );
    assert.deepEqual(
      staging.files.written.map(({ rows }) => rows),
      [20],
    );
  });

  it('whose only file fails can go on with another', async () => {
    const storage = await lake({ 'a.csv': large(0, 10), 'b.csv': minutes(0, 5) });
    const plan = await planOf(storage, 'a.csv');
    storage.put('raw/a.csv', large(0, 12), LANDED_AT);
    const staging = await stagingOn(storage);
    await assert.rejects(staging.add(plan), PreconditionFailed);
    assert.equal(staging.isSpoiled, false);
    await staging.add(await planOf(storage, 'b.csv'));
    await staging.finish();
    assert.deepEqual(
      staging.files.written.map(({ rows }) => rows),
      [5],
    );
  });

  it('with rows of a later file that failed can only be discarded, with all it published', async () => {
    const storage = await lake({ 'a.csv': minutes(0, 10), 'b.csv': large(20, 10) });
    const staging = await stagingOn(storage);
    await staging.add(await planOf(storage, 'a.csv'));
    const plan = await planOf(storage, 'b.csv');
    let readings = 0;
    const read = storage.read.bind(storage);
    storage.read = async function* (path, options) {
      yield* read(path, options);
      if (path === 'raw/b.csv' && ++readings === 2) throw new PreconditionFailed('read', path, '', 'another');
    };
    await assert.rejects(staging.add(plan), PreconditionFailed);
    assert.equal(staging.isSpoiled, true);
    await staging.discard();
    assert.deepEqual(storage.paths(`${EVENTS}/event_date`), []);
  });
});
