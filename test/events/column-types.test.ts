import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { FIELDS, type Field, type FieldName } from '../../src/catalogue/index.ts';
import { column, FIELD_COLUMNS } from '../../src/events/columns.ts';
import { EVENT_COLUMNS, type EventColumnName } from '../../src/events/index.ts';

/*
 * What must not compile. The type check fails where one of these lines does: each expects an error on the line after it.
 */

// @ts-expect-error a field that does not say whose its values are
const OF_NOBODY_KNOWN: Field = { name: 'nickname', kind: 'text' };

// @ts-expect-error a number that is said to be a person's: nobody is named by one
const NUMBERED: Field = { name: 'badge', kind: 'number', person: 'id' };

// @ts-expect-error a column that does not say whose its values are
const UNSAID = column('nickname', 'What they are called.', { by: 'record' });

// @ts-expect-error a column that does not say what gives it its values
const UNGIVEN = column('nickname', 'What they are called.', { person: 'name' });

// @ts-expect-error a column that a message is said to fill, and no field of the catalogue is it
const NO_FIELD = column('nickname', 'What they are called.', { by: 'message', person: 'name' });

// @ts-expect-error a column of its own with the name of a field
const TWICE = column('user_name', 'The user it is about.', { by: 'record', person: 'name' });

const { user_name: _, ...others } = FIELD_COLUMNS;
// @ts-expect-error a field without its column
const FIELD_ALONE: typeof FIELD_COLUMNS = others;

// @ts-expect-error a column of a field that the catalogue has not
const COLUMN_ALONE: typeof FIELD_COLUMNS = { ...FIELD_COLUMNS, nickname: { comment: 'What they are called.' } };

// @ts-expect-error no column of the table has that name
const NO_COLUMN: EventColumnName = 'nickname';

describe('a column of audit_events', () => {
  it('is whole, or does not compile', () => {
    const refused = [OF_NOBODY_KNOWN, NUMBERED, UNSAID, UNGIVEN, NO_FIELD, TWICE, FIELD_ALONE, COLUMN_ALONE, NO_COLUMN];
    assert.equal(refused.length, 9);
  });

  it('stands for each field, with the field’s kind and whose it is', () => {
    for (const { name, kind, person } of FIELDS) {
      const found = EVENT_COLUMNS.filter((each) => each.name === name);
      assert.deepEqual(
        found.map((each) => [each.by, each.person, each.list, each.type]),
        [['message', person, kind === 'list', kind === 'number' ? 'int32' : 'string']],
        name,
      );
    }
    const fields: readonly string[] = FIELDS.map(({ name }) => name satisfies FieldName);
    assert.deepEqual(
      EVENT_COLUMNS.filter(({ by }) => by === 'message').map(({ name }) => name),
      fields,
    );
  });

  it('is a person’s only where it is text', () => {
    for (const { name, person, type } of EVENT_COLUMNS) if (person !== 'none') assert.equal(type, 'string', name);
  });
});
