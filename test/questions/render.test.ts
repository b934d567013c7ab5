import assert from 'node:assert/strict';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { DIALECTS, QuestionError, renderQuestion, withArgument } from '../../src/questions/index.ts';
import { QUESTIONS, questionOf } from './planted-lake.ts';

describe('{{days_ago(N)}}', () => {
  it('is the UTC date N days before today, by the clock of the engine', () => {
    const text = 'x >= {{days_ago(30)}} AND x <= {{days_ago(0)}}';
    assert.equal(
      renderQuestion(text, 'tsql'),
      'x >= CAST(DATEADD(day, -30, SYSUTCDATETIME()) AS date) AND x <= CAST(DATEADD(day, -0, SYSUTCDATETIME()) AS date)',
    );
    assert.equal(
      renderQuestion('{{days_ago(7)}}', 'spark'),
      'DATE_SUB(TO_DATE(TO_UTC_TIMESTAMP(CURRENT_TIMESTAMP(), CURRENT_TIMEZONE())), 7)',
    );
    assert.equal(renderQuestion('{{days_ago(7)}}', 'duckdb'), "(CAST(now() AT TIME ZONE 'UTC' AS date) - 7)");
  });

  it('is a constant where a day stands for today', () => {
    for (const dialect of DIALECTS) {
      assert.equal(renderQuestion('{{days_ago(0)}}', dialect, '2026-03-31'), "CAST('2026-03-31' AS date)");
      assert.equal(renderQuestion('{{days_ago(30)}}', dialect, '2026-03-31'), "CAST('2026-03-01' AS date)");
      assert.equal(renderQuestion('{{days_ago(1)}}', dialect, '2024-03-01'), "CAST('2024-02-29' AS date)");
    }
  });

  it('in DuckDB gives the day in UTC, whatever the zone of the session', async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC']) {
      await connection.run(`SET TimeZone = '${zone}'`);
      const before = new Date().toISOString().slice(0, 10);
      const [row] = (await connection.runAndReadAll(renderQuestion('SELECT {{days_ago(0)}}', 'duckdb'))).getRowsJson();
      const after = new Date().toISOString().slice(0, 10);
      assert.ok(row?.[0] === before || row?.[0] === after, `${zone}: ${row?.[0]}`);
    }
    connection.closeSync();
  });

  it('is the only macro', () => {
    for (const macro of [
      '{{days_ago(-1)}}',
      '{{days_ago(x)}}',
      '{{days_ago (1)}}',
      '{{today}}',
      '{{days_ago(1)}',
      '}}',
    ]) {
      assert.throws(
        () => renderQuestion(`SELECT ${macro}`, 'duckdb'),
        /the only macro is \{\{days_ago\(N\)\}\}/,
        macro,
      );
    }
  });

  it('takes a day of the calendar as today', () => {
    for (const day of [
      '2026-02-29',
      '2026-3-1',
      '31.03.2026',
      '1969-12-31',
      '2026-03-31T00:00:00Z',
      "2026-03-31' OR 1=1",
      '',
    ]) {
      assert.throws(() => renderQuestion('{{days_ago(0)}}', 'duckdb', day), QuestionError, day);
    }
  });

  it('leaves no macro in any question', () => {
    for (const { text } of QUESTIONS) {
      for (const dialect of DIALECTS) assert.doesNotMatch(renderQuestion(text, dialect), /\{\{|\}\}/);
    }
  });
});

describe('an argument', () => {
  const { argument, text } = questionOf('history-of-one-object');
  assert.ok(argument);

  it('stands in the SQL as one literal, quoted as the dialect does', () => {
    const given = `it's a \\ "test"`;
    const literalIn = (dialect: (typeof DIALECTS)[number]) =>
      /SELECT LOWER\((.*)\) AS id/.exec(withArgument(text, argument, given, dialect))?.[1];
    assert.equal(literalIn('duckdb'), `'it''s a \\ "test"'`);
    assert.equal(literalIn('tsql'), `'it''s a \\ "test"'`);
    assert.equal(literalIn('spark'), `'it\\'s a \\\\ "test"'`);
  });

  it('leaves the header and the rest of the text as they are', () => {
    const given = withArgument(text, argument, 'r-1', 'duckdb');
    assert.equal(given.replace("LOWER('r-1')", `LOWER('${argument.placeholder}')`), text);
  });

  it('stays text whatever it holds, also what replacements, macros and SQL give a meaning to', async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    const asked = fc.oneof(
      fc.constantFrom('$&', "$'", '{{days_ago(1)}}', "''; --", '\\', "\\'"),
      fc.string({ unit: 'grapheme' }),
    );
    await fc.assert(
      fc.asyncProperty(
        asked.filter((value) => !value.includes('\0')),
        async (value) => {
          const sql = withArgument("\n\nSELECT 'the-id-of-the-object'", argument, value, 'duckdb');
          assert.deepEqual((await connection.runAndReadAll(sql)).getRowsJson(), [[value]]);
        },
      ),
    );
    connection.closeSync();
  });
});
