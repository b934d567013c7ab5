import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { test } from 'vitest';
import { chunksOf, LANDED_AT, read } from './reading.ts';

const PATH = 'raw/export.jsonl';

function lines(file: string | Uint8Array | AsyncIterable<Uint8Array>, settings = {}) {
  return read(file, settings, LANDED_AT, PATH);
}

const GOOD = '{"time":"2026-03-01T00:00:00Z","code":92042,"message":"Created dashboard, ID=c1, name=x"}';

test('a string is its text, other values are their JSON text, null and a missing key are empty', async () => {
  const { readings, header } = await lines(
    [
      '{"time":"2026-03-01T00:00:00Z","code":92042,"message":"a \\"b\\" \\u00e9\\n","user.name":"li","seats":3}',
      '{"code":"94011","time":1772323200,"message":"","user.name":null,"tags":["x", {"y":1.50}],"on":true}',
      '',
    ].join('\n'),
  );
  assert.deepEqual(header.roles, { time: 0, code: 1, message: 2, actor_name: 3, actor_id: -1 });
  assert.deepEqual(header.identityColumns, ['actor_name']);
  const [first, second] = readings;
  assert.equal(first?.message, 'a "b" é\n');
  assert.equal(first?.actorName, 'li');
  assert.deepEqual(first?.extras, { seats: '3' });
  assert.equal(second?.code, 94011);
  assert.equal(second?.time, '1772323200');
  assert.equal(second?.message, '');
  assert.equal(second?.actorName, '');
  assert.deepEqual(second?.extras, { seats: '', tags: '["x", {"y":1.50}]', on: 'true' });
});

test('what is no record says why, with its raw text at its offset', async () => {
  const bad: [string, string][] = [
    ['{"time":', 'invalid_json'],
    ['garbage', 'invalid_json'],
    ['{} {}', 'invalid_json'],
    ['[1]', 'not_an_object'],
    ['null', 'not_an_object'],
    ['"text"', 'not_an_object'],
    ['{"time":"2026-03-01T00:00:00Z","code":1,"code":2,"message":"m"}', 'duplicate_key'],
    ['{"time":"2026-03-01T00:00:00Z","code":1,"c\\u006fde":2,"message":"m"}', 'duplicate_key'],
    ['{"time":"2026-03-01T00:00:00Z","code":1,"message":"\\ud800"}', 'invalid_utf8'],
    ['{"time":"2026-03-01T00:00:00Z","code":1,"message":"m","x":["\\udc00"]}', 'invalid_utf8'],
    ['{"time":"2026-03-01T00:00:00Z","code":94011.5,"message":"m"}', 'code_unreadable'],
    ['{"time":"2026-03-01T00:00:00Z","code":9.4e4,"message":"m"}', 'code_unreadable'],
    ['{"time":"2026-03-01T00:00:00Z","message":"m"}', 'code_missing'],
    ['{"time":null,"code":1,"message":"m"}', 'time_missing'],
    ['{"time":"soon","code":1,"message":"m"}', 'time_unreadable'],
    [`${'['.repeat(200_000)}`, 'invalid_json'],
  ];
  const text = [GOOD, ...bad.map(([line]) => line), GOOD].join('\r\n');
  const { readings, counts } = await lines(text);
  assert.deepEqual(
    readings.map(({ reason }) => reason),
    [undefined, ...bad.map(([, reason]) => reason), undefined],
  );
  for (const { offset, raw } of readings) assert.equal(text.slice(offset, offset + raw.length), raw);
  assert.equal(counts.bad, bad.length);
  assert.ok(counts.unterminatedLastRecord);
});

test('an escaped backslash before ud800 is no surrogate', async () => {
  const { readings } = await lines(GOOD.replace('name=x', 'name=\\\\ud800'));
  assert.equal(readings[0]?.message, 'Created dashboard, ID=c1, name=\\ud800');
});

test('invalid UTF-8 spoils its line alone', async () => {
  const { readings } = await lines(
    Buffer.concat([Buffer.from(`${GOOD.slice(0, -2)}`), Buffer.from([0xe9]), Buffer.from(`"}\n${GOOD}\n`)]),
    { encoding: 'utf-8' },
  );
  assert.deepEqual(
    readings.map(({ reason }) => reason),
    ['invalid_utf8', undefined],
  );
});

test('a line over the limit is passed over without being held', async () => {
  const long = GOOD.replace('name=x', `name=${'x'.repeat(5_000_000)}`);
  const { readings } = await lines(`${GOOD}\n${long}\n${GOOD}\n`, { maxRecordBytes: 2048 });
  assert.deepEqual(
    readings.map(({ reason }) => reason),
    [undefined, 'record_too_long', undefined],
  );
  assert.equal(readings[1]?.raw, long.slice(0, 2048));
  assert.ok(readings[1]?.truncated);
});

test('keys of later records become further extra columns, up to as many as a file may have', async () => {
  const many = Array.from({ length: 1100 }, (_, index) => `${GOOD.slice(0, -1)},"k${index}":${index}}`);
  const { readings, header } = await lines(many.join('\n'));
  assert.equal(readings.filter(({ reason }) => reason === undefined).length, header.extras.length);
  assert.deepEqual(new Set(readings.map(({ reason }) => reason)), new Set([undefined, 'column_count']));
  assert.equal(readings[5]?.extras?.['k5'], '5');
  assert.equal(readings[6]?.extras?.['k5'], '');
});

test('a record of too many keys takes no columns from those that follow, be it the first', async () => {
  const keys = Array.from({ length: 1100 }, (_, index) => `"k${index}":1`).join(',');
  const crowded = `${GOOD.slice(0, -1)},${keys}}`;
  for (const text of [`${GOOD}\n${crowded}\n`, `${crowded}\n${GOOD}\n`]) {
    const { readings, header } = await lines(`${text}${GOOD.slice(0, -1)},"site":"x"}\n`);
    assert.deepEqual(readings.map(({ reason }) => reason).sort(), ['column_count', undefined, undefined]);
    assert.deepEqual(
      header.extras.map(({ name }) => name),
      ['site'],
    );
  }
});

test('half a surrogate pair is found wherever it stands, however large the value', async () => {
  const withValue = (value: string) => `${GOOD.slice(0, -1)},"x":${value},"smile":"\\ud83d\\ude00"}`;
  const elements = '1,'.repeat(300_000);
  const { readings } = await lines(
    [
      withValue(`[${elements}1]`),
      withValue(`[${elements}"\\ude00\\ud83d"]`),
      withValue('{"k":"\\ud800","k":"hidden behind this"}'),
      withValue('{"\\udfff":1}'),
      withValue('"\\ud83d\\\\ude00"'),
      withValue('"\\\\ud83d"'),
    ].join('\n'),
  );
  assert.deepEqual(
    readings.map(({ reason }) => reason),
    [undefined, 'invalid_utf8', 'invalid_utf8', 'invalid_utf8', 'invalid_utf8', undefined],
  );
});

test('an overlong last line is one bad record, cut between characters, wherever the chunks end', async () => {
  const text = Buffer.from(`${GOOD}\n${'ü'.repeat(3000)}`);
  for (const tail of [1, 2, 3, 100]) {
    for (const maxRecordBytes of [1024, 1025]) {
      const { readings, counts } = await lines(chunksOf(text, [text.length - tail, tail]), { maxRecordBytes });
      assert.deepEqual(
        readings.map(({ reason }) => reason),
        [undefined, 'record_too_long'],
      );
      assert.equal(readings[1]?.raw.length, 1024);
      assert.ok(counts.unterminatedLastRecord);
    }
  }
});

test('keys such as __proto__ are plain data', async () => {
  const { readings } = await lines(`${GOOD.slice(0, -1)},"__proto__":"x","constructor":"y"}`);
  assert.deepEqual(Object.entries(readings[0]?.extras ?? {}), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
});

test('a first record without time, code or message rejects the file and names the keys', async () => {
  await assert.rejects(lines('{"when":"2026-03-01T00:00:00Z","code":1,"message":"m"}\n'), (error: Error) => {
    assert.match(error.message, /header_not_understood.*"when".*time/s);
    return true;
  });
});

test('an empty file, a byte order mark, gzip', async () => {
  assert.equal((await lines('')).counts.records, 0);
  assert.equal((await lines('\n\r\n')).counts.emptyLines, 2);
  assert.equal((await lines(`\ufeff${GOOD}\n`)).readings[0]?.code, 92042);
  assert.equal((await lines(gzipSync(`${GOOD}\n${GOOD}\n`))).readings.length, 2);
});

const value = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue(),
);
const record = fc
  .dictionary(fc.oneof(fc.constantFrom('user.name', 'a', 'b', 'ü', '"'), fc.string()), value)
  .map((extras) => ({ time: '2026-03-01T00:00:00Z', code: 92042, message: 'm', ...extras }));

/** The text of a cell, worked out the plain way. */
function cell(written: unknown): string {
  return written === undefined || written === null
    ? ''
    : typeof written === 'string'
      ? written
      : JSON.stringify(written);
}

test('property: as JSON.parse reads each line, at any chunk boundaries', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 1, maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 40 })),
      async (records, sizes) => {
        const text = records.map((each) => `${JSON.stringify(each)}\n`).join('');
        const { readings } = await lines(chunksOf(Buffer.from(text), sizes));
        assert.equal(readings.length, records.length);
        for (const [index, reading] of readings.entries()) {
          const expected = Object.entries(records[index]!).filter(([key]) => key === 'a' || key === 'b' || key === 'ü');
          if (reading.reason !== undefined) {
            // Names that fold to those of a role, and times or codes that a record overwrote.
            assert.notEqual(reading.reason, 'invalid_json');
            continue;
          }
          for (const [key, written] of expected) assert.equal(reading.extras?.[key], cell(written));
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('a file without a single object is no JSON lines file', async () => {
  for (const text of ['time,code,message\n2026-03-01T00:00:00Z,1,m\n', '[\n1,\n2\n]\n', 'null']) {
    await assert.rejects(lines(text), /header_not_understood.*JSON object/s);
  }
});

test('the order of records decides nothing: a key that comes late can be the actor, an odd first object is just bad', async () => {
  const named = `${GOOD.slice(0, -1)},"user_name":"eve"}`;
  const { readings, header } = await lines(`{"level":"info"}\n${GOOD}\n${named}\n${GOOD}\n`);
  assert.deepEqual(
    readings.map(({ reason, actorName }) => reason ?? actorName),
    ['keys_not_understood', undefined, 'eve', undefined],
  );
  assert.deepEqual(header.identityColumns, ['actor_name']);
});

test('a record without a message is no audit record; an empty message is one', async () => {
  const bare = '{"time":"2026-03-01T00:00:00Z","code":90211}';
  const { readings } = await lines(
    `${GOOD}\n${bare}\n${bare.slice(0, -1)},"Message":"m"}\n${bare.slice(0, -1)},"message":null}\n`,
  );
  assert.deepEqual(
    readings.map(({ reason, message }) => reason ?? message),
    ['Created dashboard, ID=c1, name=x', 'message_missing', 'message_missing', ''],
  );
});

test('a part has the columns of its own records, be they fewer than those before it', async () => {
  const wide = '{"site":"a","time":"2026-03-01T00:00:01Z","code":92042,"message":"m","user.name":"li","seats":3}';
  const { readings, counts } = await lines(`${wide}\n\ufeff${GOOD}\n\ufeff${wide}\n`);
  const [first, second, third] = readings;
  assert.deepEqual([counts.records, counts.bad], [3, 0]);
  assert.deepEqual(first?.extras, { site: 'a', seats: '3' });
  assert.deepEqual([second?.time, second?.extras], ['2026-03-01T00:00:00Z', {}]);
  assert.deepEqual([third?.time, third?.actorName, third?.extras], ['2026-03-01T00:00:01Z', 'li', first?.extras]);
});
