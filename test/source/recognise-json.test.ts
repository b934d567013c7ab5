import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { KNOWN_EVENTS } from '../../src/lake/known-events.ts';
import { END, NEED_INPUT, openExport, RejectedFile } from '../../src/source/index.ts';
import { recogniseJson } from '../../src/source/recognise-json.ts';
import { chunksOf, LANDED_AT, readingOf, SETTINGS } from './reading.ts';

const RECORDS = [
  ['2026-03-01T00:04:19.707Z', 91051, 'SSO Configuration update', 'ana@corp.example'],
  ['2026-03-05T12:05:20Z', 90214, 'User [bö]@corp.example is locked', 'zoë@corp.example'],
  ['2026-03-13T13:06:21Z', 90211, 'User logged in, id=u-1, name=li@corp.example, session_id=s-1', 'li@corp.example'],
] as const;
const GERMAN = ['Zeitpunkt', 'Code', 'Nachricht', 'Benutzername'];
const NAMES = ['a', 'b', 'c', 'Performed by'];

type Fields = readonly (string | number)[];
const objects = (names: readonly string[], records: readonly Fields[] = RECORDS) =>
  records.map((fields) => Object.fromEntries(names.map((name, index) => [name, fields[index]])));

/** The forms that JSON documents of records have, with the names that their records get. */
const FORMS: [string, (names: readonly string[]) => string, string][] = [
  ['a list', (names) => JSON.stringify(objects(names)), 'raw/x.json'],
  ['a list on many lines', (names) => JSON.stringify(objects(names), null, 2), 'raw/x.json'],
  ['an object with one list', (names) => JSON.stringify({ total: 3, records: objects(names) }), 'raw/x.json'],
  [
    'a list deep inside',
    (names) => JSON.stringify({ meta: { tags: ['x', 'y', 'z'] }, a: { b: objects(names) } }),
    'raw/x.json',
  ],
  ['headers and data', (names) => JSON.stringify({ headers: names, data: RECORDS }), 'raw/x.json'],
  [
    'data and headers',
    (names) => JSON.stringify({ data: RECORDS, columns: names.map((name) => ({ name })) }),
    'raw/x.json',
  ],
  ['a list of lists', (names) => JSON.stringify([names, ...RECORDS]), 'raw/x.json'],
  [
    'lines',
    (names) =>
      objects(names)
        .map((each) => `${JSON.stringify(each)}\n`)
        .join(''),
    'raw/x.json',
  ],
  [
    'lines by name',
    (names) =>
      objects(names)
        .map((each) => `${JSON.stringify(each)}\n`)
        .join(''),
    'raw/x.jsonl',
  ],
];

async function readOf(text: string, path = 'raw/x.json', settings = {}) {
  const file = { path, landedAt: LANDED_AT, open: () => chunksOf(Buffer.from(text), [7, 500]) };
  const reader = await openExport(file, { ...SETTINGS, ...settings }, null, KNOWN_EVENTS);
  const readings = [];
  for (let found = reader.next(); found !== END; found = reader.next()) {
    if (found === NEED_INPUT) await reader.fill();
    else readings.push(readingOf(reader, found));
  }
  const again = await openExport(file, { ...SETTINGS, ...settings }, reader.recognised, KNOWN_EVENTS);
  await again.close();
  return { readings, recognised: reader.recognised[0]!, again: again.recognised[0]!, readSince: reader.readSince };
}

async function rejectionOf(text: string, path?: string): Promise<string> {
  const error: unknown = await readOf(text, path).then(
    () => assert.fail('expected a rejection'),
    (found: unknown) => found,
  );
  assert.ok(error instanceof RejectedFile, String(error));
  return error.message;
}

describe('keys of JSON that nobody knows', () => {
  it.each(FORMS)('are known by what stands under them: %s', async (_, textOf, path) => {
    for (const [names, actor] of [
      [GERMAN, 'Benutzername'],
      [NAMES, 'Performed by'],
    ] as const) {
      const { readings, recognised, again, readSince } = await readOf(textOf(names), path);
      assert.deepEqual(
        readings.map(({ time, code, message, actorName, reason }) => reason ?? [time, code, message, actorName]),
        RECORDS.map((fields) => [...fields]),
      );
      const [time, code, message] = names;
      const columns = { time, ...(code !== 'Code' && { code }), message, actor_name: actor };
      assert.deepEqual(recognised.columns, columns);
      assert.deepEqual(again, recognised);
      assert.equal(readSince, 3);
    }
  });

  it.each(FORMS)('are left alone where their names say it: %s', async (_, textOf, path) => {
    const { readings, recognised } = await readOf(textOf(['time', 'code', 'message', 'By']), path);
    assert.equal(recognised.columns, null);
    assert.deepEqual(
      readings.map(({ message, extras }) => [message, extras]),
      RECORDS.map(([, , message, by]) => [message, { By: by }]),
    );
  });

  it.each(FORMS)('are asked for by their own names where it is not clear: %s', async (_, textOf, path) => {
    const doubled = RECORDS.map((fields) => [...fields, fields[0]]);
    const text = textOf(['When', 'Kind', 'Text', 'By']);
    const unclear = text.includes('"headers"')
      ? JSON.stringify({ headers: ['When', 'Kind', 'Text', 'By', 'Seen'], data: doubled })
      : JSON.stringify(objects(['When', 'Kind', 'Text', 'By', 'Seen'], doubled));
    const said = await rejectionOf(unclear, path);
    assert.match(said, /"When" and "Seen" could each be the time/);
    assert.match(said, /--column-aliases "time=When,code=Kind,message=Text/);
    assert.doesNotMatch(said, /KEY|<header name>/);
  });

  it('are taken as the settings say', async () => {
    const aliases = { columnAliases: { time: ['d'], code: ['e'], message: ['f'] } };
    const { readings, recognised } = await readOf(JSON.stringify(objects(['d', 'e', 'f', 'g'])), undefined, aliases);
    assert.equal(recognised.columns, null);
    assert.equal(readings.length, RECORDS.length);
  });

  it('are found in a head that is cut anywhere, or found not to be there', () => {
    const text = Buffer.from(JSON.stringify({ x: '}]"', records: objects(GERMAN) }));
    fc.assert(
      fc.property(fc.nat(text.length), (cut) => {
        const columns = recogniseJson(text.subarray(0, cut), SETTINGS, KNOWN_EVENTS);
        assert.ok(columns === null || columns.time === 'Zeitpunkt', JSON.stringify(columns));
      }),
    );
    for (const hostile of ['['.repeat(65_000), '{"a":'.repeat(9000), '"', '{"__proto__":[[1,2,3]]}', ']]]}}}', '[}{]'])
      assert.equal(recogniseJson(Buffer.from(hostile), SETTINGS, KNOWN_EVENTS), null);
  });
});
