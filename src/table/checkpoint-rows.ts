import { type FileMetaData, parquetSchema, type RowGroup, type SchemaTree } from 'hyparquet';
import { getMaxDefinitionLevel } from 'hyparquet/src/schema.js';
import type { ActionField, CheckpointField } from './checkpoint-schema.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { LeafReader } from './leaf-reader.ts';

/** Takes a field's value from one row after another; null where it is not there. */
interface FieldReader {
  /** All leaves below the field, of which each has an entry in every row. */
  readonly leaves: readonly LeafReader[];
  next(): JsonValue;
}

/** A row group of a file that is being read. */
interface Source {
  readonly file: ArrayBuffer;
  readonly group: RowGroup;
}

const NOTHING: FieldReader = { leaves: [], next: () => null };

/**
 * The values of an action's column in a row group, without the rows that have none. Columns that the file lacks are
 * null. Writers name the inside of maps and lists as they like; only the shape counts.
 * Source: Parquet format, "Nested Types".
 * @throws Error for a column of another shape, or one that does not fill the row group
 */
export function rowsOf(file: ArrayBuffer, footer: FileMetaData, group: RowGroup, field: ActionField): JsonObject[] {
  const root = parquetSchema(footer);
  const node = childNamed(root, field.name);
  if (node === undefined || isVoid(group, [field.name, field.key])) return [];
  const reader = structReader({ file, group }, [root, node], field.type);
  const rows: JsonObject[] = [];
  for (let row = 0; row < Number(group.num_rows); row++) {
    const value = reader.next();
    if (value !== null) rows.push(value as JsonObject);
  }
  if (!reader.leaves.every(({ isDone }) => isDone)) throw new Error(`column ${field.name} has more than its row group`);
  return rows;
}

function structReader(source: Source, path: readonly SchemaTree[], fields: readonly CheckpointField[]): FieldReader {
  const node = path.at(-1);
  const readers = fields.map(({ name, type }) => {
    const child = node && childNamed(node, name);
    return { name, reader: child === undefined ? NOTHING : fieldReader(source, [...path, child], type) };
  });
  const leaves = readers.flatMap(({ reader }) => reader.leaves);
  const [first] = leaves;
  if (first === undefined) return NOTHING;
  const level = getMaxDefinitionLevel([...path]);
  const next = () => {
    const isThere = first.level >= level;
    const values: Record<string, JsonValue> = {};
    for (const { name, reader } of readers) values[name] = reader.next();
    return isThere ? values : null;
  };
  return { leaves, next };
}

function fieldReader(source: Source, path: readonly SchemaTree[], type: CheckpointField['type']): FieldReader {
  if (typeof type !== 'string') return structReader(source, path, type);
  if (type === 'stringMap') return mapReader(source, path);
  if (type === 'strings') return listReader(source, path);
  if (path.length > 2 && isVoid(source.group, namesOf(path))) return NOTHING;
  const leaf = leafReader(source, path);
  return { leaves: [leaf], next: () => leaf.next() };
}

function mapReader(source: Source, path: readonly SchemaTree[]): FieldReader {
  const entries = repeatedChild(path);
  const [keyNode, valueNode] = entries.children;
  if (keyNode === undefined || valueNode === undefined) throw mismatch(path, 'a map');
  const key = leafReader(source, [...path, entries, keyNode]);
  const value = leafReader(source, [...path, entries, valueNode]);
  const items = itemsReader(key, path, () => [String(key.next()), value.next()] as const);
  const next = () => {
    const pairs = items();
    if (pairs === null || pairs.length === 0) value.next();
    return pairs && Object.fromEntries(pairs);
  };
  return { leaves: [key, value], next };
}

function listReader(source: Source, path: readonly SchemaTree[]): FieldReader {
  const entries = repeatedChild(path);
  // Old writers repeat the element itself.
  const element = leafReader(source, [...path, entries, ...entries.children]);
  return { leaves: [element], next: itemsReader(element, path, () => element.next()) };
}

/** Takes what a row has below a map or list; null where that is not there. `leaf` tells how far it goes. */
function itemsReader<T>(leaf: LeafReader, path: readonly SchemaTree[], take: () => T): () => T[] | null {
  const level = getMaxDefinitionLevel([...path]);
  return () => {
    const found = leaf.level;
    if (found <= level) {
      leaf.next();
      return found < level ? null : [];
    }
    const items: T[] = [];
    do items.push(take());
    while (leaf.continues);
    return items;
  };
}

function leafReader({ file, group }: Source, path: readonly SchemaTree[]): LeafReader {
  const chunk = chunkOf(group, namesOf(path));
  if (chunk === undefined || path.at(-1)?.children.length !== 0) throw mismatch(path, 'a plain column');
  return new LeafReader(file, path, chunk);
}

/** Whether the statistics of a column say that it has no value in the row group. */
function isVoid(group: RowGroup, names: readonly string[]): boolean {
  const chunk = chunkOf(group, names);
  const nulls = chunk?.statistics?.null_count;
  return nulls !== undefined && BigInt(nulls) === chunk?.num_values;
}

function chunkOf(group: RowGroup, names: readonly string[]) {
  const wanted = JSON.stringify(names);
  const chunk = group.columns.find(({ meta_data }) => JSON.stringify(meta_data?.path_in_schema) === wanted);
  return chunk?.meta_data;
}

function repeatedChild(path: readonly SchemaTree[]): SchemaTree {
  const [child, more] = path.at(-1)?.children ?? [];
  if (child === undefined || more !== undefined || child.element.repetition_type !== 'REPEATED') {
    throw mismatch(path, 'a map or list');
  }
  return child;
}

function childNamed(node: SchemaTree, name: string): SchemaTree | undefined {
  return node.children.find(({ element }) => element.name === name);
}

function namesOf(path: readonly SchemaTree[]): string[] {
  return path.slice(1).map(({ element }) => element.name);
}

function mismatch(path: readonly SchemaTree[], expected: string): Error {
  return new Error(`column ${namesOf(path).join('.')}: expected ${expected}, found another shape`);
}
