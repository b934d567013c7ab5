import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { CATALOGUE } from '../../src/catalogue/index.ts';
import { dictionary, findColumns, VIEWS } from '../../src/views/index.ts';
import { everyTemplate } from '../ingest/exports.ts';
import { AskedLake } from './asked-lake.ts';

const key = ({ view, name }: { readonly view: string; readonly name: string }) => `${view}.${name}`;

describe('the dictionary of columns', () => {
  it('has every column of every view, in their order', () => {
    const columns = Object.values(VIEWS).flatMap(({ name: view, columns: all }) =>
      all.map(({ name }) => key({ view, name })),
    );
    assert.deepEqual(dictionary().map(key), columns);
  });

  it('says of each what it means, and when it is null, in words that stand alone', () => {
    for (const column of dictionary()) {
      const { meaning, null_when: nullWhen, view, name } = column;
      assert.match(meaning, /^[A-Z0-9a-z_].{4,}[.…)]$/s, key(column));
      assert.doesNotMatch(nullWhen, /^where|\.$/, key(column));
      if (view === 'audit_events') {
        assert.doesNotMatch(meaning, /From the message of/, key(column));
        assert.notEqual(column.example, null, `an example of ${name}`);
      }
    }
  });

  it('names codes that exist, and of each field of a message at least one', () => {
    const known = new Set(CATALOGUE.map(({ sourceSystem, code }) => `${sourceSystem} ${code}`));
    for (const column of dictionary()) {
      for (const { sourceSystem, code } of column.codes) assert.ok(known.has(`${sourceSystem} ${code}`), key(column));
      if (column.from === 'the message' && column.view === 'audit_events')
        assert.ok(column.codes.length > 0, key(column));
    }
  });

  it('says of personal data whose they are, also where other columns are made of them', () => {
    const person = (name: string) => findColumns([name])[0]?.person;
    assert.equal(person('audit_events.actor_name'), 'name');
    assert.equal(person('audit_events.message'), 'mentioned');
    assert.equal(person('audit_events_ocsf.actor_user_name'), 'name');
    assert.equal(person('audit_events_ocsf.raw_data'), 'mentioned');
    assert.equal(person('audit_events_ocsf.resources_type'), 'none');
    assert.equal(person('quarantine_rows.raw'), 'mentioned');
    assert.equal(person('audit_codes.meaning'), 'none');
  });

  it('finds a column by its name alone, and others by every word in whatever case', () => {
    assert.deepEqual(findColumns(['Roles_Granted']).map(key), ['audit_events.roles_granted']);
    assert.deepEqual(
      findColumns(['message']).map(({ name }) => name),
      ['message', 'message'],
    );
    const found = findColumns(['ADDRESS', 'audit_events']);
    assert.ok(found.some(({ name }) => name === 'ip_address') && found.length < 20);
    assert.deepEqual(findColumns(['no such word']), []);
    assert.equal(findColumns([]).length, dictionary().length);
  });
});

describe('what the dictionary says of null', () => {
  let lake: AskedLake;

  beforeAll(async () => {
    lake = await AskedLake.of({ 'every-template.csv': everyTemplate() });
  });
  afterAll(() => lake.close());

  it('is so in a lake that has every message: what is never null never is', async () => {
    for (const view of ['audit_events', 'audit_event_items', 'audit_codes', 'audit_events_ocsf'] as const) {
      const never = dictionary().filter((column) => column.view === view && column.null_when === 'never');
      const counts = never.map(({ name }) => `count(*) - count(${name}) AS ${name}`).join(', ');
      const [row] = await lake.query(`SELECT ${counts} FROM ${view}`);
      const nulls = Object.entries(row ?? {}).filter(([, count]) => Number(count) > 0);
      assert.deepEqual(nulls, [], view);
    }
  });

  it('says it of no column that never is one, but of those that the export of this lake fills', async () => {
    const told = dictionary().filter(({ view, null_when: when }) => view === 'audit_events_ocsf' && when !== 'never');
    const counts = told.map(({ name }) => `count(*) - count(${name}) AS ${name}`).join(', ');
    const [row] = await lake.query(`SELECT ${counts} FROM audit_events_ocsf`);
    const full = Object.entries(row ?? {}).filter(([, count]) => Number(count) === 0);
    assert.deepEqual(
      full.map(([name]) => name),
      ['actor_user_name', 'actor_user_uid', 'unmapped'],
    );
  });
});
