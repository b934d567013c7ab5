import assert from 'node:assert/strict';
import { test } from 'vitest';
import { ParquetFile, snappy, uncompressed } from '../../src/parquet/index.ts';
import { metadataWithHyparquet } from './readers.ts';
import { column, fill } from './tables.ts';

test('the footer names the writer, the logical types in both forms and the metadata in the order of its keys', async () => {
  const file = new ParquetFile([column('name'), column('at', { type: 'timestamp', required: true })], snappy);
  const footer = metadataWithHyparquet(
    file.finish(
      new Map([
        ['b', '2'],
        ['a', '1'],
        ['ä', ''],
      ]),
    ).bytes,
  );
  assert.equal(footer.created_by, 'nexthink-audit-lake');
  assert.deepEqual(footer.key_value_metadata, [
    { key: 'a', value: '1' },
    { key: 'b', value: '2' },
    { key: 'ä', value: '' },
  ]);
  const [, name, at] = footer.schema;
  assert.deepEqual(
    [name?.repetition_type, name?.converted_type, name?.logical_type],
    ['OPTIONAL', 'UTF8', { type: 'STRING' }],
  );
  assert.deepEqual(
    [at?.repetition_type, at?.converted_type, at?.logical_type],
    ['REQUIRED', 'TIMESTAMP_MICROS', { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' }],
  );
});

test('the footer ends with an order for every column, without which bounds of strings mean nothing', () => {
  const { bytes } = new ParquetFile([column('a'), column('b')], snappy).finish();
  // Field 7, a list of two structs whose field 1 is an empty struct; the footer's end; its length; the magic.
  assert.deepEqual([...bytes.subarray(-17, -8)], [0x19, 0x2c, 0x1c, 0, 0, 0x1c, 0, 0, 0]);
  assert.equal(Buffer.from(bytes.subarray(-4)).toString(), 'PAR1');
});

test('chunks adjoin from the first byte to the footer, and the row group is their sum', () => {
  const table = [
    { spec: column('plain'), values: ['a', null, 'b', 'c'] },
    { spec: column('dictionary', { encoding: 'dictionary' }), values: ['a', null, 'a', 'b'] },
    { spec: column('absent'), values: [null, null, null, null] },
  ];
  for (const codec of [uncompressed, snappy]) {
    const file = new ParquetFile(
      table.map(({ spec }) => spec),
      codec,
      { pageRows: 2 },
    );
    fill(file, table);
    const { bytes } = file.finish();
    const footer = metadataWithHyparquet(bytes);
    const group = footer.row_groups[0] ?? assert.fail('four rows need a row group');
    let [end, uncompressedSize] = [4n, 0n];
    for (const { meta_data: chunk } of group.columns) {
      assert.ok(chunk);
      assert.equal(chunk.dictionary_page_offset ?? chunk.data_page_offset, end);
      assert.equal(chunk.num_values, 4n);
      if (codec === uncompressed) assert.equal(chunk.total_uncompressed_size, chunk.total_compressed_size);
      end += chunk.total_compressed_size;
      uncompressedSize += chunk.total_uncompressed_size;
    }
    assert.equal(end, BigInt(bytes.length - footer.metadata_length - 8));
    assert.deepEqual(
      [group.total_byte_size, group.total_compressed_size, group.num_rows],
      [uncompressedSize, end - 4n, 4n],
    );
  }
});
