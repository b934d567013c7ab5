import assert from 'node:assert/strict';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { CATALOGUE, catalogueOf } from '../../src/catalogue/index.ts';
import { DUCKDB_TYPES, duckdbViews, LISTS, VIEWS } from '../../src/views/index.ts';
import { everyTemplate } from '../ingest/exports.ts';
import { AskedLake, HEADER, type Row, record } from './asked-lake.ts';

const FIRST_VERSION = path.join(import.meta.dirname, '../fixtures/tables/first-version');

/** What every view holds that no view may drop: one row for each of audit_events. */
const COUNTS = `SELECT (SELECT count(*) FROM audit_events_table) AS stored, (SELECT count(*) FROM audit_events) AS events,
  (SELECT count(*) FROM audit_events_ocsf) AS ocsf, (SELECT count(DISTINCT metadata_uid) FROM audit_events_ocsf) AS uids`;

async function assertContract(lake: AskedLake): Promise<void> {
  for (const { name, columns } of Object.values(VIEWS)) {
    const expected = columns.map((column) => [column.name, DUCKDB_TYPES[column.type]]);
    assert.deepEqual(await lake.columns(name), expected, name);
    await lake.query(`SELECT * FROM ${name}`);
  }
}

describe('the views in DuckDB', () => {
  let lake: AskedLake;

  beforeAll(async () => {
    lake = await AskedLake.of({ 'every-template.csv': everyTemplate() });
  });
  afterAll(() => lake.close());

  it('have the columns and types of the contract', () => assertContract(lake));

  it('have every event once', async () => {
    const [counts] = await lake.query(COUNTS);
    const { stored } = counts!;
    assert.ok(Number(stored) > 900);
    assert.deepEqual(counts, { stored, events: stored, ocsf: stored, uids: stored });
  });

  it('give every list as the table has it, and its items by position', async () => {
    const stored = await lake.query(`SELECT event_uid, ${LISTS} FROM audit_events_table`);
    const given = new Map(
      (await lake.query(`SELECT event_uid, ${LISTS} FROM audit_events`)).map((row) => [row['event_uid'], row]),
    );
    const items = new Map<string, unknown[]>();
    for (const row of await lake.query('SELECT * FROM audit_event_items')) {
      const list = items.get(`${row['event_uid']} ${row['list_name']}`) ?? [];
      list[Number(row['position'])] = row['item'];
      items.set(`${row['event_uid']} ${row['list_name']}`, list);
    }
    const filled = new Set<string>();
    for (const row of stored) {
      for (const list of LISTS) {
        const text = row[list];
        const expected = typeof text === 'string' ? (JSON.parse(text) as string[]) : null;
        assert.deepEqual(given.get(row['event_uid'])?.[list], expected);
        assert.deepEqual(items.get(`${row['event_uid']} ${list}`) ?? [], expected ?? []);
        if (expected !== null && expected.length > 1) filled.add(list);
      }
    }
    // Classic logs alone have profiles.
    assert.deepEqual([...filled].sort(), LISTS.filter((list) => list !== 'roles').sort());
  });

  it('read of the items only the list that is asked for', async () => {
    const plan = await lake.query("EXPLAIN SELECT item FROM audit_event_items WHERE list_name = 'roles_granted'");
    const text = String(plan[0]?.['explain_value']);
    assert.equal(text.match(/│\s+READ_PARQUET\s+│/g)?.length, 2, 'one scan, named by its operator and its function');
    assert.ok(text.includes('roles_granted') && !text.includes('roles_revoked'));
  });

  it('read of the events only the days that are asked for', async () => {
    const asked = [
      'audit_events WHERE',
      'audit_events_ocsf WHERE',
      "audit_event_items WHERE list_name = 'user_ids' AND",
    ];
    for (const from of asked) {
      const plan = await lake.query(`EXPLAIN SELECT count(*) FROM ${from} event_date = DATE '2026-03-02'`);
      assert.match(String(plan[0]?.['explain_value']), /Scanning Files: 1\/\d/, from);
    }
  });

  it('have every code', async () => {
    const [counts] = await lake.query(
      'SELECT count(*) AS codes, count(DISTINCT (source_system, code)) AS distinct_codes, (SELECT count(DISTINCT code) FROM audit_events) AS seen FROM audit_codes',
    );
    assert.deepEqual(counts, {
      codes: CATALOGUE.length,
      distinct_codes: CATALOGUE.length,
      seen: catalogueOf('infinity').length,
    });
  });

  it('answer over a table without events, and over a quarantine without files', async () => {
    const empty = await AskedLake.of({ 'header.csv': HEADER });
    try {
      await assertContract(empty);
      assert.deepEqual(await empty.query(COUNTS), [{ stored: 0, events: 0, ocsf: 0, uids: 0 }]);
    } finally {
      await empty.close();
    }
  });

  it('have null for a column that an older table lacks', async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    try {
      const stored = {
        event_uid: "'u'",
        event_time: "TIMESTAMPTZ '2026-03-01 10:00:00+00'",
        event_date: "DATE '2026-03-01'",
        code: '90211',
      };
      const values = Object.entries(stored).map(([name, value]) => `${value} AS ${name}`);
      await connection.run(`CREATE TABLE audit_events_table AS SELECT ${values}`);
      await connection.run('CREATE TABLE audit_codes_table AS SELECT 90211 AS code');
      const has = { events: new Set(Object.keys(stored)), codes: new Set(['code']) };
      for (const statement of duckdbViews(has)) await connection.run(statement);
      for (const { name, columns } of [VIEWS.audit_events, VIEWS.audit_codes, VIEWS.audit_events_ocsf]) {
        const found = await connection.runAndReadAll(`SELECT * FROM ${name}`);
        assert.deepEqual(
          found.columnTypes().map(String),
          columns.map(({ type }) => DUCKDB_TYPES[type]),
          name,
        );
        assert.equal(found.currentRowCount, 1, name);
      }
      const [row] = (
        await connection.runAndReadAll('SELECT message, roles_granted, event_hour FROM audit_events')
      ).getRowsJson();
      assert.deepEqual(row, [null, null, 10]);
    } finally {
      connection.closeSync();
    }
  });

  it('answer over a lake of the first version', async () => {
    const first = await AskedLake.open(FIRST_VERSION);
    try {
      await assertContract(first);
      const [counts] = await first.query(COUNTS);
      assert.ok(Number(counts!['stored']) > 0);
      assert.deepEqual(new Set(Object.values(counts!)).size, 1);
      assert.deepEqual(await first.query('SELECT * FROM audit_events_ocsf WHERE class_uid = 0'), []);
    } finally {
      await first.close();
    }
  });
});

describe('times in the views', () => {
  it('are those of UTC, whatever zone the session has', async () => {
    const times = [
      '2000-01-01T00:00:00Z',
      '2026-03-01T23:59:59.999999Z',
      '2024-02-29T12:34:56.000001Z',
      '2026-03-08T07:30:00+01:00',
    ];
    const lake = await AskedLake.of({
      'times.csv': HEADER + times.map((time) => record(91051, 'SSO Configuration update', time)).join(''),
    });
    try {
      await lake.connection.run("SET TimeZone = 'America/New_York'");
      const rows = await lake.query(
        'SELECT event_time_text, event_date, event_seconds, event_hour, event_weekday FROM audit_events ORDER BY event_time',
      );
      const expected = times
        .map((text): Row => {
          const time = new Date(text);
          return {
            event_time_text: text,
            event_date: time.toISOString().slice(0, 10),
            event_seconds: Math.floor(time.getTime() / 1000),
            event_hour: time.getUTCHours(),
            event_weekday: time.getUTCDay() || 7,
          };
        })
        .sort((a, b) => Number(a['event_seconds']) - Number(b['event_seconds']));
      assert.deepEqual(rows, expected);
    } finally {
      await lake.close();
    }
  });
});

describe('hostile lists', () => {
  /** Items that a bracketed list keeps whole: quoted, without a quote that could close it early. */
  const item = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('"', "'").replaceAll(/[[\]{}]/g, '|')),
    fc.constantFrom(
      'null',
      '1',
      'true',
      '\\',
      '\\u0041',
      '\\"',
      "' OR 1=1",
      '\u0000',
      'a\u0000b',
      '\r\n',
      '\u2028',
      '\u{1f600}',
      '\ufeff',
      '\u202e',
    ),
  );

  it('come out as JSON.parse reads the bytes of the table', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(item, { maxLength: 5 }), { minLength: 300, maxLength: 300 }),
        async (lists) => {
          const records = [...lists, ['\u0000', 'a\\', '\ufeff\u2028', '']].map((items, index) => {
            const quoted = items.map((text) => `"${text}"`).join(', ');
            return record(91012, `Created user, id=u-${index}, name=Li, roles_granted=[${quoted}]`);
          });
          const lake = await AskedLake.of({ 'hostile.csv': HEADER + records.join('') });
          try {
            const rows = await lake.query(
              'SELECT event_uid, t.roles_granted AS stored, e.roles_granted AS given FROM audit_events AS e JOIN audit_events_table AS t USING (event_uid) WHERE stored IS NOT NULL ORDER BY event_uid',
            );
            assert.ok(rows.length > 250);
            const expected = rows.map((row) => JSON.parse(String(row['stored'])) as string[]);
            assert.deepEqual(
              rows.map((row) => row['given']),
              expected,
            );
            assert.deepEqual(
              await lake.query('SELECT position, item FROM audit_event_items ORDER BY event_uid, position'),
              expected.flatMap((list) => list.map((text, position) => ({ position, item: text }))),
            );
          } finally {
            await lake.close();
          }
        },
      ),
      { numRuns: 1, endOnFailure: true },
    ));
});
