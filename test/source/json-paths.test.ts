import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { RejectedFile, type Role, type SourceSettings } from '../../src/source/index.ts';
import { LANDED_AT, read } from './reading.ts';

const TIME = '2026-03-01T00:00:00.5Z';
const EVENT = { time: TIME, code: '92042', message: 'say "x", {é}', actor_name: 'ana', actor_id: 'u-1' } as const;
const ROLES = Object.keys(EVENT) as (keyof typeof EVENT)[];

async function of(value: unknown, columnAliases: SourceSettings['columnAliases'] = {}, path = 'raw/a.json') {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return await read(text, { columnAliases }, LANDED_AT, path);
}

async function first(value: unknown, columnAliases: SourceSettings['columnAliases'] = {}) {
  const { readings } = await of(value, columnAliases);
  return readings[0];
}

describe('a name with dots', () => {
  it('is a path into nested objects, whatever their shape', async () => {
    const segment = fc.constantFrom('event', 'a', 'B', 'user', 'name', 'é', 'x y', '__proto__', 'constructor', '0');
    const path = fc.array(segment, { minLength: 1, maxLength: 4 });
    const shapes = fc
      .tuple(fc.array(path, { minLength: 5, maxLength: 5 }), fc.array(path, { maxLength: 4 }))
      .filter(([paths, more]) => {
        const names = [...paths, ...more].map((each) => `${each.join('.').toLowerCase()}.`);
        return names.every((name, at) => names.every((other, n) => n === at || !other.startsWith(name)));
      });
    const forms = fc.constantFrom<(record: object) => string>(
      (record) => JSON.stringify(record),
      (record) => JSON.stringify(record, null, 2),
      (record) => JSON.stringify([record, record]),
      (record) => JSON.stringify({ kind: 'x', page: { records: [record] } }),
      (record) => `${JSON.stringify(record)}\n${JSON.stringify(record)}\n`,
    );
    await fc.assert(
      fc.asyncProperty(shapes, forms, async ([paths, more], form) => {
        const pairs = ROLES.map((role, at) => [role, paths[at]!] as const);
        const text = build([
          ...pairs.map(([role, at]) => [at, EVENT[role]] as const),
          ...more.map((at) => [at, 7] as const),
        ]);
        const aliases = Object.fromEntries(pairs.map(([role, at]) => [role, [at.join('.')]])) as Record<Role, string[]>;
        const { readings } = await of(form(JSON.parse(text) as object), aliases);
        for (const reading of readings) {
          assert.deepEqual(
            [reading.reason, reading.time, String(reading.code), reading.message, reading.actorName, reading.actorId],
            [undefined, TIME, EVENT.code, EVENT.message, EVENT.actor_name, EVENT.actor_id],
          );
          const kept =
            Object.values(reading.extras ?? {})
              .join()
              .match(/7/g) ?? [];
          assert.equal(kept.length, more.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is the name of a key where there is one', async () => {
    const record = { time: TIME, code: 1, message: 'm', 'user.name': 'own', user: { name: 'inner', id: 'u-1' } };
    const found = await first(record);
    assert.deepEqual([found?.actorName, found?.actorId], ['own', 'u-1']);
    assert.deepEqual(found?.extras, { 'user.name (2)': 'inner' });
  });

  it('leads through lists by the place in them, and through keys that have dots themselves', async () => {
    const record = { at: [TIME, 'x'], actors: [{ name: 'ana', more: { a: 1 } }, 'b'], 'e.v': { code: 5, 't.x': 'm' } };
    const found = await first(record, {
      time: ['at.0'],
      code: ['e.v.code'],
      message: ['e.v.t.x'],
      actor_name: ['actors.0.name'],
    });
    assert.deepEqual([found?.time, found?.code, found?.message, found?.actorName], [TIME, 5, 'm', 'ana']);
    assert.deepEqual(found?.extras, { 'at.1': 'x', 'actors.0.more': '{"a":1}', 'actors.1': 'b' });
  });

  it('holds for the usual names too', async () => {
    const found = await first({
      platform: { audit_logs: { code: 92042, message: 'm' } },
      event: { time: TIME },
      Account: { Name: 'ana', uid: 'u-1', roles: ['a', { b: 1.5 }] },
    });
    assert.deepEqual([found?.code, found?.message, found?.actorName, found?.actorId], [92042, 'm', 'ana', 'u-1']);
    assert.deepEqual(found?.extras, { 'Account.roles': '["a",{"b":1.5}]' });
  });

  it('finds an actor whether or not others have none', async () => {
    const base = { time: TIME, code: 1, message: 'm' };
    const [named, nobody, text] = [
      { ...base, user: { name: 'ana' } },
      { ...base, user: null },
      { ...base, user: 'bo' },
    ];
    const lacking = { ...base };
    const orders = [
      [named, nobody, text, lacking],
      [nobody, named, lacking, text],
      [text, nobody, named],
      [lacking, text, named],
    ];
    for (const records of orders) {
      const { readings } = await of(records);
      assert.deepEqual(
        readings.map(({ actorName }) => actorName ?? ''),
        records.map((each) =>
          'user' in each ? (each.user === null ? '' : typeof each.user === 'string' ? 'bo' : 'ana') : '',
        ),
      );
    }
  });

  it('takes nobody else for the actor where a record names none', async () => {
    const base = { time: TIME, code: 1, message: 'm' };
    const { readings } = await of([
      { ...base, user_name: 'ana', account: 'of the device' },
      { ...base, account: 'x' },
    ]);
    assert.deepEqual(
      readings.map(({ actorName }) => actorName),
      ['ana', undefined],
    );
  });

  it('takes another name that the settings give where a record lacks the first', async () => {
    const base = { time: TIME, code: 1, message: 'm' };
    const records = [
      { ...base, by: { app: 'job' } },
      { ...base, by: { user: 'ana' } },
      { ...base, by: { user: 'bo', app: 'x' } },
    ];
    const { readings } = await of(records, { actor_name: ['by.user', 'by.app'] });
    assert.deepEqual(
      readings.map(({ actorName }) => actorName),
      ['job', 'ana', 'bo'],
    );
    assert.deepEqual(readings[2]?.extras, { 'by.app': 'x' });
  });

  it('makes a record bad whose object has the key twice', async () => {
    const { readings } = await of(
      `[${JSON.stringify({ ...EVENT, user: {} })},{"time":"${TIME}","code":1,"message":"m","user":{"name":"a","n\\u0061me":"b"}}]`,
    );
    assert.deepEqual(
      readings.map(({ reason }) => reason),
      [undefined, 'duplicate_key'],
    );
  });

  it('says since when such a file is read so, and leaves others as they were', async () => {
    const base = { time: TIME, code: 1, message: 'm' };
    assert.equal((await of([{ ...base, user: { name: 'a' } }])).readSince, 4);
    assert.equal((await of([{ ...base, tags: { name: 'a' }, user: 'b' }])).readSince, 3);
  });

  it('is advised where nothing is understood', async () => {
    await assert.rejects(
      of({ thing: { when: TIME, number: 1, text: 'm' } }),
      (error: unknown) => error instanceof RejectedFile && error.message.includes('a.b is b within a'),
    );
  });
});

describe('a value that a template left open', () => {
  it('makes a record bad, and says so', async () => {
    const good = { time: TIME, code: 1, message: 'created dashboard {{x}}', user: 'ana' };
    const open: [object, string | undefined][] = [
      [{}, undefined],
      [{ time: '{{event.time}}' }, 'placeholder'],
      [{ code: '{{ code }}' }, 'placeholder'],
      [{ message: ' {{message}} ' }, 'placeholder'],
      [{ user: '{{user.name}}' }, 'placeholder'],
      [{ user: '{{a}} and {{b}}' }, undefined],
      [{ other: '{{open}}' }, undefined],
      [{ message: '{"a":1}' }, undefined],
      [{ message: '{{' }, undefined],
      [{ time: '{{' }, 'time_unreadable'],
    ];
    const { readings } = await of([good, ...open.map(([change]) => ({ ...good, ...change }))]);
    assert.deepEqual(
      readings.slice(1).map(({ reason }) => reason),
      open.map(([, reason]) => reason),
    );
  });
});

/** JSON of an object with these values where paths lead to; `__proto__` is a name like any other. */
function build(values: readonly (readonly [path: readonly string[], value: unknown])[]): string {
  const heads = [...new Set(values.map(([[name = '']]) => name))];
  const members = heads.map((head) => {
    const within = values.filter(([[name]]) => name === head);
    const [only] = within;
    const text =
      within.length === 1 && only?.[0].length === 1
        ? JSON.stringify(only[1])
        : build(within.map(([[, ...rest], value]) => [rest, value] as const));
    return `${JSON.stringify(head)}:${text}`;
  });
  return `{${members.join(',')}}`;
}
