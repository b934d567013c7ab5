import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import type { CompressionCodec, SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import {
  Compression,
  Encoding,
  readParquet,
  WriterPropertiesBuilder,
  type WriterVersion,
  writeParquet,
} from 'parquet-wasm';
import { EVENT_FILE_COLUMNS } from '../../src/events/columns.ts';
import { commitPath, type Snapshot } from '../../src/table/index.ts';
import { type Row, readWithHyparquet, type Value } from '../parquet/readers.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';

/** How another engine lays a file out that holds the same rows. */
export type Engine = (ours: Uint8Array) => Promise<Uint8Array>;

let instance: Promise<DuckDBInstance> | undefined;

/** DuckDB's own layout of what `select` gets from our file, which it finds as `ours`. */
export function duckdb(options: string, select = 'SELECT * FROM ours'): Engine {
  return async (ours) => {
    instance ??= DuckDBInstance.create(':memory:', { threads: '1' });
    const folder = await mkdtemp(join(tmpdir(), 'foreign-'));
    const connection = await (await instance).connect();
    try {
      const [from, to] = [join(folder, 'ours.parquet'), join(folder, 'theirs.parquet')];
      await writeFile(from, ours);
      await connection.run(`SET TimeZone = 'UTC'`);
      await connection.run(`CREATE OR REPLACE TEMP VIEW ours AS SELECT * FROM read_parquet('${from}')`);
      await connection.run(`COPY (${select}) TO '${to}' (FORMAT parquet, ${options})`);
      return await readFile(to);
    } finally {
      connection.closeSync();
      await rm(folder, { recursive: true });
    }
  };
}

/** arrow-rs, as delta-rs uses it. */
export function arrowRs(
  compression: keyof typeof Compression,
  version: WriterVersion,
  layout: { readonly groupRows: number; readonly pageBytes?: number; readonly encoding?: keyof typeof Encoding },
): Engine {
  return async (ours) => {
    let properties = new WriterPropertiesBuilder()
      .setCompression(Compression[compression])
      .setWriterVersion(version)
      .setMaxRowGroupSize(layout.groupRows);
    if (layout.pageBytes !== undefined) properties = properties.setDataPageSizeLimit(layout.pageBytes);
    if (layout.encoding !== undefined) {
      properties = properties.setDictionaryEnabled(false).setColumnEncoding('message', Encoding[layout.encoding]);
    }
    return writeParquet(readParquet(Uint8Array.from(ours)), properties.build());
  };
}

/** hyparquet-writer: data pages V2. `change` may alter the columns, `elements` the schema of some of them. */
export function hyparquetWriter(
  options: {
    readonly codec?: CompressionCodec;
    readonly groupRows?: number;
    readonly without?: readonly string[];
    readonly elements?: Readonly<Record<string, Partial<SchemaElement>>>;
    readonly values?: Readonly<Record<string, (value: Value, row: Row) => unknown>>;
  } = {},
): Engine {
  const { codec = 'SNAPPY', groupRows = 1_000_000, without = [], elements = {}, values = {} } = options;
  return async (ours) => {
    const rows = await readWithHyparquet(ours);
    const schema: SchemaElement[] = EVENT_FILE_COLUMNS.map(({ name, type }) => ({
      name,
      repetition_type: 'OPTIONAL' as const,
      ...(type === 'string' ? { type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const } : {}),
      ...(type === 'int32' ? { type: 'INT32' as const } : {}),
      ...(type === 'int64' ? { type: 'INT64' as const } : {}),
      ...(type === 'timestamp' ? { type: 'INT64' as const, converted_type: 'TIMESTAMP_MICROS' as const } : {}),
    }));
    for (const [name, element] of Object.entries(elements)) {
      const known = schema.findIndex((each) => each.name === name);
      if (known === -1) schema.push({ name, repetition_type: 'OPTIONAL', ...element });
      else schema[known] = { name, repetition_type: 'OPTIONAL', ...element };
    }
    const written = schema.filter(({ name }) => !without.includes(name)).reverse();
    const columnData = written.map(({ name }) => ({
      name,
      data: rows.map((row) => {
        const value = row[name] ?? null;
        const other = values[name];
        return other === undefined ? value : other(value, row);
      }),
    }));
    const buffer = parquetWriteBuffer({
      columnData,
      schema: [{ name: 'root', num_children: written.length }, ...written],
      codec,
      compressors: { ZSTD: (bytes) => zstdCompressSync(bytes), GZIP: (bytes) => gzipSync(bytes) },
      rowGroupSize: groupRows,
    });
    return new Uint8Array(buffer);
  };
}

/** Has another engine rewrite every live file, in one commit of its own. The log of `storage` gets the commit by hand. */
export async function rewriteForeign(
  storage: MemoryStorage,
  snapshot: Snapshot,
  engine: Engine,
  spell: (path: string) => string = encodeURI,
): Promise<void> {
  const actions: object[] = [{ commitInfo: { timestamp: 1, operation: 'OPTIMIZE', engineInfo: 'another' } }];
  let number = 0;
  for (const { path, partitionValues, size } of snapshot.files.values()) {
    const bytes = await engine(storage.content(`${snapshot.path}/${path}`));
    const theirs = `event_date=${partitionValues['event_date']}/theirs ${snapshot.version}-${number++}.parquet`;
    storage.put(`${snapshot.path}/${theirs}`, bytes);
    const common = { partitionValues, dataChange: false };
    actions.push(
      { remove: { path, size, deletionTimestamp: Date.now(), extendedFileMetadata: true, ...common } },
      { add: { path: spell(theirs), size: bytes.length, modificationTime: Date.now(), ...common } },
    );
  }
  const lines = actions.map((action) => JSON.stringify(action)).join('\n');
  storage.put(commitPath(snapshot.path, snapshot.version + 1), lines);
}
