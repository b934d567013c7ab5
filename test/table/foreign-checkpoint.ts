import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { CompressionCodec, SchemaElement } from 'hyparquet';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';

/** How another writer shapes its checkpoints. */
export interface Shape {
  readonly codec?: CompressionCodec;
  readonly dictionary?: boolean;
  /** Names of the group in a map, its key and its value. */
  readonly map?: readonly [string, string, string];
  /** Names of the group in a list and its element. */
  readonly list?: readonly [string, string];
  /** Rows of a row group. */
  readonly groupRows?: number;
  /** Columns left out, by dotted path. */
  readonly without?: readonly string[];
  /** Further columns: their schema, and their values by row, at the top or in `add`. */
  readonly more?: readonly { readonly within?: 'add'; readonly schema: readonly SchemaElement[] }[];
}

type Rows = readonly Readonly<Record<string, unknown>>[];

/** A checkpoint as hyparquet-writer makes it (data pages V2), in the shape of another writer. */
export function foreignCheckpoint(rows: Rows, shape: Shape = {}): Uint8Array {
  const { codec = 'SNAPPY', dictionary = false, groupRows = 1_000_000, more = [] } = shape;
  const columns = [...schemaOf(shape), ...more.flatMap(({ within, schema }) => (within === undefined ? [schema] : []))];
  const names = columns.map(([column]) => column?.name ?? '');
  const columnData = names.map((name): ColumnSource => {
    const data = rows.map((row) => asWritten(row[name], shape));
    return { name, data, ...(!dictionary && { encoding: 'PLAIN' as const }) };
  });
  const buffer = parquetWriteBuffer({
    columnData,
    schema: [{ name: 'spark_schema', num_children: names.length }, ...columns.flat()],
    codec,
    compressors: { ZSTD: (bytes) => zstdCompressSync(bytes), GZIP: (bytes) => gzipSync(bytes) },
    rowGroupSize: groupRows,
  });
  return new Uint8Array(buffer);
}

function schemaOf({ map = ['key_value', 'key', 'value'], list = ['list', 'element'], without = [], more = [] }: Shape) {
  const leaf = (type: 'BYTE_ARRAY' | 'INT32' | 'INT64' | 'BOOLEAN', rest: Partial<SchemaElement> = {}) => {
    return (name: string): SchemaElement[] => [{ name, type, repetition_type: 'OPTIONAL', ...rest }];
  };
  const text = leaf('BYTE_ARRAY', { converted_type: 'UTF8' });
  const long = leaf('INT64');
  const int = leaf('INT32');
  const flag = leaf('BOOLEAN');
  const texts = (name: string): SchemaElement[] => {
    const [group, element] = list;
    const inner = [{ name: group, repetition_type: 'REPEATED', num_children: 1 } as const, ...text(element)];
    return [{ name, repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 }, ...inner];
  };
  const textMap = (name: string): SchemaElement[] => [
    { name, repetition_type: 'OPTIONAL', converted_type: 'MAP', num_children: 1 },
    { name: map[0], repetition_type: 'REPEATED', num_children: 2 },
    { name: map[1], type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    ...text(map[2]),
  ];
  type Fields = Readonly<Record<string, (name: string) => SchemaElement[]>>;
  const struct = (fields: Fields, path: string) => (): SchemaElement[] => {
    const name = path.split('.').at(-1) ?? '';
    const inner = Object.entries(fields)
      .filter(([field]) => !without.includes(`${path}.${field}`))
      .map(([field, column]) => column(field));
    inner.push(...more.flatMap(({ within, schema }) => (within === name ? [[...schema]] : [])));
    return [{ name, repetition_type: 'OPTIONAL', num_children: inner.length }, ...inner.flat()];
  };
  const file = { path: text, partitionValues: textMap, size: long, dataChange: flag };
  const format = struct({ provider: text, options: textMap }, 'metaData.format');
  const about = { id: text, name: text, description: text, format, schemaString: text, partitionColumns: texts };
  return [
    struct({ appId: text, version: long, lastUpdated: long }, 'txn'),
    struct({ ...file, modificationTime: long, tags: textMap, stats: text }, 'add'),
    struct({ ...file, deletionTimestamp: long, extendedFileMetadata: flag }, 'remove'),
    struct({ ...about, configuration: textMap, createdTime: long }, 'metaData'),
    struct({ minReaderVersion: int, minWriterVersion: int, readerFeatures: texts, writerFeatures: texts }, 'protocol'),
  ]
    .map((column) => column())
    .filter(([column]) => !without.includes(column?.name ?? ''));
}

/** Whole numbers as 64 bits where the column has them; maps as entries under the writer's names. */
function asWritten(value: unknown, shape: Shape): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const [, key, item] = shape.map ?? ['', 'key', 'value'];
  const fields = Object.entries(value).map(([name, inner]) => {
    if (['partitionValues', 'tags', 'options', 'configuration'].includes(name) && inner !== undefined) {
      const entries = Object.entries(inner);
      return [name, entries.map(([k, v]) => ({ key: k, value: v, [key]: k, [item]: v }))];
    }
    const isShort = name.startsWith('min');
    return [name, Number.isInteger(inner) && !isShort ? BigInt(Number(inner)) : asWritten(inner, shape)];
  });
  return Object.fromEntries(fields);
}
