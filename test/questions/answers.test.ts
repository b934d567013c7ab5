import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { CATALOGUE } from '../../src/catalogue/index.ts';
import { EVENT_COLUMNS } from '../../src/events/index.ts';
import { textLiteral } from '../../src/questions/index.ts';
import { AS_OF, type Plant, type Row } from './plant.ts';
import { ANSWERS, PLANTS } from './planted.ts';
import { type Found, PlantedLake, QUESTIONS, questionOf } from './planted-lake.ts';
import { HISTORIES } from './plants/objects.ts';
import { HISTORIES_OF_PEOPLE } from './plants/people.ts';

let lake: PlantedLake;
beforeAll(async () => {
  lake = await PlantedLake.make();
});
afterAll(() => lake.remove());

/** The rows, as texts in order, of which only the given columns count. */
function texts(rows: readonly Found[]): string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();
}

function only(row: Found, columns: readonly string[]): Found {
  return Object.fromEntries(columns.map((column) => [column, column in row ? row[column] : 'no such column']));
}

function expectedOf(plant: Plant, question: string): readonly Row[] {
  const found = plant.found?.[question];
  return found === undefined ? [] : Array.isArray(found) ? found : [found as Row];
}

describe('questions that name events', () => {
  const named = new Set(PLANTS.flatMap((plant) => Object.keys(plant.found ?? {})));
  for (const name of named) {
    it(`${name} finds what is planted for it and nothing else`, async () => {
      const expected = PLANTS.flatMap((plant) => expectedOf(plant, name).map((row) => ({ note: plant.note, ...row })));
      const columnsOf = new Map(expected.map((row) => [row.note, Object.keys(row)]));
      const rows = (await lake.ask(questionOf(name))).map((row) => ({ ...row, note: lake.note(row['event_uid']) }));
      const found = rows.map((row) => only(row, columnsOf.get(row.note) ?? ['note']));
      assert.deepEqual(texts(found), texts(expected));
    });
  }
});

/** Days before today that a question looks at. */
const WINDOWS: Readonly<Record<string, number>> = {
  'manual-remote-actions': 30,
  'log-ins-from-a-new-address': 30,
  'role-and-permission-grants': 30,
  'self-granted-roles': 90,
  'api-credentials-created': 90,
  'ways-out-changed': 30,
  'sso-and-provisioning-changes': 90,
  'mass-remote-actions': 30,
  'spark-acting-autonomously': 30,
  'personal-data-retrievals': 90,
  'deletions-scheduled': 90,
  'retention-shortened': 90,
  'ambiguous-or-hostile-text': 30,
  'changes-outside-office-hours': 30,
};

describe('the days that a question looks at', () => {
  for (const [name, days] of Object.entries(WINDOWS)) {
    it(`${name}: today and the ${days} days before`, async () => {
      const codes = new Set<number>();
      for (const plant of PLANTS) {
        const [expected] = expectedOf(plant, name);
        if (expected === undefined || codes.has(plant.code)) continue;
        codes.add(plant.code);
        const isFound = async (daysLater: number) => {
          const rows = await lake.ask(questionOf(name), { asOf: dayAfter(plant.time, daysLater) });
          return rows.some((row) => lake.note(row['event_uid']) === plant.note);
        };
        const found = [await isFound(-1), await isFound(0), await isFound(days), await isFound(days + 1)];
        assert.deepEqual(found, [false, true, true, false], plant.note);
      }
      assert.ok(codes.size > 0);
    });
  }

  it('what an account did in the 90 days before counts on the last of the 30 days too', async () => {
    const asOf = dayAfter('2026-03-05T09:00:00Z', 30);
    const notes = (await lake.ask(questionOf('log-ins-from-a-new-address'), { asOf })).map((row) =>
      lake.note(row['event_uid']),
    );
    assert.ok(notes.includes('rae back after 90 days and a second'));
    assert.ok(!notes.includes('sam back after 90 days'));
    const resets = await lake.ask(questionOf('reset-then-new-address'), { asOf: dayAfter('2026-03-11T09:00:00Z', 30) });
    assert.deepEqual(
      resets.map((row) => lake.note(row['event_uid'])).filter((note) => /kim/i.test(note)),
      ['KIM from an address that is known at the other instance'],
    );
  });

  it('vendor-access: of a short period also what was granted before it and held in it, and is open at its end', async () => {
    const held = async (from: string, to: string, values = {}) => {
      const rows = await lake.ask(questionOf('vendor-access'), { from, asOf: to, values });
      return new Map(rows.map((row) => [lake.note(row['event_uid']), row['what_became']]));
    };
    const late = await held('2026-03-20', AS_OF);
    assert.equal(late.get('v8 granted'), 'open');
    assert.equal(late.get('v4 granted until nobody can tell'), 'open, end not readable');
    assert.equal(late.get('v2 granted until yesterday'), 'expired');
    assert.equal(late.get('v1 granted again'), 'open');
    for (const over of ['v1 granted', 'v7 prolonged', 'v7 prolonged again, no role stated']) {
      assert.ok(!late.has(over), over);
    }
    assert.ok((await held('2026-03-13', AS_OF)).has('v7 prolonged again, no role stated'));
    assert.ok(!(await held('2026-03-14', AS_OF)).has('v7 prolonged again, no role stated'));
    assert.ok(!(await held('2026-03-31', AS_OF)).has('v2 granted until yesterday'));
    assert.ok((await held('2026-04-14', '2026-04-14', { known_days: 60 })).has('v8 granted'));
    assert.ok(!(await held('2026-04-15', '2026-04-15', { known_days: 60 })).has('v8 granted'));
  });

  it('failed-log-ins: from the first of them, and those of the day itself', async () => {
    const failures = async (asOf: string) => {
      const rows = await lake.ask(questionOf('failed-log-ins'), { asOf });
      return rows.filter((row) => row['user_id'] === 'u-cat').length;
    };
    assert.deepEqual(
      [
        await failures('2026-03-17'),
        await failures('2026-03-18'),
        await failures('2026-04-17'),
        await failures('2026-04-18'),
      ],
      [0, 1, 1, 0],
    );
  });

  it('an instance that fell silent is a gap from the second day on, for 400 days', async () => {
    const silent = async (asOf: string) => {
      const rows = await lake.ask(questionOf('gaps-in-the-export'), { asOf });
      return rows.filter((row) => row['instance'] === 'old' && row['gap_ends'] === null).length;
    };
    const last = '2026-03-29T12:00:00Z';
    const days = [1, 2, 400, 401];
    const found: number[] = [];
    for (const day of days) found.push(await silent(dayAfter(last, day)));
    assert.deepEqual(found, [0, 1, 1, 0]);
  });
});

function dayAfter(time: string, days: number): string {
  return new Date(Date.parse(time) + days * 86_400_000).toISOString().slice(0, 10);
}

describe('questions that count', () => {
  for (const [name, expected] of Object.entries(ANSWERS)) {
    it(`${name} gives exactly the rows that the plants make`, async () => {
      const columns = Object.keys(expected[0]!);
      const rows = await lake.ask(questionOf(name));
      assert.deepEqual(texts(rows.map((row) => only(row, columns))), texts([...expected]));
    });
  }

  it('daily-volume counts every event of 31 days once, under its day, instance and family', async () => {
    const families = new Map<number, string>(CATALOGUE.map((row) => [row.code, row.family]));
    // An unknown code whose digits tell the family.
    families.set(92992, 'content');
    const counts = new Map<string, number>();
    for (const { time, code, instance = 'eu' } of PLANTS) {
      const day = new Date(time).toISOString().slice(0, 10);
      if (day < '2026-03-01' || day > AS_OF) continue;
      const key = `${day} ${instance} ${families.get(code) ?? 'unknown'}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const rows = await lake.ask(questionOf('daily-volume'));
    const found = rows.map(
      (row) => [`${row['event_date']} ${row['instance']} ${row['family']}`, row['events']] as const,
    );
    assert.deepEqual(Object.fromEntries(found), Object.fromEntries(counts));
    assert.equal(found.length, counts.size);
    const sum = (column: string) => rows.reduce((total, row) => total + Number(row[column]), 0);
    assert.deepEqual([sum('failures'), sum('not_decoded')], [21, 18]);
  });
});

describe('history-of-one-object', () => {
  for (const [object, expected] of Object.entries(HISTORIES)) {
    it(`tells the story of ${object} in order, by id, by list and by name`, async () => {
      const rows = await lake.ask(questionOf('history-of-one-object'), { values: { object } });
      const columns = ['note', 'found_by', 'name_then', 'renamed_from'];
      const found = rows.map((row) => only({ ...row, note: lake.note(row['event_uid']) }, columns));
      assert.deepEqual(
        found,
        expected.map((row) => only(row, columns)),
      );
    });
  }

  it('finds every run that reached a device', async () => {
    const runs = PLANTS.filter(({ message, time }) => /\bdev-2\b/.test(message) && time < AS_OF);
    const rows = await lake.ask(questionOf('history-of-one-object'), { values: { object: 'DEV-2' } });
    assert.deepEqual(new Set(rows.map((row) => lake.note(row['event_uid']))), new Set(runs.map(({ note }) => note)));
    assert.deepEqual(new Set(rows.map((row) => row['found_by'])), new Set(['list']));
    assert.ok(runs.length > 10);
  });
});

describe('history-of-one-person', () => {
  for (const [person, expected] of Object.entries(HISTORIES_OF_PEOPLE)) {
    it(`tells of ${person} in order: what they did, what was done to them, under every name`, async () => {
      const rows = await lake.ask(questionOf('history-of-one-person'), { values: { person } });
      const columns = ['note', 'direction', 'found_by', 'name_then'];
      assert.deepEqual(
        rows.map((row) => only({ ...row, note: lake.note(row['event_uid']) }, columns)),
        expected,
      );
    });
  }

  it('finds each person by every column that names one', async () => {
    const people = EVENT_COLUMNS.filter(({ person }) => person === 'name' || person === 'id').map(({ name }) => name);
    const [row] = await lake.query(
      `SELECT ${people.map((name) => `any_value(${name}) AS ${name}`).join(', ')} FROM audit_events WHERE event_date <= '${AS_OF}'`,
    );
    for (const column of people) {
      const value = row?.[column];
      const person = Array.isArray(value) ? value[0] : value;
      assert.ok(typeof person === 'string', `nothing is planted in ${column}`);
      const uids = (await lake.ask(questionOf('history-of-one-person'), { values: { person } })).map(
        (found) => found['event_uid'],
      );
      const holds = Array.isArray(value) ? `list_contains(${column}, $1)` : `lower(${column}) = lower($1)`;
      const stated = await lake.query(
        `SELECT event_uid FROM audit_events WHERE ${holds.replace('$1', textLiteral(person, 'duckdb'))} AND event_date <= '${AS_OF}'`,
      );
      assert.ok(stated.length > 0);
      assert.deepEqual(
        stated.map((each) => each['event_uid']).filter((uid) => !uids.includes(uid)),
        [],
        column,
      );
    }
  });
});

describe('every question', () => {
  it('has findings planted, and near-misses besides', () => {
    const planted = new Set([
      ...PLANTS.flatMap((plant) => Object.keys(plant.found ?? {})),
      ...Object.keys(ANSWERS),
      ...['daily-volume', 'history-of-one-object', 'history-of-one-person'],
    ]);
    assert.deepEqual([...planted].sort(), QUESTIONS.map(({ name }) => name).sort());
    const notes = PLANTS.map(({ note }) => note);
    assert.equal(new Set(notes).size, notes.length, 'notes are unique');
  });
});
