import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyReport, WARNINGS } from '../../src/ingest/report.ts';
import { RejectedFile } from '../../src/source/index.ts';
import { EVENTS, emitFailure, emitTo, ingestTelemetry } from '../../src/telemetry/index.ts';

const HOSTILE = 'Mallory"}\n{"event":"file"';

test('a record is one line of JSON with the documented fields, in their order', () => {
  const lines: string[] = [];
  const emit = emitTo((line) => lines.push(line));
  emit('commit', { head: null, conflicts: 2.4, files: 1, version: 7 });
  assert.deepEqual(lines, ['{"event":"commit","version":7,"files":1,"conflicts":2,"head":null}']);
});

test('what is no word and no id of this program never comes into the log', () => {
  const lines: string[] = [];
  const emit = emitTo((line) => lines.push(line));
  emit('problem', { kind: HOSTILE, count: 1 });
  emit('poison', { message_id: HOSTILE, dequeue_count: 1, recorded: true });
  emitFailure(emit, HOSTILE, 'ingest', new RejectedFile('header_not_understood', HOSTILE), false);
  assert.equal(lines.length, 3);
  for (const line of lines) assert.doesNotMatch(line, /Mallory|\n/);
  assert.deepEqual(JSON.parse(lines[0] ?? ''), { event: 'problem', kind: 'withheld', count: 1 });
});

test('every field of every record is described', () => {
  for (const [event, { description, fields }] of Object.entries(EVENTS)) {
    assert.match(event, /^[a-z_]+$/);
    assert.ok(description.length > 10 && Object.keys(fields).length > 0, event);
    for (const [name, { description: text }] of Object.entries(fields)) {
      assert.match(name, /^[a-z_]+$/);
      assert.ok(text.length > 5, `${event}.${name}`);
    }
  }
});

test('each warning of a file is a flag of its record, up where the file has it and down where not', () => {
  for (const warning of WARNINGS.filter((name) => name !== 'possible_new_field')) {
    for (const warnings of [[], [warning]]) {
      const lines: string[] = [];
      const observer = ingestTelemetry(
        'ingest-export',
        { now: () => 0 },
        emitTo((line) => lines.push(line)),
      );
      observer.onReport?.({ ...emptyReport('raw/a.csv', 'ingested', null, null), warnings });
      assert.equal((JSON.parse(lines[0] ?? '{}') as Record<string, unknown>)[warning], warnings.length > 0);
    }
  }
});

test('evidence that had to be written anew is told of by table', () => {
  const lines: string[] = [];
  const observer = ingestTelemetry(
    'ingest-export',
    { now: () => 0 },
    emitTo((line) => lines.push(line)),
  );
  observer.onEvidenceRewritten?.('curated/audit_events', 12);
  assert.deepEqual(lines, ['{"event":"evidence_rewritten","table":"audit_events","commits":12}']);
});
