import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Storage } from '../../src/storage/index.ts';
import { CorruptLog, openTable } from '../../src/table/index.ts';
import { readLastCheckpoint } from '../../src/table/last-checkpoint.ts';
import { commitPath } from '../../src/table/log.ts';
import { readAtMost, readLogFile } from '../../src/table/log-files.ts';
import { MemoryStorage } from '../ingest/memory-storage.ts';
import { EVENTS, foreignFirst } from './lake.ts';

const CHUNK = new Uint8Array(1024 * 1024).fill(0x20);

/** The store, in which one file has no end; `taken` counts the bytes of it that were asked for. */
function endless(storage: MemoryStorage, path: string) {
  const counted = { taken: 0 };
  const read = async function* (asked: string) {
    if (asked !== path) return yield* storage.read(asked);
    for (;;) {
      counted.taken += CHUNK.length;
      yield CHUNK;
    }
  };
  const faked: Storage = Object.assign(Object.create(storage), {
    list: storage.list.bind(storage),
    head: storage.head.bind(storage),
    read,
  });
  return { storage: faked, counted };
}

describe('a file of the log that is too large', () => {
  it('is given up as soon as that is seen', async () => {
    const { storage, counted } = endless(new MemoryStorage(), 'a');
    assert.equal(await readAtMost(storage, 'a', 3 * CHUNK.length), null);
    assert.equal(counted.taken, 4 * CHUNK.length);
    await assert.rejects(
      readLogFile(storage, 't', 'a', 2 * CHUNK.length),
      (error) =>
        error instanceof CorruptLog && /a cannot be read: expected a file of at most 2 MiB/.test(error.message),
    );
  });

  it('is a corrupt log, where it is a commit', async () => {
    const lake = new MemoryStorage();
    lake.put(
      commitPath(EVENTS.path, 0),
      foreignFirst({})
        .map((line) => JSON.stringify(line))
        .join('\n'),
    );
    lake.put(commitPath(EVENTS.path, 1), 'x');
    const { storage } = endless(lake, commitPath(EVENTS.path, 1));
    await assert.rejects(openTable(storage, EVENTS.path), /0{19}1\.json cannot be read: .* at most 128 MiB/);
  });

  it('is no hint', async () => {
    const path = `${EVENTS.path}/_delta_log/_last_checkpoint`;
    const lake = new MemoryStorage();
    lake.put(path, '{"version":1}');
    assert.equal((await readLastCheckpoint(lake, EVENTS.path))?.version, 1);
    assert.equal(await readLastCheckpoint(endless(lake, path).storage, EVENTS.path), null);
    for (const text of ['['.repeat(200_000) + ']'.repeat(200_000), '{"version":1,"version":2}']) {
      lake.put(path, `{"version":1,"checksum":"x","a":${text}}`);
      assert.equal(await readLastCheckpoint(lake, EVENTS.path), null);
    }
  });
});
