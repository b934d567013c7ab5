import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { RejectedFile } from '../../src/source/index.ts';
import { chunksOf, LANDED_AT, read } from './reading.ts';

const PATH = 'raw/export.json';
const TIME = '2026-03-01T00:00:00Z';
const [A, B, C] = ['a', 'b', 'c'].map((message) => ({ time: TIME, code: 92042, message })) as [object, object, object];

async function of(file: string | AsyncIterable<Uint8Array>, settings = {}, path = PATH) {
  return await read(file, settings, LANDED_AT, path);
}

async function messages(value: unknown, path = PATH): Promise<(string | undefined)[]> {
  const { readings } = await of(typeof value === 'string' ? value : JSON.stringify(value), {}, path);
  return readings.map(({ message, reason }) => message ?? reason);
}

async function rejection(text: string, settings = {}): Promise<string> {
  const error = await of(text, settings).then(
    () => assert.fail('expected a rejection'),
    (found: unknown) => found,
  );
  assert.ok(error instanceof RejectedFile, String(error));
  assert.ok(error.message.split('\n').length <= 5, error.message);
  return error.message;
}

describe('a JSON text', () => {
  it('holds its records wherever their list is', async () => {
    const forms: [string, unknown][] = [
      ['a list', [A, B, C]],
      ['one list in an object', { queryId: '#audit', results: [A, B, C] }],
      [
        'a list deep inside',
        { meta: { tags: ['x', ['y']], n: -1.5e3 }, reply: { ok: true, data: { rows: [A, B, C] } } },
      ],
      [
        'other lists beside it',
        { columns: [{ name: 'x' }], warnings: [{ text: '[' }], records: [A, B, C], next: null },
      ],
      [
        'pages',
        [
          { results: [A], next: 'p2' },
          { results: [B, C], next: null },
        ],
      ],
      ['an empty list beside it', { errors: [], data: [A, B, C] }],
      ['names and values', { headers: ['time', 'code', 'message'], data: [A, B, C].map(Object.values) }],
      ['values before names', { data: [A, B, C].map(Object.values), headers: ['time', 'code', 'message'] }],
      [
        'described columns',
        { columns: Object.keys(A).map((name) => ({ name, type: 't' })), rows: [A, B, C].map(Object.values) },
      ],
      ['rows, of which the first names them', [Object.keys(A), ...[A, B, C].map(Object.values)]],
    ];
    for (const [what, value] of forms) {
      for (const blanks of [undefined, 1, '\t']) {
        assert.deepEqual(await messages(JSON.stringify(value, null, blanks)), ['a', 'b', 'c'], what);
      }
    }
  });

  it('is known by what it holds and not by its name', async () => {
    const lines = [A, B, C].map((each) => JSON.stringify(each)).join('\n');
    for (const path of ['raw/x.json', 'raw/x.csv', 'raw/x', 'raw/x.jsonl', 'raw/x.ndjson.gz', 'raw/x.txt']) {
      assert.deepEqual(await messages([A, B, C], path), ['a', 'b', 'c'], path);
      assert.deepEqual(await messages(lines, path), ['a', 'b', 'c'], path);
      assert.deepEqual(await messages(`\uFEFF\n${lines}\n`, path), ['a', 'b', 'c'], path);
      assert.deepEqual(await messages({ data: [A, B, C] }, path), ['a', 'b', 'c'], path);
    }
    assert.equal((await of(lines)).recognised[0]?.format, 'json_lines');
    assert.equal((await of(JSON.stringify([A]))).recognised[0]?.format, 'json');
    assert.equal((await of(JSON.stringify([A]))).readSince, 3);
    assert.equal((await of(lines, {}, 'raw/x.jsonl')).readSince, 1);
  });

  it('may be objects one after the other, over many lines', async () => {
    const text = [A, B, C].map((each) => JSON.stringify(each, null, 2));
    for (const between of ['\n', '', '\u001E', '\r\n\r\n']) {
      const { readings, parts } = await of(text.join(between));
      assert.deepEqual(
        readings.map(({ message }) => message),
        ['a', 'b', 'c'],
      );
      assert.equal(parts.length, 1);
    }
  });

  it('may be several that were joined, each a part with columns of its own', async () => {
    const first = { headers: ['message', 'code', 'time'], data: [['a', 1, TIME]] };
    const second = { headers: ['time', 'code', 'message', 'user name'], data: [[TIME, 2, 'b', 'li']] };
    const { readings, parts } = await of(
      `${JSON.stringify(first, null, 1)}\n\uFEFF${JSON.stringify(second)}[${JSON.stringify(C)}]`,
    );
    assert.deepEqual(
      readings.map(({ message, actorName }) => [message, actorName]),
      [
        ['a', undefined],
        ['b', 'li'],
        ['c', undefined],
      ],
    );
    assert.deepEqual(
      parts.map(({ row }) => row),
      [1, 2, 3],
    );
    assert.deepEqual(
      parts.map(({ header }) => header.identityColumns),
      [[], ['actor_name'], []],
    );
  });

  it('keeps what is no record, verbatim and at its place', async () => {
    const bad: [string, string][] = [
      ['7', 'not_an_object'],
      ['"text, with [ and }"', 'not_an_object'],
      ['null', 'not_an_object'],
      ['[1,{"a":2}]', 'not_an_object'],
      ['{"time":"soon","code":1,"message":"m"}', 'time_unreadable'],
      ['{"time":"x" "code":1}', 'invalid_json'],
      ['{"code":1,"code":2}', 'duplicate_key'],
      [`{"time":"${TIME}","code":1,"message":"\\ud800"}`, 'invalid_utf8'],
      [`{"time":"${TIME}","code":1,"message":"${'m'.repeat(5000)}"}`, 'record_too_long'],
    ];
    const good = JSON.stringify(A);
    const text = `{"a":[${good}, ${bad.map(([each]) => each).join(' ,\n')},${good}\n]}`;
    const { readings, counts } = await of(text, { maxRecordBytes: 2048 });
    assert.deepEqual(
      readings.map(({ reason }) => reason),
      [undefined, ...bad.map(([, reason]) => reason), undefined],
    );
    for (const { offset, raw } of readings) assert.equal(text.slice(offset, offset + raw.length), raw);
    assert.deepEqual([counts.records, counts.bad], [bad.length + 2, bad.length]);
  });

  it('has a value for each name, or the row is bad', async () => {
    const value = {
      headers: Object.keys(A),
      data: [Object.values(A), [TIME, 1], [TIME, 1, 'x', 'y'], A, [null, 1, 'x']],
    };
    assert.deepEqual(await messages(value), ['a', 'column_count', 'column_count', 'a', 'time_missing']);
    const twice = { headers: ['time', 'code', 'message', 'x', 'x'], data: [[TIME, 1, 'm', 'p', [1, '\u00e9']]] };
    assert.deepEqual((await of(JSON.stringify(twice))).readings[0]?.extras, { x: 'p', 'x (2)': '[1,"é"]' });
    const doubtful = { headers: ['time', 'code', 'message', 'message'], data: [[TIME, 1, 'm', 'n']] };
    assert.match(await rejection(JSON.stringify(doubtful)), /"message" twice/);
  });

  it('is refused as a whole where it is cut, damaged, or says things twice', async () => {
    const whole = JSON.stringify({ data: [A, B] });
    for (const at of [3, whole.indexOf('[') + 1, whole.indexOf('}') + 1, whole.length - 2, whole.length - 1]) {
      assert.match(
        await rejection(whole.slice(0, at)),
        /json_not_understood: found a JSON text that ends at byte/,
        whole.slice(0, at),
      );
    }
    for (const damaged of [
      `[${JSON.stringify(A)} ${JSON.stringify(B)}]`,
      `[${JSON.stringify(A)}]x`,
      `{"data":[${JSON.stringify(A)},]}`,
      '{"a" 1}',
      '{"a":x}',
    ]) {
      assert.match(await rejection(damaged), /json_not_understood: found ".*" at byte \d+/, damaged);
    }
    assert.match(
      await rejection(JSON.stringify({ now: [A], before: [B] })),
      /two places of the JSON text, "now" and "before"/,
    );
  });

  it('is refused where no list has audit records, with what there is', async () => {
    assert.match(await rejection('{"error":"expired"}'), /found no list of objects/);
    assert.match(
      await rejection(JSON.stringify({ items: [{ when: TIME, what: [] }] })),
      /without time, code and message: "items"[\s\S]*--column-aliases/,
    );
    assert.match(await rejection(JSON.stringify({ data: [[1, 2]] })), /a list of values that nothing names/);
    assert.match(await rejection(JSON.stringify([{ when: TIME }])), /expected columns for time, code and message/);
    const renamed = { items: [{ when: TIME, no: 1, what: 'm' }] };
    const columnAliases = { time: ['when'], code: ['no'], message: ['what'] };
    const { readings } = await of(JSON.stringify(renamed), { columnAliases });
    assert.equal(readings[0]?.message, 'm');
  });

  it('of no records has none', async () => {
    for (const empty of ['[]', '{"headers":["time","code","message"],"data":[]}', '{"results":[]}']) {
      const { readings, counts } = await of(empty);
      assert.deepEqual([readings.length, counts.records], [0, 0], empty);
    }
  });

  it('is not held in memory: a record is all that is', async () => {
    async function* endless() {
      yield Buffer.from(`{"note":"${'x'.repeat(3 * 2 ** 20)}","data":[`);
      const records = Buffer.from(`${JSON.stringify(A)},`.repeat(2_000));
      for (let block = 0; block < 30; block++) yield records;
      yield Buffer.from(`${JSON.stringify(B)}]}`);
    }
    const before = process.memoryUsage().arrayBuffers;
    const { counts } = await of(endless());
    assert.equal(counts.records, 60_001);
    assert.ok(process.memoryUsage().arrayBuffers - before < 16 * 2 ** 20);
  });

  it('gives the same records as its lines, in whatever form, cut anywhere', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 });
    const record = fc.record({ message: text, user: fc.option(text), extra: fc.jsonValue({ maxDepth: 2 }) });
    const form = fc.constantFrom(
      (records: object[]): unknown => records,
      (records: object[]) => ({ page: { size: records.length }, records, more: [1, [2]] }),
      (records: object[]) => ({
        headers: ['message', 'user', 'extra', 'time', 'code'],
        data: records.map((each) => Object.values(each)),
      }),
      (records: object[]) => ({
        data: records.map((each) => Object.values(each)),
        headers: ['message', 'user', 'extra', 'time', 'code'],
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 6 }),
        form,
        fc.constantFrom(undefined, 1, 3),
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }),
        async (records, shape, blanks, sizes) => {
          const whole = records.map((each, at) => ({ ...each, time: TIME, code: at + 1 }));
          const lines = await of(whole.map((each) => JSON.stringify(each)).join('\n'), {}, 'raw/x.jsonl');
          const bytes = Buffer.from(JSON.stringify(shape(whole), null, blanks));
          const { readings } = await read(() => chunksOf(bytes, sizes), {}, LANDED_AT, PATH);
          const cells = ({ message, actorName, extras, code, reason }: (typeof readings)[number]) => ({
            message,
            actorName,
            code,
            reason,
            extras: extras && Object.fromEntries(Object.entries(extras).map(([key, value]) => [key, jsonOf(value)])),
          });
          assert.deepEqual(readings.map(cells), lines.readings.map(cells));
        },
      ),
    );
  });
});

/** A cell that is JSON, whatever its blanks; any other as it is. */
function jsonOf(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
}
