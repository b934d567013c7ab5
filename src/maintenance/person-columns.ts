import { EVENT_COLUMNS } from '../events/index.ts';

/** What of a row of audit_events can tell whose it is, as its columns say. */
export const PERSON_COLUMNS = {
  /** Columns whose value names a person: by name, id or e-mail address. */
  single: namesOf(({ person, list }) => isOfPerson(person) && !list),
  /** Columns that hold a JSON list of such values. */
  lists: namesOf(({ person, list }) => isOfPerson(person) && list),
  /** Columns of free text, in which a person may be mentioned although no column names them. */
  freeText: namesOf(({ person }) => person === 'mentioned'),
};

type EventColumn = (typeof EVENT_COLUMNS)[number];

function isOfPerson(person: EventColumn['person']): boolean {
  return person === 'name' || person === 'id';
}

function namesOf(isWanted: (column: EventColumn) => boolean): readonly string[] {
  return EVENT_COLUMNS.filter(isWanted).map(({ name }) => name);
}
