import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { FAULT, INCOMPLETE, type RECORD } from '../../src/source/csv-scanner.ts';
import { halveQuotes, NO_MORE, RecordReader } from '../../src/source/record-reader.ts';
import { RejectedFile } from '../../src/source/rejection.ts';
import { chunksOf } from './reading.ts';
import { type ReferenceFile, type ReferenceRecord, referenceCsv } from './reference-csv.ts';

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 0, maxLength: 200 });

/** Text in which everything that means something to the grammar is likely. */
const hostileText = fc
  .array(fc.constantFrom('"', '"', '""', ',', ',', '\n', '\n', '\r\n', '\r', 'a', 'bc', ';', 'é', '\x80', '\0'), {
    maxLength: 40,
  })
  .map((pieces) => pieces.join(''));

async function readRecords(
  bytes: Buffer,
  parts: Iterable<number>,
  delimiter: string,
  limit: number,
): Promise<ReferenceFile> {
  const reader = new RecordReader(chunksOf(bytes, parts), delimiter.charCodeAt(0), limit);
  const records: ReferenceRecord[] = [];
  for (let found = reader.next(); found !== NO_MORE; found = reader.next()) {
    if (found === INCOMPLETE) await reader.buffer.fill();
    else records.push(recordOf(reader, found));
  }
  const { emptyLines, resynchronised, unterminated } = reader;
  return { records, emptyLines, resynchronised, unterminated };
}

function recordOf(reader: RecordReader, found: typeof RECORD | typeof FAULT): ReferenceRecord {
  const { buffer, scanner, start, end } = reader;
  const place = { offset: buffer.offset + start, raw: buffer.bytes.toString('latin1', start, end) };
  if (found === FAULT) return { ...place, truncated: reader.truncated, outcome: reader.fault };
  const doubled = new Set(scanner.doubled.subarray(0, scanner.doubledCount));
  const outcome = Array.from({ length: scanner.fieldCount }, (_, index) => {
    const [from, to] = [scanner.starts[index]!, scanner.ends[index]!];
    if (!doubled.has(index)) return buffer.bytes.toString('latin1', from, to);
    const scratch = buffer.capacity;
    return buffer.bytes.toString('latin1', scratch, halveQuotes(buffer.bytes, from, to, scratch));
  });
  return { ...place, truncated: false, outcome };
}

test('any bytes give the records of the reference reader, in chunks of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      hostileText,
      sizes,
      fc.constantFrom(',', ';'),
      fc.integer({ min: 1, max: 50 }),
      async (text, parts, delimiter, limit) => {
        const bytes = Buffer.from(text);
        assert.deepEqual(
          await readRecords(bytes, parts, delimiter, limit),
          referenceCsv(bytes.toString('latin1'), delimiter, limit),
        );
      },
    ),
    { numRuns: 1500 },
  );
});

test('a cut at any place changes nothing', async () => {
  const text = 'a,"b ""x""\r\ny",c\r\n\r\n"d"\r,e\nf"g,"h\ni\r\n\n"j,k\r\nl,"m"';
  const expected = referenceCsv(text, ',', 12);
  assert.equal(expected.resynchronised, 5);
  for (let cut = 0; cut <= text.length; cut++) {
    assert.deepEqual(await readRecords(Buffer.from(text), [cut], ',', 12), expected, `cut at ${cut}`);
  }
});

test('a line longer than the buffer and the limit is one bad record, cut between characters', async () => {
  const limit = 100_000;
  const text = `a,b\n${'x'}${'é'.repeat(3_000_000)}\r\nc,d\n`;
  const { records } = await readRecords(Buffer.from(text), Array(200).fill(65_536), ',', limit);
  assert.deepEqual(
    records.map(({ offset }) => offset),
    [0, 4, 4 + 6_000_003],
  );
  assert.equal(records[1]?.outcome, 'record_too_long');
  assert.equal(records[1]?.truncated, true);
  assert.equal(records[1]?.raw, Buffer.from(`x${'é'.repeat(49_999)}`).toString('latin1'));
  assert.deepEqual(records[2]?.outcome, ['c', 'd']);
});

test('a record longer than the buffer is read whole, quotes halved', async () => {
  const field = '"'.repeat(600_000);
  const text = `a,"${field.replaceAll('"', '""')}"\nb,c\n`;
  const { records } = await readRecords(Buffer.from(text), Array(100).fill(65_536), ',', 4 * 2 ** 20);
  assert.deepEqual(
    records.map(({ outcome }) => outcome),
    [
      ['a', field],
      ['b', 'c'],
    ],
  );
});

test('lone quotes that swallow following lines end the file after 1,000 of them, and not one earlier', async () => {
  const swallowing = (count: number) => Buffer.from('"a\nb"c\n'.repeat(count));
  const { records, resynchronised } = await readRecords(swallowing(1000), [], ',', 1000);
  assert.equal(records.length, 2000);
  assert.equal(resynchronised, 2000);
  await assert.rejects(readRecords(swallowing(1001), [], ',', 1000), (error) => {
    assert.ok(error instanceof RejectedFile);
    assert.equal(error.reason, 'too_many_resynchronisations');
    assert.match(error.message, /at offset 7000/);
    return true;
  });
});

test('so do quotes whose records become too long', async () => {
  const limit = 20;
  const swallowing = (count: number) => Buffer.from(`"a\n${'b'.repeat(25)}\n`.repeat(count));
  assert.equal((await readRecords(swallowing(1000), [], ',', limit)).resynchronised, 2000);
  await assert.rejects(readRecords(swallowing(1001), [], ',', limit), /too_many_resynchronisations/);
});

test('a chunk larger than the buffer is read as if it came in parts', async () => {
  const record = `${'x'.repeat(1000)},"\n""y"\n`;
  const { records } = await readRecords(Buffer.from(record.repeat(3000)), [], ',', 2000);
  assert.equal(records.length, 3000);
  for (const { outcome } of records) assert.deepEqual(outcome, ['x'.repeat(1000), '\n"y']);
});

test('any number of bad records within their own line is no reason to end the file', async () => {
  const { resynchronised } = await readRecords(Buffer.from('a"b,c\n'.repeat(5000)), [], ',', 1000);
  assert.equal(resynchronised, 5000);
});

test('an unfinished record is looked at again only when there is twice as much of it', async () => {
  const bytes = Buffer.from(`"${'x'.repeat(20_000)}"\n`);
  const reader = new RecordReader(chunksOf(bytes, Array(bytes.length).fill(1)), 0x2c, 2 ** 20);
  let fills = 0;
  for (; reader.next() === INCOMPLETE; fills++) await reader.buffer.fill();
  assert.ok(fills <= 17, `${fills} fills`);
});
