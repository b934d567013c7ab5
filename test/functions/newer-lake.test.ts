import assert from 'node:assert/strict';
import { it } from 'vitest';
import { ingestBlob } from '../../src/functions/ingest-blob.ts';
import type { Invocation } from '../../src/functions/invocation.ts';
import { maintain } from '../../src/functions/maintenance.ts';
import { RawPlace } from '../../src/functions/raw-place.ts';
import { reconcile } from '../../src/functions/reconciliation.ts';
import { untold } from '../../src/functions/untold.ts';
import { emitTo } from '../../src/telemetry/index.ts';
import { HOST, ingest, minutes, settings } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { stateLeastWriter } from '../support/newer-lake.ts';

it('an app that is older than the lake takes writes nothing to it, and says which version to deploy', async () => {
  const storage = new MemoryStorage();
  storage.put('raw/1.csv', minutes(0, 2), new Date(0));
  await ingest(storage);
  await stateLeastWriter(storage, '99.1.0');
  storage.put('raw/2.csv', minutes(5, 2), new Date(0));
  const before = storage.paths();
  const lines: string[] = [];
  const invocation: Invocation = {
    settings: settings(),
    storage,
    host: HOST,
    emit: emitTo((line) => lines.push(line)),
    signal: new AbortController().signal,
    deadline: HOST.now() + 60_000,
    [Symbol.dispose]: () => undefined,
  };
  const place = new RawPlace(settings({ lake: 'https://account.dfs.core.windows.net/' }));
  for (const work of [
    () => ingestBlob(invocation, place, { container: 'raw', name: '2.csv' }),
    () => reconcile(invocation),
    () => maintain(invocation),
  ]) {
    // What the host gets to log.
    await assert.rejects(untold(work), /takes version 99\.1\.0 of this program or a newer one/);
    assert.match(lines.at(-1) ?? '', /"event":"failure".*"error":"OutdatedProgram".*"retried":false/);
  }
  assert.deepEqual(storage.paths(), before);
});
