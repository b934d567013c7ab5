import type { ByteBuffer } from './bytes.ts';
import type { ChunkPlace } from './chunk.ts';
import { CODEC, CONVERTED, MAGIC, PHYSICAL, REPETITION } from './format.ts';
import type { ColumnSpec } from './schema.ts';
import { type ColumnStatistics, footerBounds } from './statistics.ts';
import { ThriftWriter } from './thrift.ts';

/** One column of a file: what it is, where it stands, what is known of its values. */
export interface FooterColumn {
  readonly spec: ColumnSpec;
  readonly place: ChunkPlace;
  readonly statistics: ColumnStatistics;
}

const CREATED_BY = 'nexthink-audit-lake';

/**
 * Writes the file metadata, its length and the closing magic. A file without rows has no row group.
 *
 * Source: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
export function putFooter(
  file: ByteBuffer,
  columns: readonly FooterColumn[],
  rows: number,
  metadata: ReadonlyMap<string, string>,
): void {
  const start = file.length;
  const thrift = new ThriftWriter(file);
  thrift.root(() => {
    thrift.i32(1, 1);
    thrift.structList(2, [null, ...columns], (column) => {
      if (column === null) putRoot(thrift, columns.length);
      else putSchemaElement(thrift, column.spec);
    });
    thrift.i64(3, rows);
    thrift.structList(4, rows === 0 ? [] : [columns], (group) => putRowGroup(thrift, group, rows));
    if (metadata.size > 0) putMetadata(thrift, metadata);
    thrift.string(6, CREATED_BY);
    // TypeDefinedOrder: without it readers must not trust the bounds of strings.
    thrift.structList(7, columns, () => thrift.struct(1, () => {}));
  });
  file.int32(file.length - start);
  file.put(MAGIC);
}

function putRoot(thrift: ThriftWriter, children: number): void {
  thrift.string(4, 'schema');
  thrift.i32(5, children);
}

function putSchemaElement(thrift: ThriftWriter, { name, type, required }: ColumnSpec): void {
  thrift.i32(1, PHYSICAL[type]);
  thrift.i32(3, required ? REPETITION.required : REPETITION.optional);
  thrift.string(4, name);
  if (type === 'string') {
    thrift.i32(6, CONVERTED.utf8);
    thrift.struct(10, () => thrift.struct(1, () => {}));
  } else if (type === 'timestamp') {
    thrift.i32(6, CONVERTED.timestampMicros);
    thrift.struct(10, () =>
      thrift.struct(8, () => {
        thrift.bool(1, true);
        thrift.struct(2, () => thrift.struct(2, () => {}));
      }),
    );
  }
}

function putRowGroup(thrift: ThriftWriter, columns: readonly FooterColumn[], rows: number): void {
  const total = (size: (place: ChunkPlace) => number) => columns.reduce((sum, { place }) => sum + size(place), 0);
  thrift.structList(1, columns, (column) => {
    thrift.i64(2, 0);
    thrift.struct(3, () => putChunk(thrift, column));
  });
  thrift.i64(
    2,
    total((place) => place.uncompressedSize),
  );
  thrift.i64(3, rows);
  thrift.i64(5, MAGIC.length);
  thrift.i64(
    6,
    total((place) => place.compressedSize),
  );
  thrift.i16(7, 0);
}

function putChunk(thrift: ThriftWriter, { spec, place, statistics }: FooterColumn): void {
  thrift.i32(1, PHYSICAL[spec.type]);
  thrift.i32List(2, place.encodings);
  thrift.stringList(3, [spec.name]);
  thrift.i32(4, CODEC[place.codec]);
  thrift.i64(5, place.rows);
  thrift.i64(6, place.uncompressedSize);
  thrift.i64(7, place.compressedSize);
  thrift.i64(9, place.dataPageOffset);
  if (place.dictionaryPageOffset !== null) thrift.i64(11, place.dictionaryPageOffset);
  thrift.struct(12, () => {
    const bounds = footerBounds(spec, statistics);
    thrift.i64(3, statistics.nullCount);
    if (bounds === null) return;
    thrift.binary(5, bounds.max);
    thrift.binary(6, bounds.min);
  });
}

function putMetadata(thrift: ThriftWriter, metadata: ReadonlyMap<string, string>): void {
  const sorted = [...metadata].sort(([a], [b]) => (a < b ? -1 : 1));
  thrift.structList(5, sorted, ([key, value]) => {
    thrift.string(1, key);
    thrift.string(2, value);
  });
}
