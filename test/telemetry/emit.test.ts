import assert from 'node:assert/strict';
import { test } from 'vitest';
import { RejectedFile } from '../../src/source/index.ts';
import { emitFailure, emitTo, LOG_RECORDS } from '../../src/telemetry/index.ts';

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

test('a name from the settings is kept as it is, in one line', () => {
  const lines: string[] = [];
  const emit = emitTo((line) => lines.push(line));
  const names = ['acme-eu', 'Zürich "2", c/o \\ACME', '1st'];
  const others = ['a\nb', 'a\u2028b', 'a\u202eb', '', 'x'.repeat(257)];
  for (const instance of [...names, ...others, null]) emit('freshness', { instance, files: 0, newest_seconds: null });
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as Record<string, unknown>)['instance']),
    [...names, ...others.map(() => 'withheld'), null],
  );
});

test('every field of every record is described', () => {
  for (const [event, { description, fields }] of Object.entries(LOG_RECORDS)) {
    assert.match(event, /^[a-z_]+$/);
    assert.ok(description.length > 10 && Object.keys(fields).length > 0, event);
    for (const [name, { description: text }] of Object.entries(fields)) {
      assert.match(name, /^[a-z_]+$/);
      assert.ok(text.length > 5, `${event}.${name}`);
    }
  }
});
