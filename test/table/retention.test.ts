import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Metadata, RemoveFile } from '../../src/table/index.ts';
import { intervalMs, isExpired } from '../../src/table/retention.ts';
import { NOW } from './lake.ts';

const DAY = 86_400_000;

describe('an interval', () => {
  for (const [text, expected] of [
    ['interval 1 week', 7 * DAY],
    ['INTERVAL  7 Days', 7 * DAY],
    ['168 hours', 7 * DAY],
    ['interval 1 day 12 hours 30 minutes 1 second', 1.5 * DAY + 1_801_000],
    ['1500 milliseconds', 1500],
    ['interval 0 days', 0],
    ['2000 microseconds', 2],
    ['interval 1 month', null],
    ['interval', null],
    ['', null],
    ['7', null],
    ['week', null],
    ['-1 days', null],
    ['1.5 days', null],
    ['1 day 2', null],
  ] as const) {
    it(`${JSON.stringify(text)} is ${expected === null ? 'none' : `${expected} ms`}`, () => {
      assert.equal(intervalMs(text), expected);
    });
  }
});

describe('a removed file', () => {
  const metadata = (configuration: Record<string, string>): Metadata => ({
    id: 'x',
    format: { provider: 'parquet', options: {} },
    schemaString: '{"type":"struct","fields":[]}',
    partitionColumns: [],
    configuration,
  });
  const removedAgo = (ms: number): RemoveFile => ({
    path: 'p',
    dataChange: true,
    deletionTimestamp: NOW.getTime() - ms,
  });

  it('is kept for a week where the table does not say', () => {
    assert.equal(isExpired(metadata({}), removedAgo(7 * DAY), NOW), false);
    assert.equal(isExpired(metadata({}), removedAgo(7 * DAY + 1), NOW), true);
  });

  it('is kept for as long as the table says, and for ever where that cannot be read', () => {
    const lasting = metadata({ 'delta.deletedFileRetentionDuration': 'interval 30 days' });
    assert.equal(isExpired(lasting, removedAgo(29 * DAY), NOW), false);
    assert.equal(isExpired(lasting, removedAgo(31 * DAY), NOW), true);
    const unread = metadata({ 'delta.deletedFileRetentionDuration': 'some time' });
    assert.equal(isExpired(unread, removedAgo(1e12), NOW), false);
  });

  it('without a time was removed long ago', () => {
    assert.equal(isExpired(metadata({}), { path: 'p', dataChange: true }, NOW), true);
  });
});
