import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import { parquetMetadata } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { readParquet } from 'parquet-wasm';
import { describe, it } from 'vitest';
import { openTable } from '../../src/table/index.ts';
import { checkpointPath } from '../../src/table/log.ts';
import { EVENTS, fileNamed, NOW, stateOf } from './lake.ts';
import { checkpointOf, fullState, stateAfter } from './states.ts';

const TABLE = EVENTS.path;

describe('a checkpoint file', () => {
  it('holds columns of many pages', async () => {
    const stats = (index: number) => `${index} `.repeat(200);
    const adds = Array.from({ length: 5000 }, (_, index) => ({
      add: fileNamed(`part-${index}`, { dataChange: index % 3 === 0, ...(index % 7 > 0 && { stats: stats(index) }) }),
    }));
    const snapshot = stateAfter(10, adds);
    const storage = await checkpointOf(snapshot);
    assert.deepEqual(stateOf(await openTable(storage, TABLE)), stateOf(snapshot));
    const rows = await query(storage.content(checkpointPath(TABLE, 10)), (file) => {
      return `SELECT count(add.path)::INT n, count(add.stats)::INT s, sum(length(add.stats))::INT l,
        count(*) FILTER (WHERE add.dataChange)::INT c FROM ${file}`;
    });
    const kept = adds.flatMap(({ add }) => add.stats ?? []);
    const lengths = kept.reduce((sum, text) => sum + text.length, 0);
    assert.deepEqual(rows, [[5000, kept.length, lengths, Math.ceil(5000 / 3)]]);
  });

  it('has the nested types that every engine expects', async () => {
    const storage = await checkpointOf(fullState());
    const bytes = storage.content(checkpointPath(TABLE, 20));
    const columns = await query(
      bytes,
      (file) => `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${file})`,
    );
    assert.deepEqual(columns, [
      ['txn', 'STRUCT(appId VARCHAR, "version" BIGINT, lastUpdated BIGINT)'],
      [
        'add',
        'STRUCT(path VARCHAR, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, stats VARCHAR, tags MAP(VARCHAR, VARCHAR))',
      ],
      [
        'remove',
        'STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT)',
      ],
      [
        'metaData',
        'STRUCT(id VARCHAR, "name" VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, "options" MAP(VARCHAR, VARCHAR)), schemaString VARCHAR, partitionColumns VARCHAR[], createdTime BIGINT, "configuration" MAP(VARCHAR, VARCHAR))',
      ],
      ['protocol', 'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER)'],
    ]);
  });

  it('reads alike in DuckDB, one action to a row, sorted', async () => {
    const bytes = (await checkpointOf(fullState())).content(checkpointPath(TABLE, 20));
    const rows = await query(bytes, (file) => `SELECT to_json(COLUMNS(*))::VARCHAR FROM ${file}`);
    const actions = rows.map((row) => {
      const there = row.flatMap((cell) => (cell === null ? [] : [JSON.parse(String(cell))]));
      assert.equal(there.length, 1, 'exactly one column of a row is there');
      return JSON.parse(JSON.stringify(there[0]).replaceAll(/"\w+":null,?|,"\w+":null/g, ''));
    });
    const path = (name: string) => fileNamed(name).path;
    const file = { size: 10, partitionValues: { event_date: '2026-01-02' } };
    assert.deepEqual(actions, [
      { minReaderVersion: 1, minWriterVersion: 2 },
      {
        id: 'x',
        name: 'x',
        description: 'x',
        format: { provider: 'parquet', options: { x: 'x' } },
        schemaString: '{"type":"struct","fields":[]}',
        partitionColumns: ['event_date'],
        createdTime: 17,
        configuration: { 'a.b': 'x' },
      },
      { appId: 'raw/a.csv', version: 7 },
      { appId: 'raw/ü.csv', version: Number(2n ** 63n - 1n), lastUpdated: 5 },
      { path: path('gone'), deletionTimestamp: NOW.getTime(), dataChange: true, extendedFileMetadata: true, ...file },
      { path: path('a'), ...file, modificationTime: NOW.getTime(), dataChange: true },
      {
        path: path('b'),
        ...file,
        modificationTime: NOW.getTime(),
        dataChange: true,
        stats: '{"numRecords":1}',
        tags: { t: 'u' },
      },
    ]);
  });

  it('reads in arrow-rs', async () => {
    const bytes = (await checkpointOf(fullState())).content(checkpointPath(TABLE, 20));
    const table = tableFromIPC(readParquet(Uint8Array.from(bytes)).intoIPCStream());
    assert.equal(table.numRows, 7);
    const paths = table.toArray().flatMap((row) => row?.add?.path ?? []);
    assert.deepEqual(paths, [fileNamed('a').path, fileNamed('b').path]);
  });

  it('is encoded plainly: Snappy, PLAIN, data pages V1, the names that the format recommends', async () => {
    const bytes = (await checkpointOf(fullState())).content(checkpointPath(TABLE, 20));
    const file = Uint8Array.from(bytes).buffer;
    const { schema, row_groups } = parquetMetadata(file);
    for (const { meta_data } of row_groups.flatMap(({ columns }) => columns)) {
      assert.ok(meta_data);
      assert.deepEqual([meta_data.codec, meta_data.dictionary_page_offset], ['SNAPPY', undefined]);
      assert.deepEqual(meta_data.encodings, ['PLAIN', 'RLE']);
      const header = parquetHeader({ view: new DataView(file, Number(meta_data.data_page_offset)), offset: 0 });
      assert.deepEqual([header.type, header.data_page_header?.encoding], ['DATA_PAGE', 'PLAIN']);
    }
    for (const [index, { converted_type }] of schema.entries()) {
      const below = schema.slice(index + 1, index + 4).map(({ name, repetition_type }) => `${name} ${repetition_type}`);
      if (converted_type === 'MAP') assert.deepEqual(below, ['key_value REPEATED', 'key REQUIRED', 'value OPTIONAL']);
      if (converted_type === 'LIST') assert.deepEqual(below.slice(0, 2), ['list REPEATED', 'element OPTIONAL']);
    }
    assert.equal(schema.filter(({ converted_type }) => converted_type === 'MAP').length, 5);
  });

  it('states the features where the protocol has them, and only there', async () => {
    const protocol = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['appendOnly', 'invariants'] };
    const snapshot = { ...fullState(), protocol };
    const storage = await checkpointOf(snapshot);
    const bytes = storage.content(checkpointPath(TABLE, 20));
    const found = await query(bytes, (file) => `SELECT protocol::VARCHAR FROM ${file} WHERE protocol IS NOT NULL`);
    assert.deepEqual(found, [
      ["{'minReaderVersion': 1, 'minWriterVersion': 7, 'writerFeatures': [appendOnly, invariants]}"],
    ]);
    assert.deepEqual((await openTable(storage, TABLE))?.protocol, protocol);
  });
});

/** The rows of a DuckDB query over a file's bytes. */
async function query(bytes: Uint8Array, sql: (file: string) => string): Promise<unknown[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'checkpoint-'));
  try {
    const path = join(folder, 'file.parquet');
    await writeFile(path, bytes);
    const connection = await (await DuckDBInstance.create()).connect();
    const result = await connection.runAndReadAll(sql(`read_parquet('${path.replaceAll("'", "''")}')`));
    return result.getRows();
  } finally {
    await rm(folder, { recursive: true });
  }
}
