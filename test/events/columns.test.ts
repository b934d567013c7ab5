import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { CATALOGUE, FIELDS } from '../../src/catalogue/index.ts';
import { EVENT_FILE_COLUMNS } from '../../src/events/columns.ts';
import { EVENT_COLUMNS, EVENT_TABLE_COLUMNS } from '../../src/events/index.ts';

/** The table as it is promised to its readers: names, order and Delta types. Columns are only ever added. */
const PROMISED: readonly (readonly [type: string, names: string])[] = [
  ['string', 'event_uid'],
  ['timestamp', 'event_time'],
  ['integer', 'code'],
  ['string', 'message'],
  ['date', 'event_date'],
  ['string', 'event_time_text instance source_system'],
  ['string', 'event_name family action object_type channel outcome severity'],
  ['string', 'actor_name actor_id'],
  ['string', 'user_id user_name previous_user_name target_user_name'],
  ['string', 'session_id ip_address error'],
  ['string', 'roles_granted roles_revoked'],
  ['string', 'role_id role_name'],
  ['string', 'permissions_granted permissions_revoked'],
  ['string', 'data_privacy_visibility data_model_visibility view_domain'],
  ['string', 'grantee main_role'],
  ['string', 'additional_roles'],
  ['string', 'expiration'],
  ['string', 'group_name rank rank_change'],
  ['string', 'old_email new_email'],
  ['string', 'object_id object_name object_subtype'],
  ['string', 'permission'],
  ['string', 'trigger_source'],
  ['integer', 'device_count user_count'],
  ['string', 'device_ids device_names user_ids'],
  ['string', 'target_scope'],
  ['string', 'custom_field_name target_object_type'],
  ['string', 'value_updated_at'],
  ['string', 'updated_by request_id conversation_id data_type'],
  ['integer', 'inventory_retention_days operational_retention_days'],
  ['string', 'ai_mode'],
  ['string', 'unmapped'],
  ['string', 'decode_status decode_detail'],
  ['string', 'text_flags'],
  ['string', 'template_id'],
  ['string', 'catalogue_version'],
  ['string', 'source_file source_etag'],
  ['long', 'source_row'],
  ['string', 'ingest_id'],
  ['timestamp', 'landed_at'],
  ['string', 'roles'],
  ['integer', 'duration_ms'],
  ['string', 'component category'],
];

const NEVER_NULL = ['event_uid', 'event_time', 'code', 'message', 'event_date'];

describe('the columns of audit_events', () => {
  it('have the promised names and types, in the promised order', () => {
    const promised = PROMISED.flatMap(([type, names]) => names.split(' ').map((name) => [name, type]));
    assert.deepEqual(
      EVENT_TABLE_COLUMNS.map(({ name, type }) => [name, type]),
      promised,
    );
  });

  it('may be null, but for five', () => {
    assert.deepEqual(
      EVENT_TABLE_COLUMNS.filter(({ nullable }) => !nullable).map(({ name }) => name),
      NEVER_NULL,
    );
    assert.deepEqual(
      EVENT_FILE_COLUMNS.filter(({ required }) => required).map(({ name }) => name),
      NEVER_NULL.filter((name) => name !== 'event_date'),
    );
  });

  it('are flat: no type is nested', () => {
    const scalar = new Set(['string', 'integer', 'long', 'timestamp', 'date']);
    for (const { name, type } of EVENT_TABLE_COLUMNS) assert.ok(scalar.has(type), `${name} is ${type}`);
  });

  it('stand in the data files but for event_date, which the path holds', () => {
    assert.deepEqual(
      EVENT_FILE_COLUMNS.map(({ name }) => name),
      EVENT_TABLE_COLUMNS.map(({ name }) => name).filter((name) => name !== 'event_date'),
    );
  });

  it('hold every field that a message can state, in the order of the catalogue', () => {
    const fields: readonly string[] = FIELDS.map(({ name }) => name);
    assert.deepEqual(
      EVENT_COLUMNS.map(({ name }) => name).filter((name) => fields.includes(name)),
      fields,
    );
  });

  it('offer every value of a closed vocabulary once', () => {
    for (const { name, encoding, choices } of EVENT_COLUMNS) {
      assert.equal(encoding === 'choice', choices !== undefined, name);
      if (choices !== undefined) assert.equal(new Set(choices).size, choices.length, name);
    }
    const templates = EVENT_COLUMNS.find(({ name }) => name === 'template_id')?.choices ?? [];
    assert.equal(templates.length, CATALOGUE.flatMap((row) => row.templates).length);
  });

  it('come from the catalogue, but for what identifies the record, the export says, or its text shows', () => {
    assert.deepEqual(
      EVENT_COLUMNS.flatMap(({ name, fromCatalogue }) => (fromCatalogue ? [] : [name])),
      [
        ...['event_uid', 'event_time', 'code', 'message', 'event_date', 'event_time_text', 'instance', 'source_system'],
        ...[
          'actor_name',
          'actor_id',
          'text_flags',
          'source_file',
          'source_etag',
          'source_row',
          'ingest_id',
          'landed_at',
          'component',
          'category',
        ],
      ],
    );
  });

  it('say in their comments what they are, and which codes fill them', () => {
    for (const { name, comment } of EVENT_TABLE_COLUMNS) assert.match(comment, /^[A-Z].*\.$|^[a-z].*\.$/s, name);
    const comment = EVENT_TABLE_COLUMNS.find(({ name }) => name === 'conversation_id')?.comment ?? '';
    const codes = CATALOGUE.filter((row) => row.templates.some(({ text }) => text.includes('{conversation_id:')));
    assert.ok(codes.length > 0);
    for (const { code } of codes) assert.ok(comment.includes(String(code)), `${comment} lacks ${code}`);
  });
});
