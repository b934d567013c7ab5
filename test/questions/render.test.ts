import assert from 'node:assert/strict';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  type Asked,
  DIALECTS,
  type Dialect,
  parseQuestion,
  QuestionError,
  renderQuestion,
} from '../../src/questions/index.ts';
import { QUESTIONS, questionOf } from './planted-lake.ts';

type Connection = Awaited<ReturnType<DuckDBInstance['connect']>>;
let duckdb: Connection;
beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create()).connect();
});
afterAll(() => duckdb.closeSync());

async function answer(sql: string): Promise<unknown> {
  return (await duckdb.runAndReadAll(sql)).getRowsJson();
}

/** The SQL behind the header of a question that is made of one expression. */
function rendered(expression: string, dialect: Dialect, asked: Asked = {}, { period = '30 days', declared = '' } = {}) {
  const parameters = declared === '' ? '' : `-- Parameter: ${declared}\n`;
  const head = `-- Question: Q?\n-- Finds: F.\n-- Why it matters: W.\n-- Normal: N.\n-- Period: ${period}\n${parameters}`;
  const question = parseQuestion('01-q.sql', `${head}\nSELECT\n    ${expression}\nFROM {{events}} AS e\n`);
  const text = renderQuestion(question, dialect, asked);
  assert.ok(text.startsWith(`${head}\nSELECT`));
  return text.slice(text.indexOf('SELECT'));
}

function days(dialect: Dialect, asked: Asked = {}, period = '30 days'): string[] {
  const sql = rendered('{{from}}; {{to}}; {{from - 90}}; {{to - 1}}', dialect, asked, { period });
  return sql.split('\n')[1]!.trim().split('; ');
}

describe('the days asked about', () => {
  it('are so many before today, by the clock of the engine', () => {
    assert.deepEqual(days('tsql').slice(0, 2), [
      'CAST(DATEADD(day, -30, SYSUTCDATETIME()) AS date)',
      'CAST(DATEADD(day, -0, SYSUTCDATETIME()) AS date)',
    ]);
    const today = 'TO_DATE(TO_UTC_TIMESTAMP(CURRENT_TIMESTAMP(), CURRENT_TIMEZONE()))';
    assert.deepEqual(
      days('spark'),
      [30, 0, 120, 1].map((before) => `DATE_SUB(${today}, ${before})`),
    );
    assert.equal(days('duckdb')[2], "(CAST(now() AT TIME ZONE 'UTC' AS date) - 120)");
  });

  it('are constants where they are given: both, or the last, to which the question counts', () => {
    const date = (day: string) => `CAST('${day}' AS date)`;
    for (const dialect of DIALECTS) {
      assert.deepEqual(
        days(dialect, { to: '2026-03-31' }),
        ['2026-03-01', '2026-03-31', '2025-12-01', '2026-03-30'].map(date),
      );
      assert.deepEqual(
        days(dialect, { from: '2024-03-01', to: '2026-03-31' }),
        ['2024-03-01', '2026-03-31', '2023-12-02', '2026-03-30'].map(date),
      );
      const [from, to, before] = days(dialect, { from: '2024-03-01' });
      assert.deepEqual([from, before], [date('2024-03-01'), date('2023-12-02')]);
      assert.equal(to, days(dialect)[1]);
    }
  });

  it('are all until the last where a question looks at all', () => {
    for (const dialect of DIALECTS) {
      assert.equal(days(dialect, {}, 'all')[0], "CAST('0001-01-01' AS date)");
      assert.deepEqual(days(dialect, { from: '2026-01-01', to: '2026-01-01' }, 'all').slice(0, 2), [
        "CAST('2026-01-01' AS date)",
        "CAST('2026-01-01' AS date)",
      ]);
    }
  });

  it('in DuckDB are in UTC, whatever the zone of the session', async () => {
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC']) {
      await duckdb.run(`SET TimeZone = '${zone}'`);
      const before = new Date().toISOString().slice(0, 10);
      const [[row]] = (await answer(`SELECT ${days('duckdb')[1]}`)) as [[string]];
      assert.ok(row === before || row === new Date().toISOString().slice(0, 10), `${zone}: ${row}`);
    }
  });

  it('are days of the calendar, the first not after the last', () => {
    for (const day of [
      '2026-02-29',
      '2026-3-1',
      '31.03.2026',
      '1969-12-31',
      '2026-03-31T00:00:00Z',
      "2026-03-31' OR 1=1",
      '',
    ]) {
      assert.throws(() => days('duckdb', { to: day }), QuestionError, day);
      assert.throws(() => days('duckdb', { from: day }), QuestionError, day);
    }
    assert.throws(
      () => days('duckdb', { from: '2026-03-02', to: '2026-03-01' }),
      /first day that is not after the last/,
    );
  });
});

describe('every question', () => {
  it('has no macro left in any dialect', () => {
    for (const question of QUESTIONS) {
      for (const dialect of DIALECTS) assert.doesNotMatch(renderQuestion(question, dialect), /\{\{|\}\}/);
    }
  });

  it('gives at most so many rows, the first ones, in each dialect', () => {
    for (const question of QUESTIONS) {
      const whole = renderQuestion(question, 'tsql');
      const limited = renderQuestion(question, 'tsql', { limit: 7 });
      assert.equal(limited.replace(/\nSELECT TOP \(7\)\n(?!(?:.*\n)*SELECT\n)/, '\nSELECT\n'), whole);
      for (const dialect of ['spark', 'duckdb'] as const)
        assert.equal(renderQuestion(question, dialect, { limit: 7 }), `${renderQuestion(question, dialect)}LIMIT 7\n`);
    }
  });

  it('reads the events of the instances that are asked about, and no others', () => {
    for (const question of QUESTIONS) {
      const text = renderQuestion(question, 'duckdb', { instances: ['eu', "o'us"] });
      const sql = text.slice(text.indexOf('\n\n'));
      const of = "(SELECT * FROM audit_events WHERE instance IN ('eu', 'o''us')) AS ";
      assert.ok(sql.split(of).length > 1, question.name);
      assert.doesNotMatch(sql.replaceAll(of, 'asked '), /(?:FROM|JOIN) audit_events\b/, question.name);
    }
  });
});

describe('a list', () => {
  const list = (texts: readonly string[], macro = 'any_of') => {
    const asked = { values: new Map([['roles', { kind: 'texts', texts } as const]]) };
    const sql = rendered(`1\nWHERE 1 = 1\n    AND {{${macro}(roles, e.item)}}`, 'duckdb', asked, {
      declared: 'roles texts [] Those.',
    });
    return sql.slice(sql.indexOf('1 = 1') + 5, sql.indexOf('\nFROM'));
  };

  it('lets through what is on it, whatever its case, and what may be; with none, there is no condition', async () => {
    assert.equal(list([]), '');
    assert.equal(
      list(['Admin', "O'x"]),
      "\n    AND (e.item IS NULL OR LOWER(e.item) IN (LOWER('Admin'), LOWER('O''x')))",
    );
    const among = async (macro: string) =>
      await answer(
        `SELECT item FROM (VALUES ('ADMIN'), ('Ádmin'), ('viewer'), (NULL)) AS e(item) WHERE 1 = 1${list(['admin', 'ádmin'], macro)}`,
      );
    assert.deepEqual(await among('any_of'), [['ADMIN'], ['Ádmin'], [null]]);
    assert.deepEqual(await among('none_of'), [['viewer'], [null]]);
  });
});

describe('the offset of a zone', () => {
  const offset = (zone: string, asked: Asked) => {
    const values = new Map([['zone', { kind: 'zone', zone } as const]]);
    const declared = { declared: 'zone zone UTC Where.' };
    const sql = rendered('{{utc_offset(zone, event_seconds)}}', 'duckdb', { ...asked, values }, declared);
    return sql.split('\n')[1]!.trim();
  };
  const seconds = (time: string) => Date.parse(time) / 1000;

  it('is a number where clocks do not change in the days asked about, and goes with the changes where they do', () => {
    assert.equal(offset('UTC', {}), '0');
    assert.equal(offset('Europe/Berlin', { from: '2026-01-01', to: '2026-03-28' }), '3600');
    assert.equal(offset('Asia/Kolkata', { from: '2026-01-01', to: '2026-12-31' }), '19800');
    assert.equal(offset('-05:00', { from: '2026-01-01', to: '2026-12-31' }), '-18000');
    const change = seconds('2026-03-29T01:00:00Z');
    assert.equal(
      offset('Europe/Berlin', { from: '2026-03-01', to: '2026-03-31' }),
      `CASE WHEN event_seconds < ${change} THEN 3600 ELSE 7200 END`,
    );
  });

  it('is what the clocks there show, an hour around each change, of any days', async () => {
    for (const zone of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca']) {
      const sql = offset(zone, { from: '2024-01-01', to: '2026-12-31' });
      const changes = [...sql.matchAll(/< (\d+) THEN/g)].map(([, at]) => Number(at));
      assert.ok(changes.length > 5, zone);
      for (const change of changes) {
        for (const at of [change - 3600, change - 1, change, change + 3600]) {
          const [[found]] = (await answer(`SELECT ${sql} FROM (SELECT ${at} AS event_seconds)`)) as [[number]];
          const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
          assert.equal(found, seconds(`${shown.format(at * 1000).replace(' ', 'T')}Z`) - at, `${zone} ${at}`);
        }
      }
    }
  });

  it('goes on for ten years where the clock of the engine says which day is the last, and needs to know from when', () => {
    assert.throws(() => offset('Europe/Berlin', {}), /for the days asked about: give the last/);
    const years = offset('Europe/Berlin', { today: '2026-03-31' }).match(/WHEN/g)?.length;
    assert.equal(years, 21);
  });
});

describe('an id', () => {
  it('stands in the text where none is given, so that it can be put in by hand', () => {
    assert.match(
      renderQuestion(questionOf('history-of-one-object'), 'tsql'),
      /SELECT LOWER\('the-id-of-the-object'\) AS id/,
    );
  });
});
