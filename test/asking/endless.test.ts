import assert from 'node:assert/strict';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, it } from 'vitest';
import { collected } from '../../src/asking/answer.ts';
import { rowsOf } from '../../src/asking/running-rows.ts';

const TYPES = ['DATE', 'TIMESTAMP', 'TIMESTAMPTZ', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS'];
const EDGES = [
  "'5877642-06-25 (BC)'::DATE",
  "'5881580-07-10'::DATE",
  "'294247-01-10 04:00:54.775806'::TIMESTAMP",
  "'2262-04-11 23:47:16.854775806'::TIMESTAMP_NS",
  'to_days(2147483647)',
  "'24:00:00'::TIME",
];

describe('a date or a time that never comes', () => {
  it('is what the engine calls it, also within lists and structs, and no day of the calendar', async () => {
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    for (const word of ['infinity', '-infinity']) {
      for (const type of TYPES) {
        const value = `'${word}'::${type}`;
        const { rows } = await collected(await rowsOf(connection, `SELECT ${value}, [${value}], {'a': ${value}}`));
        assert.deepEqual(rows, [[word, [word], { a: word }]], value);
      }
    }
    for (const value of EDGES) {
      const { rows } = await collected(await rowsOf(connection, `SELECT ${value}, (${value})::VARCHAR`));
      assert.equal(rows[0]?.[0] !== 'infinity' && rows[0]?.[0] !== '-infinity', true, value);
      if (typeof rows[0]?.[0] === 'string') assert.equal(rows[0][0], rows[0][1], value);
    }
    connection.closeSync();
  });
});
