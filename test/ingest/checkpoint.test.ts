import assert from 'node:assert/strict';
import { test } from 'vitest';
import { EVENTS, ingest, land, messages, minuteMessages, minutes, snapshotOf } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

test('every hundredth commit is followed by a checkpoint, from which the next run goes on', async () => {
  const storage = new MemoryStorage();
  for (let file = 0; file < 101; file++) {
    await land(storage, `h${file}.csv`, minutes(2 * file, 2));
    await ingest(storage, {}, [`raw/h${file}.csv`]);
  }
  const log = `${EVENTS}/_delta_log/`;
  assert.deepEqual(
    storage.paths(log).filter((path) => path.endsWith('.parquet')),
    [`${log}00000000000000000100.checkpoint.parquet`],
  );
  // What the checkpoint holds is not read again.
  for (let version = 0; version < 100; version++)
    await storage.delete(`${log}${String(version).padStart(20, '0')}.json`);
  await land(storage, 'again.csv', minutes(100, 120));
  await ingest(storage, {}, ['raw/again.csv']);
  assert.equal((await snapshotOf(storage)).version, 102);
  assert.deepEqual(await messages(storage), minuteMessages(0, 220));
});
