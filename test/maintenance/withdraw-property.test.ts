import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { codecOf } from '../../src/lake/reading-plan.ts';
import { compactTable } from '../../src/maintenance/compact.ts';
import { verifyLake } from '../../src/verify/index.ts';
import type { Row } from '../parquet/readers.ts';
import { HOST, ingest, LANDED_AT, settings, snapshotOf, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { replay, withdraw } from './changes.ts';

const HEADER = 'time,code,message,user name';

/** Few events, so that files share them; the same line twice in a file is two events. */
const event = fc
  .record({ day: fc.integer({ min: 1, max: 3 }), number: fc.integer({ min: 0, max: 3 }) })
  .map(
    ({ day, number }) => `2026-03-0${day}T0${number}:00:00Z,92042,"Created dashboard, ID=d-${number}, name=Sales",li`,
  );

/** Lines of an export: events, records that are none, and where another export begins that was joined. */
const line = fc.oneof(
  { weight: 12, arbitrary: event },
  { weight: 1, arbitrary: fc.constant('broken') },
  { weight: 1, arbitrary: fc.constant(HEADER) },
);

const lines = fc.array(line, { maxLength: 9 });

const EXPORTS = fc.record({ a: lines, b: lines, c: lines });

/** A, B and C in any order, taken in together or one by one. */
const ORDER = fc.shuffledSubarray(['a', 'b', 'c'] as const, { minLength: 3, maxLength: 3 });

/** What else is done to the lake before the withdrawal. */
const BETWEEN = fc.constantFrom('nothing', 'compact', 'replay', 'another withdrawal and its undoing');

type Name = 'a' | 'b' | 'c';

async function lakeOf(exports: Readonly<Record<Name, readonly string[]>>, names: readonly Name[], isOneByOne: boolean) {
  const storage = new MemoryStorage();
  const paths = names.map((name) => `raw/${name}.csv`);
  for (const name of names) storage.put(`raw/${name}.csv`, [HEADER, ...exports[name], ''].join('\n'), LANDED_AT);
  for (const path of isOneByOne ? paths : []) await ingest(storage, {}, [path]);
  await ingest(storage, {}, paths);
  return storage;
}

async function between(storage: MemoryStorage, what: string): Promise<void> {
  if (what === 'compact') {
    const options = { codec: codecOf(settings()), deadline: Number.POSITIVE_INFINITY, dryRun: false };
    await compactTable({ storage, host: HOST }, await snapshotOf(storage), options);
  }
  if (what === 'replay') await replay(storage);
  if (what.startsWith('another')) {
    await withdraw(storage, ['b.csv']);
    await withdraw(storage, ['b.csv'], { undo: true });
  }
}

/** Rows in an order of their own. */
async function rowsOf(storage: MemoryStorage): Promise<Row[]> {
  const rows = await tableRows(storage);
  return rows.sort((a, b) => (String(a['event_uid']) < String(b['event_uid']) ? -1 : 1));
}

async function problems(storage: MemoryStorage): Promise<readonly unknown[]> {
  return (await verifyLake(storage, settings(), { deep: true, head: null })).problems;
}

describe('a withdrawal', () => {
  it('of A after any order of A, B and C leaves the table that B and C alone give, and its undoing brings all back', async () => {
    const property = fc.asyncProperty(
      EXPORTS,
      ORDER,
      fc.boolean(),
      BETWEEN,
      async (exports, order, isOneByOne, done) => {
        const storage = await lakeOf(exports, order, isOneByOne);
        await between(storage, done);
        const before = await rowsOf(storage);
        const others = await lakeOf(
          exports,
          order.filter((name) => name !== 'a'),
          isOneByOne,
        );
        await withdraw(storage, ['a.csv']);
        const expected = await rowsOf(others);
        assert.deepEqual(await rowsOf(storage), expected);
        assert.deepEqual(await problems(storage), []);
        assert.deepEqual((await ingest(storage)).reports.map(({ reason }) => reason).sort(), [
          'already_ingested',
          'already_ingested',
          'withdrawn',
        ]);
        await replay(storage);
        assert.deepEqual(await rowsOf(storage), expected);
        const withoutRaw = storage.copy();
        await withoutRaw.delete('raw/a.csv');
        assert.deepEqual(await problems(withoutRaw), []);
        await withdraw(storage, ['a.csv'], { undo: true });
        assert.deepEqual(await rowsOf(storage), before);
        assert.deepEqual(await problems(storage), []);
      },
    );
    await fc.assert(property, { numRuns: 10 });
  });
});
