import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { FIELDS } from '../../src/catalogue/index.ts';
import { EVENT_TABLE_COLUMNS } from '../../src/events/index.ts';
import { CODE_TABLE_COLUMNS, COVERAGE_TABLE_COLUMNS } from '../../src/lake/index.ts';
import { DERIVED, LISTS, VIEWS } from '../../src/views/index.ts';

const named = (view: keyof typeof VIEWS) => VIEWS[view].columns.map(({ name }) => name);

describe('the views', () => {
  it('are these seven, under their own names', () => {
    assert.deepEqual(
      Object.entries(VIEWS).map(([key, { name }]) => [key, name]),
      [
        'audit_events',
        'audit_event_items',
        'audit_codes',
        'audit_events_ocsf',
        'quarantine_rows',
        'quarantine_files',
        'audit_coverage',
      ].map((name) => [name, name]),
    );
  });

  it('audit_events has the columns of its table in their order, then those that are worked out', () => {
    assert.deepEqual(named('audit_events'), [
      ...EVENT_TABLE_COLUMNS.map(({ name }) => name),
      'event_seconds',
      'event_hour',
      'event_weekday',
    ]);
    assert.deepEqual(
      DERIVED.map(({ name }) => name),
      named('audit_events').slice(-3),
    );
  });

  it('the lists of audit_events are the list fields of messages', () => {
    assert.deepEqual(
      LISTS,
      FIELDS.filter(({ kind }) => kind === 'list').map(({ name }) => name),
    );
  });

  it('audit_event_items and audit_codes have their columns', () => {
    assert.deepEqual(
      named('audit_event_items').join(' '),
      'event_uid event_date event_time code source_system list_name position item',
    );
    assert.deepEqual(
      named('audit_codes'),
      CODE_TABLE_COLUMNS.map(({ name }) => name),
    );
    assert.deepEqual(
      named('audit_coverage'),
      COVERAGE_TABLE_COLUMNS.map(({ name }) => name),
    );
  });

  it('the quarantine has its columns', () => {
    assert.equal(
      named('quarantine_rows').join(' '),
      'ingest_id settings_hash record byte_offset reason raw raw_base64 truncated source_file',
    );
    assert.equal(
      named('quarantine_files').join(' '),
      'ingest_id settings_hash source_file source_etag size record byte_offset reason explanation raw raw_base64',
    );
  });

  it('every column has a name that needs no quotes, once, and a comment', () => {
    for (const { name: view, columns } of Object.values(VIEWS)) {
      assert.equal(new Set(columns.map(({ name }) => name)).size, columns.length, view);
      for (const { name, comment } of columns) {
        assert.match(name, /^[a-z][a-z0-9_]*$/, view);
        assert.match(comment, /^\S.*\.$/, `${view}.${name}`);
      }
    }
  });
});
