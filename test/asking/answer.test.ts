import assert from 'node:assert/strict';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { answerOf, objectsOf } from '../../src/asking/answer.ts';
import { UsageError } from '../../src/present/usage-error.ts';

describe('an answer', () => {
  let connection: DuckDBConnection;
  beforeAll(async () => {
    connection = await (await DuckDBInstance.create()).connect();
  });
  afterAll(() => connection.closeSync());

  it('is to one statement, whatever its text holds', async () => {
    const sql = "-- one; two\nSELECT 'a;b' AS text, /* ; */ 9007199254740991 AS exact, 9007199254740993 AS not_exact;";
    const answer = await answerOf(connection, sql);
    assert.deepEqual(objectsOf(answer), [{ text: 'a;b', exact: 9007199254740991, not_exact: '9007199254740993' }]);
    assert.deepEqual(answer.numeric, [false, true, true]);
  });

  it('is refused to several statements, and to what cannot be run', async () => {
    const refused: Readonly<Record<string, RegExp>> = {
      '': /^expected one SQL statement, found none$/,
      ' ; -- nothing': /^expected one SQL statement, found none$/,
      'SELECT 1; SELECT 2': /^expected one SQL statement, found 2: /,
      'SELECT 1; SELEKT 2': /^Parser Error: .*SELEKT"$/,
      'SELECT * FROM nowhere': /^there is no view nowhere; views: audit_events, [^\n]*$/,
      'SELECT a\nFROM (SELECT 1 AS ab)': /^there is no column a; near: ab\. [^\n]*$/,
      "SELECT\n  CAST('x' AS INTEGER)": /^Conversion Error: [^\n]* \(line 2\)$/,
    };
    for (const [sql, message] of Object.entries(refused)) {
      await assert.rejects(
        answerOf(connection, sql),
        (error) => error instanceof UsageError && message.test(error.message),
        sql,
      );
    }
  });
});
