import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { test } from 'vitest';
import { BAD, END, NEED_INPUT, openExport, ROW } from '../../src/source/index.ts';
import { chunksOf, LANDED_AT, read, SETTINGS } from './reading.ts';
import { referenceCsv } from './reference-csv.ts';

const HEADER = 'time,code,message,user.name,user.uid,site';
const TIME = '2026-01-02T03:04:05Z';
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 100 });

async function reasons(lines: string[], settings = {}): Promise<(string | undefined)[]> {
  const { readings } = await read(`${HEADER}\n${lines.join('\n')}\n`, settings);
  return readings.map(({ reason }) => reason);
}

test('a record gives its time, code, message, actor and extras', async () => {
  const file = `${HEADER}\r\n${TIME},90211,"User logged in, name=""x""",a@b.example,u-1,"Zürich\r\nHB"\r\n`;
  const { readings, header, counts } = await read(file);
  assert.deepEqual(readings, [
    {
      number: 1,
      offset: HEADER.length + 2,
      raw: `${TIME},90211,"User logged in, name=""x""",a@b.example,u-1,"ZÃ¼rich\r\nHB"`,
      truncated: false,
      micros: Date.parse(TIME) * 1000,
      note: 0,
      time: TIME,
      code: 90211,
      message: 'User logged in, name="x"',
      actorName: 'a@b.example',
      actorId: 'u-1',
      extras: { site: 'Zürich\r\nHB' },
    },
  ]);
  assert.deepEqual(header.names, HEADER.split(','));
  assert.deepEqual(counts, {
    records: 1,
    bad: 0,
    resynchronised: 0,
    decompressedBytes: Buffer.byteLength(file),
    unterminatedLastRecord: false,
    emptyLines: 0,
    repeatedHeaders: 0,
    days: 1,
    timeDigits: { most: 0, fewest: 0, needed: 0, isLocal: false },
    contents: [{ records: 1, named: 1, most: 0, needed: 0, times: 1, toMinute: 0, toSecond: 1, toMillisecond: 0 }],
  });
});

test('well-formed CSV reads as csv-parse reads it, in chunks of any size', async () => {
  const cell = fc
    .array(fc.constantFrom('"', ',', '\n', '\r\n', '\r', ' ', 'a', 'é', '漢', '😀', '=', ';', '\t'), { maxLength: 8 })
    .map((pieces) => pieces.join(''));
  const file = fc.record({
    rows: fc.array(fc.record({ cells: fc.array(cell, { minLength: 4, maxLength: 4 }), quoted: fc.boolean() })),
    lineEnd: fc.constantFrom('\n', '\r\n', '\n\n'),
    mark: fc.constantFrom('', '\uFEFF'),
    last: fc.boolean(),
    delimiter: fc.constantFrom(',', ';', '\t'),
  });
  await fc.assert(
    fc.asyncProperty(file, sizes, async ({ rows, lineEnd, mark, last, delimiter }, parts) => {
      const write = (text: string, quoted: boolean) =>
        quoted || /["\r\n,;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
      const lines = rows.map(({ cells, quoted }) =>
        [TIME, '90211', ...cells].map((text) => write(text, quoted)).join(delimiter),
      );
      const text = mark + [HEADER.replaceAll(',', delimiter), ...lines].join(lineEnd) + (last ? lineEnd : '');
      const bytes = Buffer.from(text);
      const expected = parse(bytes, {
        bom: true,
        columns: true,
        delimiter,
        skip_empty_lines: true,
        record_delimiter: ['\n', '\r\n'],
      });
      const { readings } = await read(chunksOf(bytes, parts), { delimiter });
      const actual = readings.map(({ time, code, message, actorName, actorId, extras }) => ({
        time,
        code: String(code),
        message,
        'user.name': actorName,
        'user.uid': actorId,
        ...extras,
      }));
      assert.deepEqual(
        actual,
        expected.map((row) => ({ ...(row as object) })),
      );
    }),
    { numRuns: 400 },
  );
});

test('whatever the bytes: records are numbered, their raw text is at their offset, and chunks and gzip change nothing', async () => {
  // Left open, an é of another encoding here and there would be another encoding.
  const asUtf8 = { maxRecordBytes: 60, encoding: 'utf-8' };
  const piece = fc.oneof(
    fc.constantFrom('"', ',', '\n', '\r\n', '\r\r\n', '\xe9', 'é', ' ', '94011.0', '1999-01-01 00:00'),
    fc.constantFrom(`${TIME},1,m,,,\n`, `${TIME},1,"m ""é""",a,b,c\r\n`, `${TIME},1,"m`, '1767322800,7,,"","",""'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 25 }), sizes, async (pieces, parts) => {
      const bytes = Buffer.concat(
        [HEADER, '\n', ...pieces].map((text) => Buffer.from(text, text === '\xe9' ? 'latin1' : 'utf8')),
      );
      const whole = await read(bytes, asUtf8);
      const text = bytes.toString('latin1');
      whole.readings.forEach(({ number, offset, raw }, index) => {
        assert.equal(number, index + 1);
        assert.equal(text.slice(offset, offset + raw.length), raw);
      });
      const reference = referenceCsv(text, ',', 60);
      assert.equal(whole.readings.length, reference.records.length - 1);
      whole.readings.forEach(({ reason, raw }, index) => {
        const { outcome } = reference.records[index + 1] ?? { outcome: 'no record' };
        if (typeof outcome === 'string') assert.equal(reason, outcome);
        else if (outcome.length !== 6) assert.equal(reason, 'column_count');
        else assert.equal(reason === 'invalid_utf8', !isUtf8(Buffer.from(raw, 'latin1')));
      });
      assert.equal(whole.counts.bad, whole.readings.filter(({ reason }) => reason !== undefined).length);
      assert.equal(whole.counts.records, whole.readings.length);
      assert.equal(whole.counts.decompressedBytes, bytes.length);
      assert.deepEqual(await read(chunksOf(bytes, parts), asUtf8), whole);
      assert.deepEqual(await read(chunksOf(gzipSync(bytes), parts), asUtf8), whole);
    }),
    { numRuns: 500 },
  );
});

test('each way to break the contract has its reason', async () => {
  const given: [line: string, reason: string | undefined][] = [
    [`${TIME},1,m,,,`, undefined],
    [`${TIME},1,,,,`, undefined],
    [`${TIME},1,m,,`, 'column_count'],
    [`${TIME},1,m,,,,`, 'column_count'],
    [`${TIME},1,a"b,,,`, 'quote_in_unquoted_field'],
    [`${TIME},1,"a"b,,,`, 'text_after_closing_quote'],
    [',1,m,,,', 'time_missing'],
    ['" ",1,m,,,', 'time_missing'],
    ['yesterday,1,m,,,', 'time_unreadable'],
    ['2026-02-30T00:00Z,1,m,,,', 'time_unreadable'],
    ['1999-12-31T23:59:59.999999Z,1,m,,,', 'time_out_of_range'],
    ['2000-01-01T00:00:00Z,1,m,,,', undefined],
    ['2026-06-02T00:00:00.000000Z,1,m,,,', undefined],
    ['2026-06-02T00:00:00.000001Z,1,m,,,', 'time_out_of_range'],
    [`${TIME},,m,,,`, 'code_missing'],
    [`${TIME},"",m,,,`, 'code_missing'],
    [`${TIME}, 90211 ,m,,,`, undefined],
    [`${TIME},94011.5,m,,,`, 'code_unreadable'],
    [`${TIME},-1,m,,,`, 'code_unreadable'],
    [`${TIME},9 0,m,,,`, 'code_unreadable'],
    [`${TIME},2147483647,m,,,`, undefined],
    [`${TIME},2147483648,m,,,`, 'code_unreadable'],
    [`${TIME},1,"m,,,`, 'unterminated_quoted_field'],
  ];
  assert.deepEqual(
    await reasons(given.map(([line]) => line)),
    given.map(([, reason]) => reason),
  );
});

test('a record of exactly maxRecordBytes is good, one byte more is too long, whatever the line end', async () => {
  const line = (length: number) => `${TIME},1,`.padEnd(length - 3, 'x').concat(',,,');
  for (const lineEnd of ['\n', '\r\n', '']) {
    const good = await read(`${HEADER}\n${line(60)}${lineEnd}`, { maxRecordBytes: 60 });
    assert.deepEqual(
      good.readings.map(({ reason }) => reason),
      [undefined],
    );
    const long = `${HEADER}\n${line(61)}\n${line(60)}${lineEnd}`;
    const both = await read(long, { maxRecordBytes: 60 });
    assert.deepEqual(
      both.readings.map(({ reason, truncated }) => [reason, truncated]),
      [
        ['record_too_long', true],
        [undefined, false],
      ],
    );
    const bad = await read(`${HEADER}\n${line(61)}${lineEnd}`, { maxRecordBytes: 60 });
    assert.deepEqual(
      bad.readings.map(({ reason, truncated }) => [reason, truncated]),
      [['record_too_long', true]],
    );
  }
});

test('invalid UTF-8 makes its own record bad and no other', async () => {
  const record = (text: string) => Buffer.from(`${TIME},1,${text},,,\n`, 'latin1');
  const bytes = Buffer.concat([
    Buffer.from(`${HEADER}\n`),
    record('a'),
    record('\xc3\x28'),
    record('\xc3\xa9'),
    record('\xed\xa0\x80'),
  ]);
  const { readings } = await read(bytes);
  assert.deepEqual(
    readings.map(({ reason }) => reason),
    [undefined, 'invalid_utf8', undefined, 'invalid_utf8'],
  );
  assert.equal(readings[2]?.message, 'é');
});

test('a byte order mark is no part of the first name, in chunks of any size', async () => {
  const file = Buffer.from(`\uFEFF${HEADER}\n${TIME},1,m,,,\n`);
  for (const parts of [[], [1, 1, 1], [2, 1], [3]]) {
    const { header, readings } = await read(chunksOf(file, parts));
    assert.equal(header.names[0], 'time');
    assert.equal(readings[0]?.offset, HEADER.length + 4);
  }
});

test('a last record without line end counts, and the file says so', async () => {
  const whole = await read(`${HEADER}\n${TIME},1,m,,,`);
  assert.deepEqual([whole.readings[0]?.code, whole.counts.unterminatedLastRecord], [1, true]);
  const cut = await read(`${HEADER}\n${TIME},1,m,,,\n${TIME},1,m`);
  assert.deepEqual([cut.readings[1]?.reason, cut.counts.unterminatedLastRecord], ['column_count', true]);
});

test('an empty file and a header alone have no records', async () => {
  for (const file of ['', '\uFEFF', '\n\r\n', HEADER, `\uFEFF${HEADER}\r\n`, gzipSync('')]) {
    const { readings, header, counts } = await read(file);
    assert.deepEqual(readings, []);
    assert.equal(counts.records, 0);
    assert.equal(counts.unterminatedLastRecord, false);
    assert.equal(header.names.length, file.includes('time') ? 6 : 0);
  }
});

test('empty lines are counted and are no records; a bare CR is data', async () => {
  const { readings, counts } = await read(`\n${HEADER}\n\r\n\n${TIME},1,a\rb,,,\r\n\r\n`);
  assert.deepEqual(
    readings.map(({ message }) => message),
    ['a\rb'],
  );
  assert.equal(counts.emptyLines, 4);
});

test('columns that the file lacks are told from empty cells', async () => {
  const without = await read(`time,code,message\n${TIME},1,m\n`);
  assert.deepEqual([without.readings[0]?.actorName, without.readings[0]?.actorId], [undefined, undefined]);
  const empty = await read(`${HEADER}\n${TIME},1,m,,"",\n`);
  assert.deepEqual([empty.readings[0]?.actorName, empty.readings[0]?.actorId], ['', '']);
});

test('a file without header is read in the order of the setting, from its first record on', async () => {
  const columns = ['code', 'site', 'time', 'message', 'actor_id'];
  const { readings, header } = await read(`1,HB,${TIME},m,u-1\n2,,${TIME},n,\n`, { header: false, columns });
  assert.deepEqual(
    readings.map(({ code, actorId, extras }) => [code, actorId, extras]),
    [
      [1, 'u-1', { site: 'HB' }],
      [2, '', { site: '' }],
    ],
  );
  assert.deepEqual(header.identityColumns, ['actor_id']);
  assert.equal(readings[0]?.offset, 0);
});

test('a time without offset is read in the zone of the setting, and what had to be decided is noted', async () => {
  const { readings } = await read(
    ['time,code,message', '2025-10-26 02:30:00,1,m', '2026-03-29 02:30:00,1,m', '2026-03-29 02:30:00Z,1,m'].join('\n'),
    { timeZone: 'Europe/Zurich' },
  );
  assert.deepEqual(
    readings.map(({ micros, note, time }) => [new Date((micros ?? 0) / 1000).toISOString(), note, time]),
    [
      ['2025-10-26T00:30:00.000Z', 1, '2025-10-26 02:30:00'],
      ['2026-03-29T01:30:00.000Z', 2, '2026-03-29 02:30:00'],
      ['2026-03-29T02:30:00.000Z', 0, '2026-03-29 02:30:00Z'],
    ],
  );
});

test('the row object and its arrays stay the same, so that a caller may keep them', async () => {
  const file = Buffer.from(`${HEADER}\n${TIME},1,m,,,\nx,1,m,,,\n`);
  const reader = await openExport({ path: 'raw/x.csv', landedAt: LANDED_AT, open: () => chunksOf(file, []) }, SETTINGS);
  const { row } = reader;
  assert.throws(() => reader.header, /neither yet/);
  assert.equal(reader.next(), NEED_INPUT);
  await reader.fill();
  assert.deepEqual([reader.next(), row.code], [ROW, 1]);
  assert.deepEqual([reader.next(), row.number], [BAD, 2]);
  assert.equal(reader.next(), NEED_INPUT);
  await reader.fill();
  assert.deepEqual([reader.next(), reader.next()], [END, END]);
});
