import { InvalidCommit } from './errors.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';

/** A column of a table this program makes. `comment` may be empty. */
export interface TableColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'long' | 'timestamp' | 'date';
  readonly nullable: boolean;
  readonly comment: string;
}

/** What a table is made from; `path` is its folder in the lake (`curated/audit_events`). */
export interface TableDefinition {
  readonly name: string;
  readonly path: string;
  readonly columns: readonly TableColumn[];
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
}

/** The `schemaString` of columns. Source: Delta protocol, "Schema Serialization Format". */
export function schemaString(columns: readonly TableColumn[]): string {
  return JSON.stringify({ type: 'struct', fields: columns.map(schemaField) });
}

/** A column as a field of the schema. */
export function schemaField({ name, type, nullable, comment }: TableColumn): JsonObject {
  return { name, type, nullable, metadata: comment === '' ? {} : { comment } };
}

/** The top-level fields of a parsed `schemaString`. */
export function schemaFields(schema: JsonObject): readonly JsonObject[] {
  return fieldsOf(schema).filter(isObject);
}

/** Refuses columns that no reader could tell apart, and partition columns that are none. Throws InvalidCommit. */
export function checkDefinition({ path, columns, partitionColumns }: TableDefinition): void {
  const names = new Set<string>();
  for (const { name } of columns) {
    const folded = name.toLowerCase();
    if (names.has(folded)) throw new InvalidCommit(path, `column ${name} is there twice; names ignore case`);
    names.add(folded);
  }
  for (const name of partitionColumns) {
    if (!columns.some((column) => column.name === name)) {
      throw new InvalidCommit(path, `partition column ${name} is not in the schema`);
    }
  }
}

/** Top-level columns of a schema in its order, with their types; a nested type counts as `nested`. */
export function columnTypes(schema: string): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const field of fieldsOf(JSON.parse(schema) as JsonValue)) {
    const name = member(field, 'name');
    const type = member(field, 'type');
    if (typeof name === 'string') types.set(name, typeof type === 'string' ? type : 'nested');
  }
  return types;
}

/**
 * Top-level columns of a schema with what decides how their values are read: the type, in JSON where it is nested, and the
 * name in data files where that is another.
 */
export function schemaColumns(schema: string): ReadonlyMap<string, string> {
  const columns = new Map<string, string>();
  for (const { name, type, metadata } of schemaFields(JSON.parse(schema) as JsonObject)) {
    const physical = member(metadata, 'delta.columnMapping.physicalName') ?? name;
    const text = typeof type === 'string' ? type : JSON.stringify(type);
    columns.set(String(name), physical === name ? text : `${text}, in files ${String(physical)}`);
  }
  return columns;
}

/** The name of a column, at any depth, whose metadata holds `key`; null if there is none. */
export function columnWithMetadata(schema: string, key: string): string | null {
  return fieldWithMetadata(JSON.parse(schema) as JsonValue, key);
}

function fieldWithMetadata(type: JsonValue | undefined, key: string): string | null {
  if (!isObject(type)) return null;
  for (const field of fieldsOf(type)) {
    if (member(member(field, 'metadata'), key) !== undefined) return String(member(field, 'name'));
    const within = fieldWithMetadata(member(field, 'type'), key);
    if (within !== null) return within;
  }
  for (const part of ['elementType', 'keyType', 'valueType']) {
    const within = fieldWithMetadata(member(type, part), key);
    if (within !== null) return within;
  }
  return null;
}

/** Whether a column, at any depth, has this type; parameters of a type do not count. */
export function hasType(schema: string, name: string): boolean {
  return typesOf(JSON.parse(schema) as JsonValue).has(name);
}

/** The names of all primitive types in a schema. */
function typesOf(type: JsonValue | undefined): Set<string> {
  if (typeof type === 'string') return new Set([type.split('(', 1)[0] ?? type]);
  if (!isObject(type)) return new Set();
  const parts = ['elementType', 'keyType', 'valueType'].map((part) => member(type, part));
  const within = [...fieldsOf(type).map((field) => member(field, 'type')), ...parts];
  return new Set(within.flatMap((each) => [...typesOf(each)]));
}

function fieldsOf(type: JsonValue): readonly JsonValue[] {
  const fields = member(type, 'fields');
  return Array.isArray(fields) ? fields : [];
}

function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
