import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { LOG_RECORDS } from '../../src/telemetry/index.ts';
import { accesses, alertQueries, allQueries, askedRecords, code, type Query } from './kql.ts';

const NUMBER = ['tolong', 'todouble'];
const TEXT = ['tostring', 'isempty'];

/** What makes a value of a field's kind of a dynamic one. */
const CONVERSIONS: Readonly<Record<string, readonly string[]>> = {
  count: NUMBER,
  seconds: NUMBER,
  milliseconds: NUMBER,
  bytes: NUMBER,
  flag: ['tobool'],
  id: TEXT,
  word: TEXT,
  name: TEXT,
};

const RECORDS: Readonly<Record<string, { readonly fields: Readonly<Record<string, { readonly kind: string }>> }>> =
  LOG_RECORDS;

/** What is wrong with the records and fields that a query asks for. */
function faults(query: Query): string[] {
  const asked = new Set(askedRecords(query));
  const found: string[] = [];
  for (const record of asked) if (RECORDS[record] === undefined) found.push(`no record ${record}`);
  for (const { event, field, conversion } of accesses(query)) {
    const kind = RECORDS[event]?.fields[field]?.kind.replace('?', '');
    if (kind === undefined) found.push(`no field ${event}.${field}`);
    else if (!asked.has(event)) found.push(`${event} is not asked for`);
    else if (!CONVERSIONS[kind]?.includes(conversion ?? ''))
      found.push(`${event}.${field}, a ${kind}, by ${conversion}`);
  }
  return found;
}

describe('the records that alerts, workbook and documents ask for', () => {
  for (const query of allQueries()) {
    it(`exist, and their fields are of the kind that is made of them: ${query.name}`, () => {
      assert.deepEqual(faults(query), []);
      assert.ok(askedRecords(query).length > 0 || /^\s*StorageBlobLogs\b/m.test(code(query)), 'it asks for nothing');
    });
  }

  it('are called by their own names, so that the check above sees every field', () => {
    for (const query of allQueries()) {
      for (const [, name = ''] of query.text.matchAll(/(\w+) = parse_json\(message\)/g)) {
        assert.ok(askedRecords(query).includes(name), `${query.name}: ${name}`);
      }
      assert.equal(
        query.text.match(/parse_json/g)?.length ?? 0,
        query.text.match(/= parse_json\(message\)/g)?.length ?? 0,
      );
    }
  });

  it('are all asked for by something', () => {
    const asked = new Set(allQueries().flatMap(askedRecords));
    assert.deepEqual(
      Object.keys(LOG_RECORDS).filter((record) => !asked.has(record)),
      [],
    );
  });

  it('show what is to be seen of each file and each commit', () => {
    const used = new Set(
      allQueries().flatMap((query) => accesses(query).map(({ event, field }) => `${event}.${field}`)),
    );
    const expected = [
      ...['outcome', 'reason', 'instance', 'function', 'rows', 'committed', 'duplicates', 'quarantined', 'withheld'],
      ...['decoded', 'ambiguous', 'partial', 'unknown_code', 'unmatched', 'possible_new_field', 'bytes', 'duration_ms'],
      ...['attempts', 'lag_seconds', 'suspected_truncated', 'identity_columns_changed', 'time_reading_changed'],
      'identity_values_changed',
      ...['erased_may_return', 'unterminated_last_record'],
    ].map((field) => `file.${field}`);
    for (const field of [...expected, 'commit.conflicts', 'commit.head', 'chain_head.head', 'quarantined.reason']) {
      assert.ok(used.has(field), field);
    }
  });

  it('would be found to be wrong', () => {
    const [poison] = alertQueries().filter(({ name }) => name === 'poison');
    const altered = (from: string, to: string) => faults({ name: '', text: poison?.text.replaceAll(from, to) ?? '' });
    assert.deepEqual(altered('', ''), []);
    assert.deepEqual(altered('"event":"poison"', '"event":"poisoned"'), [
      'no record poisoned',
      ...Array(3).fill('poison is not asked for'),
    ]);
    assert.deepEqual(altered('poison.message_id', 'poison.id'), ['no field poison.id']);
    assert.deepEqual(altered('tobool(poison.recorded)', 'tolong(poison.recorded)'), [
      'poison.recorded, a flag, by tolong',
    ]);
    assert.deepEqual(altered('tobool(poison.recorded)', 'poison.recorded'), ['poison.recorded, a flag, by null']);
  });
});
