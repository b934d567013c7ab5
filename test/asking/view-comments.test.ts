import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { describedView } from '../../src/asking/view-comments.ts';
import { dictionary, VIEWS } from '../../src/views/index.ts';

describe('a statement that describes a view', () => {
  it('is known however it is written, and no other is taken for one', () => {
    for (const sql of [
      'DESCRIBE audit_events',
      'describe "audit_events";',
      'DESC main.audit_events',
      'SHOW audit_events ; -- what is in it?',
      '-- what is in it?\n/* or not */ DESCRIBE TABLE AUDIT_EVENTS\n',
    ])
      assert.equal(describedView(sql), 'audit_events', sql);
    for (const sql of [
      'DESCRIBE SELECT * FROM audit_events',
      'DESCRIBE audit_events_table',
      'DESCRIBE toString',
      'SHOW TABLES',
      'SELECT 1; DESCRIBE audit_events',
      "SELECT 'DESCRIBE audit_events'",
      'SUMMARIZE audit_events',
      'DESCRIBE "audit_events',
      'DESCRIBE audit_events audit_codes',
    ])
      assert.equal(describedView(sql), null, sql);
  });

  it('has words for every column of every view', () => {
    for (const view of Object.values(VIEWS)) assert.ok(view.comment.length > 10);
    for (const { meaning } of dictionary()) assert.ok(meaning.length > 3);
  });
});
