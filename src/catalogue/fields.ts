/** How the value of a field is kept: text verbatim, a list of texts, or a whole number. */
export type FieldKind = 'text' | 'list' | 'number';

export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
}

/**
 * Everything a message can state, in the order of the table's columns. A template's placeholders name these fields,
 * and each field is the table column of the same name.
 */
export const FIELDS: readonly Field[] = [
  { name: 'user_id', kind: 'text' },
  { name: 'user_name', kind: 'text' },
  { name: 'previous_user_name', kind: 'text' },
  { name: 'target_user_name', kind: 'text' },
  { name: 'session_id', kind: 'text' },
  { name: 'ip_address', kind: 'text' },
  { name: 'error', kind: 'text' },
  { name: 'roles_granted', kind: 'list' },
  { name: 'roles_revoked', kind: 'list' },
  { name: 'role_id', kind: 'text' },
  { name: 'role_name', kind: 'text' },
  { name: 'permissions_granted', kind: 'list' },
  { name: 'permissions_revoked', kind: 'list' },
  { name: 'data_privacy_visibility', kind: 'text' },
  { name: 'data_model_visibility', kind: 'text' },
  { name: 'view_domain', kind: 'text' },
  { name: 'grantee', kind: 'text' },
  { name: 'main_role', kind: 'text' },
  { name: 'additional_roles', kind: 'list' },
  { name: 'expiration', kind: 'text' },
  { name: 'group_name', kind: 'text' },
  { name: 'rank', kind: 'text' },
  { name: 'rank_change', kind: 'text' },
  { name: 'old_email', kind: 'text' },
  { name: 'new_email', kind: 'text' },
  { name: 'object_id', kind: 'text' },
  { name: 'object_name', kind: 'text' },
  { name: 'object_subtype', kind: 'text' },
  { name: 'permission', kind: 'text' },
  { name: 'trigger_source', kind: 'text' },
  { name: 'device_count', kind: 'number' },
  { name: 'user_count', kind: 'number' },
  { name: 'device_ids', kind: 'list' },
  { name: 'device_names', kind: 'list' },
  { name: 'user_ids', kind: 'list' },
  { name: 'target_scope', kind: 'text' },
  { name: 'custom_field_name', kind: 'text' },
  { name: 'target_object_type', kind: 'text' },
  { name: 'value_updated_at', kind: 'text' },
  { name: 'updated_by', kind: 'text' },
  { name: 'request_id', kind: 'text' },
  { name: 'conversation_id', kind: 'text' },
  { name: 'data_type', kind: 'text' },
  { name: 'inventory_retention_days', kind: 'number' },
  { name: 'operational_retention_days', kind: 'number' },
];

const INDEX = new Map(FIELDS.map((field, index) => [field.name, index]));

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
