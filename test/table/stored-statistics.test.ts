import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { StoredText } from '../../src/parquet/text-page.ts';
import { serialiseActions } from '../../src/table/action-lines.ts';
import { timestampRange } from '../../src/table/index.ts';
import { setStoredStatistics } from '../../src/table/stored-statistics.ts';
import { fileNamed } from './lake.ts';

const STATS = JSON.stringify({
  numRecords: 1,
  minValues: { event_time: '2026-01-02T03:04:05.678Z', user_name: 'Zo\u00eb' },
  maxValues: { event_time: '2026-01-02T03:04:05.678Z', user_name: 'Zo\u00eb' },
  nullCount: {},
});

describe('a file whose statistics are left as stored', () => {
  const plain = { ...fileNamed('a'), stats: STATS };
  const stored = () => {
    const { stats, ...file } = plain;
    setStoredStatistics(file, new StoredText(Buffer.from(stats)));
    return file;
  };

  it('is equal to one that has them as text, in whatever way it is looked at', () => {
    assert.deepEqual(stored(), plain);
    assert.deepEqual({ ...stored() }, plain);
    assert.deepEqual(Object.keys(stored()).sort(), Object.keys(plain).sort());
    assert.deepEqual(JSON.parse(JSON.stringify(stored())), plain);
    assert.deepEqual(structuredClone(stored()), plain);
    const parsed = JSON.parse(serialiseActions([{ add: stored() }])) as { readonly add: object };
    assert.deepEqual(parsed.add, plain);
    assert.deepEqual(timestampRange(stored(), 'event_time'), timestampRange(plain, 'event_time'));
  });

  it('differs from one that has others', () => {
    assert.notDeepEqual(stored(), { ...plain, stats: '{}' });
    assert.notDeepEqual(stored(), fileNamed('a'));
  });
});
