import assert from 'node:assert/strict';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { RowStream } from '../../src/asking/row-stream.ts';
import { steadyRows } from '../../src/asking/steady-rows.ts';
import { type Batch, batchesOf } from '../../src/present/rows.ts';

const FAILS_LATE =
  'SELECT CASE WHEN range > 900000 THEN error(CAST(range AS VARCHAR)) ELSE range END FROM range(1000000)';

describe('rows that the engine makes while they are taken', () => {
  let connection: DuckDBConnection;
  beforeAll(async () => {
    connection = await (await DuckDBInstance.create()).connect();
  });
  afterAll(() => connection.closeSync());

  async function open(sql: string, whole?: number): Promise<RowStream> {
    const stream = await RowStream.open(connection, { sql, values: {}, ...(whole !== undefined && { whole }) });
    assert.ok(stream !== null);
    return stream;
  }

  async function countOf(batches: AsyncIterable<Batch>): Promise<number> {
    let count = 0;
    for await (const batch of batches) count += batch.length;
    return count;
  }

  it('are all there, also those that are held since something else is asked meanwhile', async () => {
    const first = await open('SELECT range AS n FROM range(500000)');
    await first.hold();
    assert.equal(await countOf((await open('SELECT 1')).rows.batches), 1);
    assert.equal(await countOf(first.rows.batches), 500_000);
  });

  it('end with the error that ends them, be it late, or while they are held', async () => {
    await assert.rejects(countOf((await open(FAILS_LATE)).rows.batches), /90\d{4}/);
    const held = await open(FAILS_LATE);
    await held.hold();
    assert.equal(await countOf((await open('SELECT 1')).rows.batches), 1);
    await assert.rejects(countOf(held.rows.batches), /90\d{4}/);
  });

  it('have values as far as they are wanted, and are counted from there on', async () => {
    for (const whole of [0, 1, 2047, 2048, 2049, 5000]) {
      const { rows } = await open('SELECT range AS n FROM range(5000)', whole);
      const all: Batch[number][] = [];
      for await (const batch of rows.batches) all.push(...batch);
      assert.equal(all.length, 5000);
      assert.deepEqual(
        all.slice(0, whole),
        Array.from({ length: whole }, (_, n) => [n]),
      );
      assert.ok(all.slice(whole).every((row) => row.length === 0));
    }
    await assert.rejects(countOf((await open(FAILS_LATE, 1)).rows.batches), /90\d{4}/);
  });

  it('leave the connection to others where nobody takes them any more', async () => {
    for await (const _ of (await open('SELECT range AS n FROM range(500000)')).rows.batches) break;
    assert.equal(await countOf((await open('SELECT 1')).rows.batches), 1);
  });
});

describe('rows that begin anew in their midst', () => {
  const rows = Array.from({ length: 10 }, (_, index) => [index]);
  async function* failing(given: readonly Batch[]): AsyncGenerator<Batch> {
    yield* given;
    throw new Error('a file is otherwise');
  }
  async function all(batches: AsyncIterable<Batch>): Promise<unknown[]> {
    const found: unknown[] = [];
    for await (const batch of batches) found.push(...batch);
    return found;
  }

  it('go on where they ended, however they are divided', async () => {
    for (const size of [1, 3, 4, 7, 10]) {
      const again = async () => batchesOf([rows.slice(0, size), rows.slice(size)]);
      assert.deepEqual(await all(steadyRows(failing([rows.slice(0, 4)]), again)), rows);
    }
  });

  it('are refused where they are others, and end with their error where they do not begin anew', async () => {
    const others = async () => batchesOf([[...rows].reverse()]);
    await assert.rejects(all(steadyRows(failing([rows.slice(0, 4)]), others)), /another order/);
    await assert.rejects(all(steadyRows(failing([rows.slice(0, 4)]), async () => batchesOf([]))), /another order/);
    await assert.rejects(all(steadyRows(failing([]), async () => null)), /a file is otherwise/);
  });
});
