import { EVENT_COLUMNS } from '../events/index.ts';

/** Columns whose value names a person: by name, id or e-mail address. */
const SINGLE = [
  'actor_name',
  'actor_id',
  'user_id',
  'user_name',
  'previous_user_name',
  'target_user_name',
  'grantee',
  'old_email',
  'new_email',
  'updated_by',
] as const;

/** Columns that hold a JSON list of such values. */
const LISTS = ['user_ids'] as const;

/** Columns of free text, in which a person may be mentioned although no column names them. */
const FREE_TEXT = ['message', 'unmapped'] as const;

/** What of a row can tell whose it is. */
export const PERSON_COLUMNS = {
  single: checked(SINGLE),
  lists: checked(LISTS),
  freeText: checked(FREE_TEXT),
};

function checked(names: readonly string[]): readonly string[] {
  for (const name of names) {
    const column = EVENT_COLUMNS.find((each) => each.name === name);
    if (column?.type !== 'string') throw new Error(`expected ${name} to be a text column of audit_events`);
  }
  return names;
}
