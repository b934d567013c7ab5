import assert from 'node:assert/strict';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { test } from 'vitest';
import { chunksOf, type Reading, read } from './reading.ts';

const HEADER = 'time,code,message,user.name,site';
const COLUMNS = { header: false, columns: ['time', 'code', 'message', 'actor_name', 'site'] };
const TIME = '2026-01-02T03:04:05Z';
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 100 });
const LINE_ENDS = ['\n', '\r\n', '\r\r\n', '\r\r\r\n', '\r', '\n\r'];

/** What a record says, wherever it stands. */
function values({ reason, time, code, message, actorName, actorId, extras }: Reading) {
  return { reason, time, code, message, actorName, actorId, extras };
}

function quoted(text: string): string {
  return /["\r\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const cell = fc
  .array(fc.constantFrom('"', ',', '\n', '\r\n', '\r', '\r\r\n', ' ', 'a', 'é', '漢', '='), { maxLength: 6 })
  .map((pieces) => pieces.join(''));
const line = fc
  .tuple(cell, cell, cell, fc.boolean())
  .map(([message, name, site, all]) =>
    [TIME, '90211', message, name, site].map((text) => (all ? `"${text.replaceAll('"', '""')}"` : quoted(text))).join(),
  );

test('the line ends of a file decide nothing, whatever they are and however they are mixed', async () => {
  const ends = fc.oneof(
    fc.constantFrom(...LINE_ENDS).map((end) => [end]),
    fc.array(fc.constantFrom(...LINE_ENDS), { minLength: 1, maxLength: 12 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 12 }),
      ends,
      fc.boolean(),
      fc.boolean(),
      sizes,
      async (lines, lineEnds, hasHeader, isLastEnded, parts) => {
        const all = hasHeader ? [HEADER, ...lines] : lines;
        const settings = hasHeader ? {} : COLUMNS;
        const text = all
          .map((each, at) => each + (at < all.length - 1 || isLastEnded ? lineEnds[at % lineEnds.length] : ''))
          .join('');
        const expected = await read(all.join('\n'), settings);
        const found = await read(chunksOf(Buffer.from(text), parts), settings);
        assert.deepEqual(found.readings.map(values), expected.readings.map(values));
        assert.equal(found.readings.filter(({ reason }) => reason !== undefined).length, 0);
        assert.deepEqual(
          found.readings.map(({ offset, raw }) => Buffer.from(text).toString('latin1', offset, offset + raw.length)),
          found.readings.map(({ raw }) => raw),
        );
      },
    ),
    { numRuns: 1500 },
  );
});

test('lines of JSON may end in anything, too', async () => {
  const object = fc.record({ time: fc.constant(TIME), code: fc.constant(90211), message: cell, site: cell });
  await fc.assert(
    fc.asyncProperty(
      fc.array(object, { maxLength: 12 }),
      fc.array(fc.constantFrom(...LINE_ENDS), { minLength: 1, maxLength: 12 }),
      sizes,
      async (objects, lineEnds, parts) => {
        const text = objects.map((each, at) => JSON.stringify(each) + lineEnds[at % lineEnds.length]).join('');
        const { readings } = await read(chunksOf(Buffer.from(text), parts), {}, undefined, 'raw/x.jsonl');
        assert.deepEqual(
          readings.map(({ reason, message, extras }) => [reason, message, extras?.['site']]),
          objects.map(({ message, site }) => [undefined, message, site]),
        );
      },
    ),
    { numRuns: 700 },
  );
});

test('a bare CR within a record of an LF file is data, beside such as end a line', async () => {
  const text = `${HEADER}\n${TIME},1,a\rb,n,\r\n${TIME},2,c,n,x\r${TIME},3,d,n,y\r${TIME},4,e,n,z\n${TIME},5,f\r,n,z\n`;
  const { readings, readSince } = await read(text);
  assert.deepEqual(
    readings.map(({ code, message, extras, reason }) => [reason ?? code, message, extras?.['site']]),
    [
      [1, 'a\rb', ''],
      [2, 'c', 'x'],
      [3, 'd', 'y'],
      [4, 'e', 'z'],
      [5, 'f\r', 'z'],
    ],
  );
  assert.equal(readSince, 2);
});

test('a bad record with a CR in it is one bad record, not a good one cut short', async () => {
  const { readings } = await read(`${HEADER}\n${TIME},1,a\rb, c,n,x\n${TIME},2,m,n,x\n`);
  assert.deepEqual(
    readings.map(({ reason, code }) => reason ?? code),
    ['column_count', 2],
  );
});

test('a file of bare CRs is read whole, longer than the buffer and than a record may be, and compressed', async () => {
  const records = Array.from({ length: 3000 }, (_, at) => `${TIME},${at},"m, ${'x'.repeat(900)}",n,s`);
  for (const [settings, lines] of [
    [{}, [HEADER, ...records]],
    [COLUMNS, records],
  ] as const) {
    const text = lines.join('\r');
    for (const bytes of [Buffer.from(text), gzipSync(text), zstdCompressSync(text)]) {
      const { readings } = await read(chunksOf(bytes, Array(100).fill(65_536)), { ...settings, maxRecordBytes: 1024 });
      assert.equal(readings.length, 3000);
      assert.ok(readings.every(({ code, reason }, at) => code === at && reason === undefined));
    }
  }
});

test('bad records of a file of bare CRs are bad one by one', async () => {
  const text = [HEADER, `${TIME},1,a"b,n,s`, `${TIME},2`, `${TIME},3,m,n,s`, `${TIME},4,"m"x,n,s`, `${TIME},5,m,n,s`];
  const { readings } = await read(text.join('\r'));
  assert.deepEqual(
    readings.map(({ reason, code }) => reason ?? code),
    ['quote_in_unquoted_field', 'column_count', 3, 'text_after_closing_quote', 5],
  );
});

test('whatever holds CRs, chunks change nothing', async () => {
  const piece = fc.constantFrom(
    ...['"', ',', '\n', '\r', '\r', '\r\n', 'x', '\uFEFF', `${TIME},1,m,n,s`, `${TIME},1,"m",n,"s"`, HEADER],
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), sizes, async (pieces, parts) => {
      const bytes = Buffer.from(`${HEADER}\n${pieces.join('')}`);
      const whole = await read(bytes, { maxRecordBytes: 100 }).catch(String);
      assert.deepEqual(await read(chunksOf(bytes, parts), { maxRecordBytes: 100 }).catch(String), whole);
    }),
    { numRuns: 1500 },
  );
});

test('a bad record that ends in CRLF is no line of bare CRs, whatever stands in it and however it comes', async () => {
  const bad = [
    `${TIME},1,${'x'.repeat(40)},n,s`,
    `${TIME},1,"a\rb${'x'.repeat(40)}",n,s`,
    `x,1,"a\rb",n,s,t`,
    `"a\r",x,m,n,s`,
  ];
  for (const line of bad) {
    const bytes = Buffer.from(`${HEADER}\r\n${line}\r\n${TIME},2,m,n,s\r\n`);
    for (const parts of [[], [70], Array<number>(200).fill(1)]) {
      const { readings, counts, readSince } = await read(chunksOf(bytes, parts), { maxRecordBytes: 60 });
      assert.deepEqual([readings.length, readings[1]?.code, counts.emptyLines, readSince], [2, 2, 0, 1], line);
    }
  }
});

test('whatever is too long and holds CRs, chunks change nothing', async () => {
  const lines = [`${TIME},1,m,n,s`, `${TIME},1,"m",n,"s"`, `${TIME},1,${'x'.repeat(40)},n,s`, HEADER];
  const piece = fc.constantFrom(...['"', ',', '\n', '\r', '\r', '\r\n', '\r\r\n', 'x'.repeat(30), '\uFEFF'], ...lines);
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 20 }), sizes, async (pieces, parts) => {
      const bytes = Buffer.from(`${HEADER}\n${pieces.join('')}`);
      const whole = await read(bytes, { maxRecordBytes: 50 }).catch(String);
      assert.deepEqual(await read(chunksOf(bytes, parts), { maxRecordBytes: 50 }).catch(String), whole);
    }),
    { numRuns: 1500 },
  );
});

test('a bare CR behind an overlong line ends nothing, wherever the chunks end', async () => {
  const line = `${HEADER}${`${TIME},1,m,n,s`.repeat(3)}`;
  const bytes = Buffer.from(`${HEADER}\n${line}\r${TIME},1,m,n,s\n${TIME},2,m,n,s\n`);
  for (let size = 1; size <= bytes.length; size++) {
    const { readings, counts } = await read(chunksOf(bytes, [size]), { maxRecordBytes: 100 });
    assert.deepEqual([readings.length, counts.bad, readings[1]?.code], [2, 1, 2], `${size}`);
  }
});

test('a file as it always was is one that the first version read alike', async () => {
  for (const end of ['\n', '\r\n']) {
    const lines = [HEADER, `${TIME},1,"a\rb",n,s`, '', `${TIME},2,m,n,s`, `${TIME},x,m,n,s`, `"${TIME}`];
    assert.equal((await read(`\uFEFF${lines.join(end)}`)).readSince, 1);
  }
});

test('a last record that a bare CR ends is whole', async () => {
  const text = `${HEADER}\r${TIME},1,m,n,s\r${TIME},2,m,n,s`;
  assert.equal((await read(`${text}\r`)).counts.unterminatedLastRecord, false);
  assert.equal((await read(text)).counts.unterminatedLastRecord, true);
});

test('a header that swallows the records is no success', async () => {
  const text = `time,code,message,"site\n${TIME},1,m,s\n${TIME},2,m,s"\n`;
  await assert.rejects(read(text), /header_not_understood.*line ends in it and no record/);
});

test('a header that swallows the records, whatever they are separated by, is no success', async () => {
  for (const end of ['\v', '\f', '\x1e', '\x85', '\u2028', '\u2029', '\\n', '\\r\\n']) {
    const text = [HEADER, `${TIME},90211,m,li,s`, ''].join(end);
    await assert.rejects(read(text), /header_not_understood.*line ends in it and no record/, JSON.stringify(end));
    assert.equal((await read(`${HEADER}\n${TIME},90211,m,li,s${end}\n`)).counts.records, 1);
  }
});
