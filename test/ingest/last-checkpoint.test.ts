import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { maintainLake } from '../../src/maintenance/maintain.ts';
import { checkpointInterval } from '../../src/table/index.ts';
import { EVENTS, HOST, ingest, LANDED_AT, minutes, settings, snapshotOf } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { faulty } from '../support/store-faults.ts';

const HINT = `${EVENTS}/_delta_log/_last_checkpoint`;

/** A lake whose checkpoint is there, and whose `_last_checkpoint` could not be written. */
async function withoutHint(): Promise<MemoryStorage> {
  const memory = new MemoryStorage();
  memory.put('raw/0.csv', minutes(0, 1), LANDED_AT);
  await ingest(memory);
  const interval = checkpointInterval(await snapshotOf(memory));
  const broken = faulty(memory, ({ operation, path }) =>
    path === HINT && (operation === 'create' || operation === 'replace') ? 'fails' : 'passes',
  );
  for (let file = 1; file < interval; file++) {
    memory.put(`raw/${file}.csv`, minutes(file, 1), LANDED_AT);
    await ingest(broken, {}, [`raw/${file}.csv`]);
  }
  assert.equal((await snapshotOf(memory)).version, interval);
  assert.equal(memory.files.has(HINT), false);
  return memory;
}

describe('a checkpoint whose _last_checkpoint could not be written', () => {
  it('is named by the next commit, and by a maintenance', async () => {
    const memory = await withoutHint();
    const copy = memory.copy();
    const { version } = await snapshotOf(memory);
    memory.put('raw/next.csv', minutes(5_000, 1), LANDED_AT);
    await ingest(memory, {}, ['raw/next.csv']);
    assert.equal((JSON.parse(memory.content(HINT).toString('utf8')) as { version: number }).version, version);
    await maintainLake({ storage: copy, host: HOST }, settings(), { deadline: 0 });
    assert.equal((JSON.parse(copy.content(HINT).toString('utf8')) as { version: number }).version, version);
  });
});
