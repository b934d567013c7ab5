import assert from 'node:assert/strict';
import { test } from 'vitest';
import { Chunk } from '../../src/parquet/chunk.ts';
import { ParquetFile, type ParquetFileOptions, uncompressed } from '../../src/parquet/index.ts';
import { OpenPage } from '../../src/parquet/page.ts';
import { recordingCodec } from './pages.ts';
import { metadataWithHyparquet, type Value } from './readers.ts';
import { column, fill } from './tables.ts';

/** The bodies of the pages that one column of strings is sealed into, and the encodings of its chunk. */
function sealed(values: readonly Value[], options: ParquetFileOptions, spec = column('c')) {
  const { codec, pages } = recordingCodec();
  const file = new ParquetFile([spec], codec, options);
  fill(file, [{ spec, values }]);
  const { bytes } = file.finish();
  const encodings = metadataWithHyparquet(bytes).row_groups[0]?.columns[0]?.meta_data?.encodings;
  return { pages: pages.map((page) => [...page]), encodings };
}

const text = (value: string) => [value.length, 0, 0, 0, ...Buffer.from(value)];

test('definition levels are the validity bitmap, least significant bit first, as one bit-packed run', () => {
  const { pages } = sealed(['a', null, null, 'b', null, null, null, null, null, 'c'], { pageRows: 16 });
  assert.deepEqual(pages, [
    [3, 0, 0, 0, (2 << 1) | 1, 0b00001001, 0b00000010, ...text('a'), ...text('b'), ...text('c')],
  ]);
});

test('all present and all absent are one RLE run', () => {
  assert.deepEqual(sealed(['a', 'b'], {}).pages, [[2, 0, 0, 0, 2 << 1, 1, ...text('a'), ...text('b')]]);
  assert.deepEqual(sealed([null, null, null], {}).pages, [[2, 0, 0, 0, 3 << 1, 0]]);
});

test('a required column has no levels', () => {
  assert.deepEqual(sealed(['a', ''], {}, column('c', { required: true })).pages, [[...text('a'), ...text('')]]);
});

test('a page ends at its rows; nothing of it is left in the next', () => {
  const { pages } = sealed(['a', 'b', 'c', null, 'd'], { pageRows: 3 });
  assert.deepEqual(pages, [
    [2, 0, 0, 0, 3 << 1, 1, ...text('a'), ...text('b'), ...text('c')],
    [2, 0, 0, 0, 3, 0b10, ...text('d')],
  ]);
});

test('a page ends before its bytes are exceeded, and one value may exceed them alone', () => {
  const { pages } = sealed(['aaa', 'b', 'ccccccccccccccc', 'd'], { pageBytes: 12 }, column('c', { required: true }));
  assert.deepEqual(pages, [[...text('aaa'), ...text('b')], text('ccccccccccccccc'), text('d')]);
});

test('a stretch without values is one page of any length; a bitmap never is longer than the page rows', () => {
  const values = new Array<Value>(1000).fill(null);
  values[1] = 'a';
  values[900] = 'b';
  const { pages } = sealed(values, { pageRows: 8 });
  assert.deepEqual(pages, [
    [2, 0, 0, 0, 3, 0b10, ...text('a')],
    // 892 rows, then 8 that hold a value, then 92.
    [3, 0, 0, 0, ((892 * 2) % 128) | 128, (892 * 2) >> 7, 0],
    [2, 0, 0, 0, 3, 0b1, ...text('b')],
    [3, 0, 0, 0, ((92 * 2) % 128) | 128, (92 * 2) >> 7, 0],
  ]);
});

test('a column of nulls is labelled PLAIN and has no dictionary page, whatever its encoding', () => {
  for (const encoding of ['plain', 'dictionary', 'run'] as const) {
    const { pages, encodings } = sealed([null, null], {}, column('c', { encoding }));
    assert.deepEqual(encodings, ['PLAIN', 'RLE'], encoding);
    assert.deepEqual(pages, [[2, 0, 0, 0, 2 << 1, 0]], encoding);
  }
});

test('an indexed page has the width of its own largest index', () => {
  const spec = column('c', { required: true, encoding: 'dictionary' });
  const { pages, encodings } = sealed(['a', 'b', 'a', 'a', 'b', 'c'], { pageRows: 4 }, spec);
  assert.deepEqual(pages, [
    [1, 3, 0b0010],
    [2, 3, 0b1001, 0],
    [...text('a'), ...text('b'), ...text('c')],
  ]);
  assert.deepEqual(encodings, ['PLAIN', 'RLE', 'RLE_DICTIONARY']);
});

test('after the fall-back sealed pages keep their indexes, the rest of the chunk is PLAIN', () => {
  const spec = column('c', { required: true, encoding: 'dictionary' });
  const { pages, encodings } = sealed(['a', 'b', 'c', 'a'], { dictionaryEntries: 2 }, spec);
  assert.deepEqual(pages, [
    [1, 3, 0b10],
    [...text('c'), ...text('a')],
    [...text('a'), ...text('b')],
  ]);
  assert.deepEqual(encodings, ['PLAIN', 'RLE', 'RLE_DICTIONARY']);
});

test('a dictionary that takes no value at all leaves a PLAIN chunk', () => {
  const spec = column('c', { required: true, encoding: 'dictionary' });
  const { pages, encodings } = sealed(['long', 'a'], { dictionaryBytes: 5 }, spec);
  assert.deepEqual(pages, [[...text('long'), ...text('a')]]);
  assert.deepEqual(encodings, ['PLAIN', 'RLE']);
});

test('a choice stores the used choices only, a run one entry and one RLE run per value', () => {
  const choice = column('c', { required: true, encoding: 'choice', choices: ['x', 'y', 'z'] });
  assert.deepEqual(sealed(['z', 'x', 'z'], {}, choice).pages, [
    [1, 3, 0b010],
    [...text('z'), ...text('x')],
  ]);
  const run = column('c', { encoding: 'run' });
  assert.deepEqual(sealed(['s', 's', null, 't'], {}, run).pages, [
    [6, 0, 0, 0, 4, 1, 2, 0, 2, 1, 1, 4, 0, 2, 1],
    [...text('s'), ...text('t')],
  ]);
});

test('one oversized value does not keep its memory', () => {
  const page = new OpenPage(new Chunk(column('c'), uncompressed), { rows: 8, bytes: 100 });
  const append = (row: number, length: number) => {
    page.begin(row, length + 4);
    page.body.text(new Uint8Array(length), 0, length);
  };
  append(0, 100_000);
  append(1, 10);
  assert.ok(page.body.bytes.length < 5000);
});
