/** How the value of a field is kept: text verbatim, a list of texts, or a whole number. */
export type FieldKind = 'text' | 'list' | 'number';

/**
 * Whose a value is: it names a person (by name or address), is the id of one, or may mention anybody in a text; or it is
 * about no person. `erase` removes the rows of a person by names and ids, and counts mentions.
 */
export type Person = 'name' | 'id' | 'mentioned' | 'none';

/** What a message can state. Every field says whose its values are; a number is never a person's. */
export type Field =
  | { readonly name: string; readonly kind: 'text' | 'list'; readonly person: Person }
  | { readonly name: string; readonly kind: 'number'; readonly person: 'none' };

/**
 * Everything a message can state, in the order of the table's columns. A template's placeholders name these fields,
 * and each field is the table column of the same name.
 */
const ROWS = [
  { name: 'user_id', kind: 'text', person: 'id' },
  { name: 'user_name', kind: 'text', person: 'name' },
  { name: 'previous_user_name', kind: 'text', person: 'name' },
  { name: 'target_user_name', kind: 'text', person: 'name' },
  { name: 'session_id', kind: 'text', person: 'none' },
  { name: 'ip_address', kind: 'text', person: 'none' },
  { name: 'error', kind: 'text', person: 'none' },
  { name: 'roles_granted', kind: 'list', person: 'none' },
  { name: 'roles_revoked', kind: 'list', person: 'none' },
  { name: 'role_id', kind: 'text', person: 'none' },
  { name: 'role_name', kind: 'text', person: 'none' },
  { name: 'permissions_granted', kind: 'list', person: 'none' },
  { name: 'permissions_revoked', kind: 'list', person: 'none' },
  { name: 'data_privacy_visibility', kind: 'text', person: 'none' },
  { name: 'data_model_visibility', kind: 'text', person: 'none' },
  { name: 'view_domain', kind: 'text', person: 'none' },
  { name: 'grantee', kind: 'text', person: 'name' },
  { name: 'main_role', kind: 'text', person: 'none' },
  { name: 'additional_roles', kind: 'list', person: 'none' },
  { name: 'expiration', kind: 'text', person: 'none' },
  { name: 'group_name', kind: 'text', person: 'none' },
  { name: 'rank', kind: 'text', person: 'none' },
  { name: 'rank_change', kind: 'text', person: 'none' },
  { name: 'old_email', kind: 'text', person: 'name' },
  { name: 'new_email', kind: 'text', person: 'name' },
  { name: 'object_id', kind: 'text', person: 'none' },
  { name: 'object_name', kind: 'text', person: 'none' },
  { name: 'object_subtype', kind: 'text', person: 'none' },
  { name: 'permission', kind: 'text', person: 'none' },
  { name: 'trigger_source', kind: 'text', person: 'none' },
  { name: 'device_count', kind: 'number', person: 'none' },
  { name: 'user_count', kind: 'number', person: 'none' },
  { name: 'device_ids', kind: 'list', person: 'none' },
  { name: 'device_names', kind: 'list', person: 'none' },
  { name: 'user_ids', kind: 'list', person: 'id' },
  { name: 'target_scope', kind: 'text', person: 'none' },
  { name: 'custom_field_name', kind: 'text', person: 'none' },
  { name: 'target_object_type', kind: 'text', person: 'none' },
  { name: 'value_updated_at', kind: 'text', person: 'none' },
  { name: 'updated_by', kind: 'text', person: 'name' },
  { name: 'request_id', kind: 'text', person: 'none' },
  { name: 'conversation_id', kind: 'text', person: 'none' },
  { name: 'data_type', kind: 'text', person: 'none' },
  { name: 'inventory_retention_days', kind: 'number', person: 'none' },
  { name: 'operational_retention_days', kind: 'number', person: 'none' },
  { name: 'roles', kind: 'list', person: 'none' },
  { name: 'duration_ms', kind: 'number', person: 'none' },
] as const satisfies readonly Field[];

/** The name of a field. */
export type FieldName = (typeof ROWS)[number]['name'];

/** The fields in the order of the table's columns. */
export const FIELDS: readonly (Field & { readonly name: FieldName })[] = ROWS;

const INDEX: ReadonlyMap<string, number> = new Map(FIELDS.map((field, index) => [field.name, index]));

/** The position of a field in {@link FIELDS}; -1 where no field has that name. */
export function fieldIndex(name: string): number {
  return INDEX.get(name) ?? -1;
}

/** The number field that counts the elements of a list field, as index into {@link FIELDS}; -1 where none does. */
export function countFieldOf(listField: number): number {
  switch (FIELDS[listField]?.name) {
    case 'device_ids':
    case 'device_names':
      return fieldIndex('device_count');
    case 'user_ids':
      return fieldIndex('user_count');
    default:
      return -1;
  }
}
