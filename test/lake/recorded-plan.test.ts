import assert from 'node:assert/strict';
import { test } from 'vitest';
import { commitRecord } from '../../src/lake/index.ts';
import { recordedPlan } from '../../src/lake/recorded-plan.ts';
import { commitInfoOf } from '../../src/table/index.ts';
import { readCommit } from '../../src/table/log.ts';
import { EVENTS, ingest, minutes } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

test('a file is read again as it was recognised, and one of a version that recognised nothing as nothing', async () => {
  const storage = new MemoryStorage();
  const text = minutes(0, 3)
    .toString()
    .replaceAll(/2026-\S+?Z/g, '3/13/2026 1:06 PM');
  storage.put('raw/a.csv', Buffer.from(text), new Date('2026-06-01T00:00:00.000Z'));
  await ingest(storage);
  const { actions } = await readCommit(storage, EVENTS, 1);
  const adds = actions.flatMap((action) => ('add' in action ? [action.add] : []));
  const record = commitRecord(commitInfoOf(actions) ?? {}, adds);
  const source = typeof record === 'string' ? undefined : record.sources[0];
  assert.ok(source?.outcome === 'ingested');
  const formatOf = (read: ReturnType<typeof recordedPlan>) =>
    typeof read === 'string' ? read : read.recorded?.map(({ timeFormat }) => timeFormat);
  assert.deepEqual(formatOf(recordedPlan(source)), ['M/d/yyyy[,] h:mm[:ss[.f]] a[XXX]']);
  const { recognised: _, ...before } = source;
  assert.deepEqual(formatOf(recordedPlan({ ...before, reader_version: 2 })), ['auto']);
});
