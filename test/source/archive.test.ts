import assert from 'node:assert/strict';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { test } from 'vitest';
import { END, NEED_INPUT, openExport, RejectedFile, ROW } from '../../src/source/index.ts';
import { encode } from './encoders.ts';
import { chunksOf, LANDED_AT, read, SETTINGS } from './reading.ts';
import { type EntryToMake, zip } from './zip-files.ts';

const HEADER = 'time,code,message,user name';
const TIME = '2026-01-02T03:04:05Z';
const FIRST = `${HEADER}\n${TIME},1,m,zoë\n${TIME},1,m,zoë\n${TIME},1,n,li\n`;

function rejects(file: Uint8Array, reason: string, pattern: RegExp, settings = {}) {
  return assert.rejects(read(file, settings), (error) => {
    assert.ok(error instanceof RejectedFile, String(error));
    assert.equal(error.reason, reason, error.message);
    assert.match(error.message, pattern);
    return true;
  });
}

function made(name: string, content: string | Uint8Array, more: Partial<EntryToMake> = {}): EntryToMake {
  return { name, content: typeof content === 'string' ? Buffer.from(content) : content, ...more };
}

const document = fc.record({
  format: fc.constantFrom('csv', 'semicolons', 'jsonl', 'json'),
  encoding: fc.constantFrom('utf-8', 'utf-16le', 'utf-32be'),
  names: fc.array(fc.constantFrom('zoë', 'li', '', 'a;b,c'), { maxLength: 4 }),
});

function textOf(format: string, names: readonly string[]): string {
  const records = names.map((name, at) => ({ time: TIME, code: 1 + (at % 2), message: 'm', 'user name': name }));
  if (format === 'jsonl') return records.map((record) => `${JSON.stringify(record)}\n`).join('');
  if (format === 'json') return JSON.stringify({ data: records });
  const delimiter = format === 'csv' ? ',' : ';';
  const lines = records.map((record) =>
    Object.values(record)
      .map((value) => `"${value}"`)
      .join(delimiter),
  );
  return [HEADER.replaceAll(',', delimiter), ...lines].join('\n');
}

test('the entries of an archive give what they give apart, each as a part', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 4 }), sizes, async (documents, pieces) => {
      const texts = documents.map(({ format, names, encoding }, at) => ({
        name: `${at}.${format === 'semicolons' || names.length === 0 ? 'csv' : format}`,
        text: names.length === 0 ? `${HEADER}\n` : textOf(format, names),
        encoding,
      }));
      const apart = await Promise.all(texts.map(({ name, text }) => read(text, {}, LANDED_AT, name)));
      const entries = texts.map(({ name, text, encoding }) =>
        made(name, encode((encoding === 'utf-8' ? '' : '\ufeff') + text, encoding)),
      );
      const found = await read(() => chunksOf(zip(entries), pieces));
      const values = ({ number, offset, ...rest }: (typeof found.readings)[0]) => rest;
      assert.deepEqual(
        found.readings.map(values),
        apart.flatMap(({ readings }) => readings.map(values)),
      );
      assert.deepEqual(
        found.readings.map(({ number }) => number),
        found.readings.map((_, at) => at + 1),
      );
      assert.equal(found.counts.records, found.readings.length);
      assert.equal(found.counts.days, found.readings.length === 0 ? 0 : 1);
      assert.deepEqual(
        found.parts.map(({ header }) => header.identityColumns),
        apart.flatMap(({ parts }) => parts.map(({ header }) => header.identityColumns)),
      );
      assert.deepEqual(
        found.recognised.map(({ format, encoding }) => [format, encoding]),
        apart.map(({ recognised }, at) => [recognised[0]?.format, texts[at]?.encoding]),
      );
      assert.deepEqual(await read(() => chunksOf(zip(entries), []), {}, undefined, undefined, found.recognised), found);
    }),
    { numRuns: 60 },
  );
});

test('a record knows its part, and offsets count the texts before it', async () => {
  const file = zip([made('a.csv', FIRST), made('b.csv', encode(`\ufeff${FIRST}`, 'utf-16le'))]);
  const { readings, parts, counts, readSince } = await read(file);
  const length = Buffer.byteLength(FIRST);
  const first = Buffer.byteLength(`${HEADER}\n`);
  assert.deepEqual([readings[0]?.offset, readings[3]?.offset], [first, length + 3 + first]);
  assert.deepEqual(
    parts.map(({ row, offset }) => [row, offset]),
    [
      [1, 0],
      [4, length],
    ],
  );
  assert.deepEqual([counts.decompressedBytes, counts.repeatedHeaders, readSince], [2 * length + 3, 0, 3]);
});

test('what nobody means as an export is passed over by name, and counts for nothing', async () => {
  const beside = Buffer.from('00051607000200004d6163204f532058', 'hex');
  const file = zip([
    made('exports/', ''),
    made('exports/a.csv', FIRST),
    made('__MACOSX/exports/._a.csv', beside),
    made('exports/._b.csv', beside),
    made('exports/.DS_Store', Buffer.from('0000000142756431', 'hex')),
    made('exports/empty.csv', ''),
    made('exports/c.csv', FIRST),
  ]);
  const { readings, parts, leftOut } = await read(file);
  assert.deepEqual([readings.length, parts.length], [6, 2]);
  assert.deepEqual(leftOut, [
    'exports/',
    '__MACOSX/exports/._a.csv',
    'exports/._b.csv',
    'exports/.DS_Store',
    'exports/empty.csv',
  ]);
  await rejects(zip([made('a/', ''), made('b.csv', '')]), 'unsupported_archive', /nothing but empty entries/);
  await rejects(zip([]), 'unsupported_archive', /no entry/);
  const named = await read(zip([made('__MACOSX/a.csv', FIRST)]));
  assert.equal(named.readings.length, 3, 'an export is one wherever it stands');
});

test('an entry that is no export rejects the archive and is named; none is lost without a word', async () => {
  const good = made('a.csv', FIRST);
  await rejects(
    zip([good, made('readme.txt', 'How to read these files\n')]),
    'header_not_understood',
    /in entry "readme\.txt"/,
  );
  await rejects(
    zip([good, made('logo.png', Buffer.from('89504e470d0a1a0a00', 'hex'))]),
    'other_format',
    /in entry "logo\.png": .*PNG/,
  );
  await rejects(
    zip([good, made('b.csv', Buffer.from(`${HEADER}\n${TIME},1,\xeb\xe9,M\xfcller\n`, 'latin1'))]),
    'encoding_unknown',
    /in entry "b\.csv": .*windows-1252/,
  );
  for (const inner of [gzipSync(FIRST), zstdCompressSync(FIRST), zip([good])]) {
    await rejects(
      zip([good, made('inner', inner)]),
      'unsupported_archive',
      /in entry "inner" of a ZIP archive, found a .* in it; unpack/,
    );
  }
  await rejects(gzipSync(zip([good])), 'unsupported_archive', /in a compressed file, found a ZIP archive/);
});

test('limits hold for all entries together', async () => {
  const days = [1, 2, 3].map((day) => made(`${day}.csv`, `${HEADER}\n2026-01-0${day}T00:00:00Z,1,m,li\n`));
  assert.equal((await read(zip(days), { maxRecords: 3, maxDays: 3 })).counts.days, 3);
  await rejects(zip(days), 'too_many_records', /at most 2/, { maxRecords: 2 });
  await rejects(zip(days), 'too_many_days', /at most 2/, { maxDays: 2 });
  await rejects(zip(days), 'too_many_entries', /--max-entries/, { maxEntries: 2 });
});

test('a large archive is read in bounded memory', async () => {
  const line = `${TIME},90211,"User logged in, id=1, name=li",li\n`;
  const content = Buffer.from(`${HEADER}\n${line.repeat(400_000)}`);
  const file = zip([
    made('a.csv', content),
    made('b.csv', content, { stored: true }),
    made('c.csv', content, { descriptor: 'marked' }),
  ]);
  const sizes = Array<number>(Math.ceil(file.length / 65_536)).fill(65_536);
  const reader = await openExport(
    { path: 'a.zip', landedAt: LANDED_AT, open: () => chunksOf(file, sizes) },
    { ...SETTINGS, maxRecords: 2_000_000 },
  );
  let rows = 0;
  let most = 0;
  for (let found = reader.next(); found !== END; found = reader.next()) {
    if (found === ROW) rows++;
    if (found !== NEED_INPUT) continue;
    await reader.fill();
    most = Math.max(most, reader.bytes.length);
  }
  await reader.close();
  assert.equal(rows, 1_200_000);
  assert.ok(most <= 4 * 2 ** 20, `${most} bytes held at once of ${3 * content.length}`);
});
