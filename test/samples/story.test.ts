import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { sampleExports } from '../../samples/exports.ts';
import { FORGED, INCIDENT } from '../../samples/incident.ts';
import { CURRENT_CODES } from '../../samples/values.ts';
import { questionText } from '../../src/asking/index.ts';
import { QUESTIONS } from '../questions/planted-lake.ts';
import { AskedLake, type Row } from '../views/asked-lake.ts';

const SAMPLES = path.join(import.meta.dirname, '../../samples');

/** The day after the incident. */
const AS_OF = '2026-03-03';

/** Questions that list what happens on ordinary days too: the others must be silent then. */
const OVERVIEWS = new Set([
  'manual-remote-actions',
  'failed-log-ins',
  'vendor-access',
  'spark-acting-autonomously',
  'daily-volume',
  'history-of-one-object',
  'history-of-one-person',
]);
/** The incident left none of these. */
const SILENT = new Set(['gaps-in-the-export']);

describe('the samples', () => {
  let lake: AskedLake;
  /** Time and code of the incident's events, as {@link events} has them of every event by its id. */
  const planted = new Set<string>();
  const events = new Map<unknown, string>();
  beforeAll(async () => {
    lake = await AskedLake.of(Object.fromEntries(sampleExports(CURRENT_CODES)));
    // The views once: reading their files again for every question would take most of the time.
    for (const view of ['audit_events', 'audit_event_items']) {
      await lake.connection.run(`CREATE TEMP TABLE ${view} AS FROM main.${view}`);
    }
    const stored = await lake.query(
      'SELECT event_uid, event_time, epoch_ms(event_time)::VARCHAR AS ms, code FROM audit_events',
    );
    const times = new Set([...INCIDENT, ...FORGED].map(({ time, code }) => `${time} ${code}`));
    for (const { event_uid: uid, event_time: time, ms, code } of stored) {
      events.set(uid, `${time} ${code}`);
      if (times.has(`${ms} ${code}`)) planted.add(`${time} ${code}`);
    }
    assert.equal(planted.size, times.size);
  });
  afterAll(() => lake.close());

  const ask = (name: string, { asOf = AS_OF, object = 'x' } = {}): Promise<Row[]> => {
    const question = QUESTIONS.find((each) => each.name === name)!;
    const needed = question.parameters.filter(({ isNeeded }) => isNeeded).map((parameter) => [parameter.name, object]);
    return lake.query(questionText(question, 'duckdb', { to: asOf, values: Object.fromEntries(needed) }));
  };

  it('are those in the folder', () => {
    // The same content in gzip may have other bytes in another Node.
    const plain = (name: string, content: Buffer) => (name.endsWith('.gz') ? gunzipSync(content) : content);
    for (const [name, content] of sampleExports(CURRENT_CODES)) {
      const stored = readFileSync(path.join(SAMPLES, 'exports', name));
      assert.ok(plain(name, content).equals(plain(name, stored)), `${name}: run npm run -s samples`);
    }
  });

  it('are told of with the numbers and names of questions', () => {
    const told = readFileSync(path.join(SAMPLES, 'README.md'), 'utf8');
    const named = [...told.matchAll(/\b(\d+),? ([a-z]+(?:-[a-z]+)+)/g)].map(([, number, name]) => `${number} ${name}`);
    const known = QUESTIONS.map(({ number, name }) => `${number} ${name}`);
    assert.ok(named.length > 10);
    assert.deepEqual(
      named.filter((each) => !known.includes(each)),
      [],
    );
  });

  it('have every code, every shape of its message, and every column', async () => {
    const ids = (await lake.query('SELECT DISTINCT template_id FROM audit_events')).map((row) => row['template_id']);
    const expected = CURRENT_CODES.flatMap(({ templates }) => templates.map(({ id }) => id));
    assert.deepEqual(
      expected.filter((id) => !ids.includes(id)),
      [],
    );
  });

  it('have working days, quiet nights and quiet weekends', async () => {
    const office = '(event_hour BETWEEN 6 AND 17 AND event_weekday <= 5)';
    const [counts] = await lake.query(
      `SELECT count(*) FILTER (${office}) AS office, count(*) FILTER (NOT ${office}) AS other,
        count(*) FILTER (NOT ${office} AND event_time < '2026-03-02 21:00:00Z' AND actor_name NOT IN ('itsm-sync', 'patch-runner')) AS people
      FROM audit_events`,
    );
    assert.ok(Number(counts?.['office']) > 2 * Number(counts?.['other']), JSON.stringify(counts));
    assert.equal(Number(counts?.['people']), 0);
  });

  it('tell of accounts, roles and things that keep their ids and names', async () => {
    const names = await lake.query(
      `SELECT id, list(DISTINCT name ORDER BY name) AS names FROM (
        SELECT user_id AS id, user_name AS name FROM audit_events WHERE user_name <> ''
        UNION ALL SELECT role_id, role_name FROM audit_events
        UNION ALL SELECT object_id, object_name FROM audit_events WHERE object_name <> ''
      ) WHERE id IS NOT NULL AND length(id) > 3 GROUP BY id HAVING count(DISTINCT name) > 1`,
    );
    assert.deepEqual(
      names.map((row) => row['names']),
      [['gita.mehta@corp.example', 'gita.rao@corp.example']],
    );
    const [ids] = await lake.query(
      `SELECT max(ids) AS most FROM (SELECT count(DISTINCT object_id) AS ids FROM audit_events WHERE object_name <> '' GROUP BY object_type, object_name)`,
    );
    assert.equal(Number(ids?.['most']), 1);
  });

  it('tell of nobody who acts before the account is made, nor of anything changed before or after it was there', async () => {
    const wrong = await lake.query(
      `WITH life AS (
        SELECT object_type, object_id, min(event_time) FILTER (action = 'create') AS made, max(event_time) FILTER (action = 'delete') AS gone
        FROM audit_events WHERE family IN ('content', 'access') AND object_id <> '' AND event_date < '2026-03-03' GROUP BY ALL
      )
      SELECT e.event_time, e.event_name, e.object_name FROM audit_events AS e JOIN life USING (object_type, object_id)
      WHERE e.family IN ('content', 'access') AND e.event_date < '2026-03-03' AND e.code NOT IN (91181, 91182, 91183)
        -- What a code that was just added is about has no story yet.
        AND e.object_name <> replace(e.object_type, '_', ' ')
        AND (made IS NULL OR e.event_time < made OR e.event_time > gone)`,
    );
    assert.deepEqual(wrong, []);
    const early = await lake.query(
      `SELECT l.user_name FROM audit_events AS l JOIN audit_events AS c USING (user_id)
      WHERE l.code = 90211 AND c.code = 91012 AND l.event_time < c.event_time AND l.user_id <> 'u-1'`,
    );
    assert.deepEqual(early, []);
  });

  /** The rows of an answer that come of no event of the incident. */
  const ordinary = (rows: readonly Row[]) => {
    const isPlanted = (row: Row) => planted.has(events.get(row['event_uid']) ?? `${row['first_seen']} ${row['code']}`);
    return rows.filter((row) => !isPlanted(row));
  };

  for (const { name } of QUESTIONS.filter((question) => !OVERVIEWS.has(question.name))) {
    it(`${name} finds the incident and nothing else, and nothing before it`, async () => {
      assert.equal((await ask(name)).length === 0, SILENT.has(name));
      for (const asOf of ['2026-02-28', '2026-03-01', '2026-03-02', AS_OF, '2026-03-04']) {
        assert.deepEqual(ordinary(await ask(name, { asOf })), [], asOf);
      }
      assert.deepEqual(await ask(name, { asOf: '2026-03-01' }), []);
    });
  }

  it('failed-log-ins has the guessing first, then people who mistyped', async () => {
    const [first, ...rest] = await ask('failed-log-ins');
    assert.deepEqual([first?.['user_name'], first?.['address']], ['chidi.obi@corp.example', '192.0.2.66']);
    assert.ok(rest.length > 3 && rest.every((row) => Number(row['failures']) <= Number(first?.['failures']) / 2));
  });

  it('the overviews have something to show', async () => {
    for (const name of OVERVIEWS) {
      const rows = await ask(name, { object: String((await ask('self-granted-roles'))[0]?.['user_id']) });
      assert.ok(rows.length > 1, name);
    }
  });
});
