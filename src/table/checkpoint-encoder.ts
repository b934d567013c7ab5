import { ByteBuffer, type ChunkPlace, CODEC, MAGIC, ThriftWriter } from '../parquet/index.ts';
import { Leaf, type LeafType } from './checkpoint-leaf.ts';
import type { CheckpointField } from './checkpoint-schema.ts';

/** The numbers of parquet.thrift. */
const PHYSICAL = { boolean: 0, integer: 1, long: 2, string: 6 } as const;
const REPETITION = { required: 0, optional: 1, repeated: 2 } as const;
/** `ConvertedType` and the field of `LogicalType` that say the same. */
const ANNOTATION = { string: [0, 1], map: [1, 2], list: [3, 3] } as const;

/** A group or a leaf of the file's schema. */
interface SchemaNode {
  readonly name: string;
  readonly repetition: keyof typeof REPETITION;
  readonly physical?: LeafType;
  readonly annotation?: keyof typeof ANNOTATION;
  readonly children?: number;
}

/** Takes a value apart into the leaves below a field; `definition` counts what is there above it. */
type Shredder = (value: unknown, definition: number, repetition: number) => void;

interface WrittenGroup {
  readonly rows: number;
  readonly columns: readonly { readonly leaf: Leaf; readonly place: ChunkPlace; readonly nullCount: number }[];
}

/**
 * A Parquet file of nested rows, one row group for each of `groups`, in the plainest encoding there is: PLAIN, Snappy,
 * data pages V1, maps and lists under the names that the format recommends. Some readers take nothing else.
 * Source: Parquet format, "Nested Types", and parquet.thrift.
 * @throws Error for a value that its field cannot hold
 */
export function encodeCheckpoint(
  fields: readonly CheckpointField[],
  groups: readonly (readonly object[])[],
): Uint8Array {
  const nodes: SchemaNode[] = [{ name: 'schema', repetition: 'required', children: fields.length }];
  const leaves: Leaf[] = [];
  const columns = fields.map((field) => ({ name: field.name, shred: addField(field, [], 0, nodes, leaves) }));
  const file = new ByteBuffer();
  file.put(MAGIC);
  const written = groups.map((rows): WrittenGroup => {
    for (const row of rows) for (const { name, shred } of columns) shred(memberOf(row, name), 0, 0);
    return { rows: rows.length, columns: leaves.map((leaf) => ({ leaf, ...leaf.write(file) })) };
  });
  putFooter(file, nodes, written);
  return Uint8Array.from(file.view());
}

function addField(
  { name, type }: CheckpointField,
  above: readonly string[],
  depth: number,
  nodes: SchemaNode[],
  leaves: Leaf[],
): Shredder {
  const path = [...above, name];
  const addLeaf = (
    inner: readonly string[],
    kind: LeafType,
    limit: number,
    repetition: keyof typeof REPETITION,
  ): Leaf => {
    const leaf = new Leaf([...path, ...inner], kind, limit, inner.length > 0);
    const annotation = kind === 'string' ? { annotation: kind } : {};
    nodes.push({ name: leaf.path.at(-1) ?? name, repetition, physical: kind, ...annotation });
    leaves.push(leaf);
    return leaf;
  };
  if (typeof type !== 'string') {
    nodes.push({ name, repetition: 'optional', children: type.length });
    const inner = type.map((field) => ({ field, shred: addField(field, path, depth + 1, nodes, leaves) }));
    return (value, definition, repetition) => {
      const level = definition + Number(value !== undefined);
      for (const { field, shred } of inner) shred(memberOf(value, field.name), level, repetition);
    };
  }
  if (type === 'stringMap') {
    nodes.push({ name, repetition: 'optional', children: 1, annotation: 'map' });
    nodes.push({ name: 'key_value', repetition: 'repeated', children: 2 });
    const key = addLeaf(['key_value', 'key'], 'string', depth + 2, 'required');
    const value = addLeaf(['key_value', 'value'], 'string', depth + 3, 'optional');
    return (map, definition, repetition) => {
      const entries = map === undefined ? [] : Object.entries(map as object);
      repeat(entries, map, definition, repetition, (entry, level, repeated) => {
        key.put(entry?.[0], level, repeated);
        value.put(entry?.[1], level, repeated);
      });
    };
  }
  if (type === 'strings') {
    nodes.push({ name, repetition: 'optional', children: 1, annotation: 'list' });
    nodes.push({ name: 'list', repetition: 'repeated', children: 1 });
    const element = addLeaf(['list', 'element'], 'string', depth + 3, 'optional');
    return (list, definition, repetition) => {
      const items = Array.isArray(list) ? list : [];
      repeat(items, list, definition, repetition, (item, level, repeated) => element.put(item, level, repeated));
    };
  }
  const leaf = addLeaf([], type, depth + 1, 'optional');
  return (value, definition, repetition) => leaf.put(value, definition, repetition);
}

/** Every item of a list or map; one entry without a value where it is empty or not there. */
function repeat<T>(
  items: readonly T[],
  whole: unknown,
  definition: number,
  repetition: number,
  put: (item: T | undefined, definition: number, repetition: number) => void,
): void {
  if (items.length === 0) put(undefined, definition + Number(whole !== undefined), repetition);
  for (const [index, item] of items.entries()) put(item, definition + 2, index === 0 ? repetition : 1);
}

function putFooter(file: ByteBuffer, nodes: readonly SchemaNode[], groups: readonly WrittenGroup[]): void {
  const start = file.length;
  const thrift = new ThriftWriter(file);
  thrift.root(() => {
    thrift.i32(1, 1);
    thrift.structList(2, nodes, (node) => putSchemaNode(thrift, node));
    thrift.i64(
      3,
      groups.reduce((sum, { rows }) => sum + rows, 0),
    );
    thrift.structList(4, groups, (group) => putRowGroup(thrift, group));
    thrift.string(6, 'nexthink-audit-lake');
  });
  file.int32(file.length - start);
  file.put(MAGIC);
}

function putSchemaNode(thrift: ThriftWriter, { name, repetition, physical, annotation, children }: SchemaNode): void {
  if (physical !== undefined) thrift.i32(1, PHYSICAL[physical]);
  thrift.i32(3, REPETITION[repetition]);
  thrift.string(4, name);
  if (children !== undefined) thrift.i32(5, children);
  if (annotation === undefined) return;
  const [converted, logical] = ANNOTATION[annotation];
  thrift.i32(6, converted);
  thrift.struct(10, () => thrift.struct(logical, () => {}));
}

function putRowGroup(thrift: ThriftWriter, { rows, columns }: WrittenGroup): void {
  const total = (size: (place: ChunkPlace) => number) => columns.reduce((sum, { place }) => sum + size(place), 0);
  thrift.structList(1, columns, ({ leaf, place, nullCount }) => {
    thrift.i64(2, 0);
    thrift.struct(3, () => {
      thrift.i32(1, PHYSICAL[leaf.type]);
      thrift.i32List(2, place.encodings);
      thrift.stringList(3, leaf.path);
      thrift.i32(4, CODEC[place.codec]);
      thrift.i64(5, place.rows);
      thrift.i64(6, place.uncompressedSize);
      thrift.i64(7, place.compressedSize);
      thrift.i64(9, place.dataPageOffset);
      // Readers pass over the kinds of action that a row group has none of.
      thrift.struct(12, () => thrift.i64(3, nullCount));
    });
  });
  thrift.i64(
    2,
    total((place) => place.uncompressedSize),
  );
  thrift.i64(3, rows);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
