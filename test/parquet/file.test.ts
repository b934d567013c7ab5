import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { ParquetFile, snappy, uncompressed, zstd } from '../../src/parquet/index.ts';
import { metadataWithHyparquet, readWithHyparquet } from './readers.ts';
import { column, fill, rowsOf, tables, utf8 } from './tables.ts';

const small = { pageRows: 7, pageBytes: 60, dictionaryEntries: 5, dictionaryBytes: 50 };

test('a file that is reset and filled anew gives the bytes of a fresh one', () => {
  // The same columns twice with different content; compressed or not is the columns' affair, so it is made the same.
  const pair = fc
    .tuple(tables, tables)
    .map(
      ([first, second]) =>
        [
          first,
          second.map(({ values }, index) => ({ spec: first[index]?.spec ?? assert.fail('the same columns'), values })),
        ] as const,
    );
  fc.assert(
    fc.property(pair, fc.boolean(), ([first, second], finish) => {
      const specs = first.map(({ spec }) => spec);
      const reused = new ParquetFile(specs, snappy, small);
      fill(reused, first);
      if (finish) reused.finish(new Map([['of', 'the first']]));
      reused.reset();
      assert.equal(reused.rows, 0);
      assert.equal(reused.heldBytes, 0);
      const fresh = new ParquetFile(specs, snappy, small);
      fill(reused, second);
      fill(fresh, second);
      assert.equal(reused.heldBytes, fresh.heldBytes);
      assert.deepEqual(reused.finish(), fresh.finish());
    }),
    { numRuns: 40 },
  );
});

test('a large file leaves nothing behind: grown tables and buffers do not show', () => {
  const columns = [column('name', { encoding: 'dictionary' }), column('message')];
  const reused = new ParquetFile(columns, snappy);
  for (let row = 0; row < 50_000; row++) {
    const value = utf8(`name ${row}`);
    reused.text('name').append(value, 0, value.length);
    if (row % 3 === 0) reused.text('message').append(value, 0, value.length);
    reused.endRow();
  }
  reused.finish();
  reused.reset();
  const fresh = new ParquetFile(columns, snappy);
  const table = [
    { spec: column('name'), values: ['name 49999', 'name 0', null, 'name 0', 'name 16383'] },
    { spec: column('message'), values: [null, 'a', null, null, 'b'] },
  ];
  fill(reused, table);
  fill(fresh, table);
  assert.deepEqual(reused.finish(), fresh.finish());
});

test('a value set for a run of one file does not hold in the next', async () => {
  const file = new ParquetFile(
    [column('run', { encoding: 'run' }), column('at', { encoding: 'run', type: 'int64' })],
    snappy,
  );
  file.run('run').set(utf8('a'));
  file.run('at').set(1);
  file.endRow();
  file.finish();
  file.reset();
  file.endRow();
  assert.deepEqual(await readWithHyparquet(file.finish().bytes), [{ run: null, at: null }]);
});

test('statistics outlive the reset', () => {
  const file = new ParquetFile([column('name', { encoding: 'dictionary' })], snappy);
  const append = (text: string) => {
    file.text('name').append(utf8(text), 0, 1);
    file.endRow();
  };
  append('a');
  const { statistics } = file.finish();
  file.reset();
  append('z');
  assert.deepEqual(statistics[0]?.max, utf8('a'));
});

test('the bytes given to append may change at once', async () => {
  const spec = { required: true } as const;
  const columns = [
    column('plain', spec),
    column('dictionary', { ...spec, encoding: 'dictionary' }),
    column('run', { ...spec, encoding: 'run' }),
  ];
  const file = new ParquetFile(columns, snappy);
  const scratch = utf8('ab');
  for (let row = 0; row < 3; row++) {
    scratch[0] = 0x61 + row;
    file.text('plain').append(scratch, 0, 2);
    file.text('dictionary').append(scratch, 0, 2);
    file.run('run').set(scratch);
    file.endRow();
  }
  scratch.fill(0);
  const expected = ['ab', 'bb', 'cb'].map((value) => ({ plain: value, dictionary: value, run: value }));
  assert.deepEqual(await readWithHyparquet(file.finish().bytes), expected);
});

test('a missing required value is an error when its page is sealed', () => {
  const kinds = [
    column('c', { required: true }),
    column('c', { required: true, encoding: 'dictionary' }),
    column('c', { required: true, encoding: 'choice', choices: ['a'] }),
    column('c', { required: true, encoding: 'run' }),
    column('c', { required: true, type: 'int64' }),
  ];
  for (const spec of kinds) {
    const file = new ParquetFile([spec], snappy);
    file.endRow();
    assert.throws(
      () => file.finish(),
      /Column c is required: expected a value in each of the 1 rows from row 0, found 0/,
    );
  }
  const file = new ParquetFile([column('c', { required: true })], snappy, { pageRows: 2 });
  const append = () => file.text('c').append(utf8('a'), 0, 1);
  append();
  file.endRow();
  file.endRow();
  assert.throws(append, /Column c is required: expected a value in each of the 2 rows from row 0, found 1/);
});

test('a second value in a row is an error', () => {
  const specs = [
    column('text'),
    column('dictionary', { encoding: 'dictionary' }),
    column('choice', { encoding: 'choice', choices: ['a', 'b'] }),
    column('number', { type: 'int32' }),
  ];
  const file = new ParquetFile(specs, snappy);
  const appends = [
    () => file.text('text').append(utf8('a'), 0, 1),
    () => file.text('dictionary').append(utf8('a'), 0, 1),
    () => file.choice('choice').append(1),
    () => file.number('number').append(1),
  ];
  file.endRow();
  for (const append of appends) {
    append();
    assert.throws(append, /row 1 has a value already/);
  }
});

test('a row that was begun must be ended before the file is', () => {
  const file = new ParquetFile([column('text')], snappy);
  file.endRow();
  file.text('text').append(utf8('a'), 0, 1);
  assert.throws(() => file.finish(), /Column text: row 1 has a value but was not ended/);
});

test('a finished file takes no more until it is reset', () => {
  const file = new ParquetFile([column('text')], snappy);
  file.finish();
  assert.throws(() => file.endRow(), /finished/);
  assert.throws(() => file.finish(), /finished/);
  file.reset();
  file.endRow();
  assert.equal(file.finish().rows, 1);
});

test('a value that the column cannot hold is refused, not altered', () => {
  const file = new ParquetFile(
    [
      column('narrow', { type: 'int32' }),
      column('wide', { type: 'int64' }),
      column('choice', { encoding: 'choice', choices: ['a', 'b'] }),
      column('run', { encoding: 'run' }),
      column('at', { encoding: 'run', type: 'timestamp' }),
    ],
    snappy,
  );
  for (const value of [2 ** 31, -(2 ** 31) - 1, 0.5, Number.NaN])
    assert.throws(() => file.number('narrow').append(value), RangeError);
  for (const value of [2 ** 53 + 2, -(2 ** 53) - 2, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => file.number('wide').append(value), RangeError);
    assert.throws(() => file.run('at').set(value), RangeError);
  }
  for (const value of [-1, 2, 0.5])
    assert.throws(() => file.choice('choice').append(value), /expected a choice from 0 to 1/);
  assert.throws(() => file.run('run').set(1), /Column run: expected UTF-8 bytes, found number/);
  assert.throws(() => file.run('at').set(utf8('1')), /Column at: expected a number, found object/);
});

test('a column is handed out as what it is', () => {
  const file = new ParquetFile(
    [column('text'), column('number', { type: 'int32' }), column('run', { encoding: 'run' })],
    snappy,
  );
  assert.throws(() => file.number('text'), /Column text: expected a plain number column, found plain string/);
  assert.throws(
    () => file.text('number'),
    /Column number: expected a plain or dictionary string column, found plain int32/,
  );
  assert.throws(() => file.choice('run'), /Column run: expected a choice column, found run string/);
  assert.throws(() => file.run('text'), /Column text: expected a run column, found plain string/);
  assert.throws(() => file.text('none'), /found no such column/);
});

test('held bytes grow with what is appended, and a column without values holds none', () => {
  const file = new ParquetFile([column('absent'), column('text')], uncompressed, { pageRows: 100 });
  assert.equal(file.heldBytes, 0);
  let before = 0;
  for (let row = 0; row < 1000; row++) {
    file.text('text').append(new Uint8Array(100), 0, 100);
    file.endRow();
    assert.ok(file.heldBytes >= 104 * (row + 1), `row ${row}`);
    assert.ok(file.heldBytes <= 104 * (row + 1) + 300, `row ${row}`);
    before = file.heldBytes;
  }
  assert.ok(file.finish().bytes.length < before + 1000);
});

test('columns marked as not compressed are stored as they are, the others with the file’s codec', async () => {
  const table = [
    { spec: column('id', { compressed: false }), values: ['a'.repeat(500)] },
    { spec: column('name'), values: ['b'.repeat(500)] },
  ];
  for (const codec of [snappy, zstd, uncompressed]) {
    const file = new ParquetFile(
      table.map(({ spec }) => spec),
      codec,
    );
    fill(file, table);
    const { bytes } = file.finish();
    const chunks = metadataWithHyparquet(bytes).row_groups[0]?.columns.map(({ meta_data }) => meta_data?.codec);
    assert.deepEqual(chunks, ['UNCOMPRESSED', codec.name]);
    assert.deepEqual(await readWithHyparquet(bytes), rowsOf(table));
  }
});
