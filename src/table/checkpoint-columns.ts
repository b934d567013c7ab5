import { type FileMetaData, parquetSchema, type RowGroup, type SchemaTree } from 'hyparquet';
import {
  getMaxDefinitionLevel,
  type LeafColumn,
  readLeaf,
  readTextLeaf,
  type Scalar,
  type StoredText,
} from '../parquet/index.ts';
import type { ActionField, CheckpointField } from './checkpoint-schema.ts';
import type { JsonValue } from './json.ts';

/** The fields of one kind of action in the rows of a row group, by column. */
export interface ActionColumns {
  readonly rows: number;
  /** Which rows hold an action of this kind. */
  isThere(row: number): boolean;
  /** A field's value in every row, null where it has none; empty where the file has none at all. */
  readonly values: Readonly<Record<string, readonly JsonValue[]>>;
  /** The same of the field that is left as it is stored. */
  readonly stored: readonly (StoredText | null)[];
}

/** A field's value in every row of a row group; null where it is not there. */
interface Column {
  readonly values: readonly JsonValue[];
  /** How far each row goes towards the field: the level at which its first entry below the field is defined. */
  readonly levels: Uint8Array;
}

/** A row group of a file that is being read. */
interface Source {
  readonly file: ArrayBuffer;
  readonly group: RowGroup;
  readonly rows: number;
}

/**
 * The columns of a kind of action in a row group; null where no row holds one. Columns that the file lacks count as null.
 * Writers name the inside of maps and lists as they like; only the shape counts.
 * Source: Parquet format, "Nested Types".
 * @throws Error for a column of another shape, or one that does not fill the row group
 */
export function columnsOf(
  file: ArrayBuffer,
  footer: FileMetaData,
  group: RowGroup,
  field: ActionField,
): ActionColumns | null {
  const root = parquetSchema(footer);
  const node = childNamed(root, field.name);
  if (node === undefined || isVoid(group, [field.name, field.key])) return null;
  const source = { file, group, rows: Number(group.num_rows) };
  const path = [root, node];
  const stored = field.type.find(({ isStored = false }) => isStored);
  const columns = fieldColumns(
    source,
    path,
    field.type.filter((inner) => inner !== stored),
  );
  const levels = firstLevels(columns);
  if (levels === null) return null;
  const level = getMaxDefinitionLevel(path);
  return {
    rows: source.rows,
    isThere: (row) => levels[row]! >= level,
    values: Object.fromEntries(columns.map(({ name, column }) => [name, column?.values ?? []])),
    stored: stored === undefined ? [] : storedTexts(source, path, stored.name),
  };
}

function storedTexts(source: Source, path: readonly SchemaTree[], name: string): readonly (StoredText | null)[] {
  const node = path.at(-1);
  const child = node && childNamed(node, name);
  if (child === undefined || isVoid(source.group, namesOf([...path, child]))) return [];
  const inner = [...path, child];
  const leaf = readTextLeaf(source.file, inner, plainChunk(source.group, inner));
  checkEntries(leaf, leaf.definitions.length, source.rows);
  return leaf.values;
}

function fieldColumns(source: Source, path: readonly SchemaTree[], fields: readonly CheckpointField[]) {
  const node = path.at(-1);
  return fields.map(({ name, type }) => {
    const child = node && childNamed(node, name);
    return { name, column: child === undefined ? null : fieldColumn(source, [...path, child], type) };
  });
}

function firstLevels(columns: readonly { readonly column: Column | null }[]): Uint8Array | null {
  return columns.find(({ column }) => column !== null)?.column?.levels ?? null;
}

/** The column of a group of fields; null where the file has none of them. */
function structColumn(source: Source, path: readonly SchemaTree[], fields: readonly CheckpointField[]): Column | null {
  const columns = fieldColumns(source, path, fields);
  const levels = firstLevels(columns);
  if (levels === null) return null;
  const level = getMaxDefinitionLevel([...path]);
  const values = Array.from(levels, (found, row) => {
    const entries = columns.map(({ name, column }) => [name, column?.values[row] ?? null] as const);
    return found >= level ? Object.fromEntries(entries) : null;
  });
  return { values, levels };
}

function fieldColumn(source: Source, path: readonly SchemaTree[], type: CheckpointField['type']): Column | null {
  if (typeof type !== 'string') return structColumn(source, path, type);
  if (type === 'stringMap') return mapColumn(source, path);
  if (type === 'strings') return listColumn(source, path);
  if (path.length > 2 && isVoid(source.group, namesOf(path))) return null;
  const leaf = leafOf(source, path);
  checkEntries(leaf, leaf.definitions.length, source.rows);
  return { values: leaf.values, levels: leaf.definitions };
}

function mapColumn(source: Source, path: readonly SchemaTree[]): Column {
  const entries = repeatedChild(path);
  const [keyNode, valueNode] = entries.children;
  if (keyNode === undefined || valueNode === undefined) throw mismatch(path, 'a map');
  const { values: keys, ...places } = leafOf(source, [...path, entries, keyNode]);
  const { values, name, definitions } = leafOf(source, [...path, entries, valueNode]);
  if (definitions.length !== places.definitions.length) throw new Error(`column ${name} does not fit its keys`);
  return itemsColumn(source, path, places, (start, end) => {
    if (end === start + 1) return { [String(keys[start])]: values[start] ?? null };
    return Object.fromEntries(keys.slice(start, end).map((key, index) => [String(key), values[start + index] ?? null]));
  });
}

function listColumn(source: Source, path: readonly SchemaTree[]): Column {
  const entries = repeatedChild(path);
  // Old writers repeat the element itself.
  const { values, ...places } = leafOf(source, [...path, entries, ...entries.children]);
  return itemsColumn(source, path, places, (start, end) => values.slice(start, end));
}

/** What each row has below a map or list, made of the entries from `start` to before `end`. */
function itemsColumn(
  { rows }: Source,
  path: readonly SchemaTree[],
  { name, definitions, repetitions }: Omit<LeafColumn<Scalar>, 'values'>,
  make: (start: number, end: number) => JsonValue,
): Column {
  const level = getMaxDefinitionLevel([...path]);
  const levels = new Uint8Array(rows);
  const values: JsonValue[] = [];
  let end = 0;
  for (let row = 0; row < rows && end < definitions.length; row++) {
    const start = end++;
    while (repetitions[end]! > 0) end++;
    const found = definitions[start]!;
    levels[row] = found;
    if (found > level) values.push(make(start, end));
    else values.push(found < level ? null : make(start, start));
  }
  checkEntries({ name }, values.length, rows);
  checkEntries({ name }, definitions.length, end);
  return { values, levels };
}

function checkEntries({ name }: { readonly name: string }, found: number, expected: number): void {
  if (found < expected) throw new Error(`column ${name} ends before its row group does`);
  if (found > expected) throw new Error(`column ${name} has more than its row group`);
}

function leafOf({ file, group }: Source, path: readonly SchemaTree[]): LeafColumn<Scalar> {
  return readLeaf(file, path, plainChunk(group, path));
}

function plainChunk(group: RowGroup, path: readonly SchemaTree[]) {
  const chunk = chunkOf(group, namesOf(path));
  if (chunk === undefined || path.at(-1)?.children.length !== 0) throw mismatch(path, 'a plain column');
  return chunk;
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
