import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { overScratch } from '../../src/maintenance/scratch.ts';
import { openLake, type Storage } from '../../src/storage/index.ts';
import { interruptible } from '../../src/storage/interruptible.ts';
import { CorruptLog, openTable } from '../../src/table/index.ts';
import { readLastCheckpoint } from '../../src/table/last-checkpoint.ts';
import { commitPath } from '../../src/table/log.ts';
import { readAtMost, readLogFile } from '../../src/table/log-files.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { EVENTS as AUDIT_EVENTS, ingest, land, minutes, settings } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { EVENTS, foreignFirst } from './lake.ts';

const NO_MORE = { deep: false, head: null };
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
    const limited = Object.assign(storage, { limits: { logBytes: 2 * CHUNK.length } });
    counted.taken = 0;
    for (const [kind, most] of [
      ['commit', 2],
      ['checkpoint', 8],
    ] as const) {
      counted.taken = 0;
      const expected = new RegExp(`a cannot be read: expected .* at most ${most} MiB.* raise AUDIT_LAKE_MAX_LOG_BYTES`);
      await assert.rejects(
        readLogFile(limited, 't', 'a', kind),
        (error) => error instanceof CorruptLog && expected.test(error.message),
      );
      assert.equal(counted.taken, (most + 1) * CHUNK.length);
    }
  });

  it('is one by the setting of whoever opened the lake, through whatever stands before it', async () => {
    const root = await mkdtemp(join(tmpdir(), 'lake-'));
    try {
      const lake = settings({ lake: root });
      await land(openLake(lake), 'a.csv', minutes(0, 10));
      await ingest(openLake(lake));
      const largest = async (...prefixes: string[]): Promise<number> => {
        const sizes: number[] = [];
        for (const prefix of prefixes) for await (const { size } of openLake(lake).list(prefix)) sizes.push(size);
        return Math.max(...sizes);
      };
      const commit = await largest(`${AUDIT_EVENTS}/_delta_log/`);
      const any = await largest(`${AUDIT_EVENTS}/_delta_log/`, 'curated/audit_codes/_delta_log/', 'evidence/');
      const aborted = new AbortController().signal;
      for (const place of [{ lake: root }, { lake: root, raw: join(root, 'elsewhere') }]) {
        for (const [maxLogBytes, isEnough] of [
          [String(commit - 1), false],
          [String(any), true],
          ['500MiB', true],
        ] as const) {
          const storage = openLake(settings({ ...place, maxLogBytes }));
          for (const each of [storage, interruptible(storage, aborted), overScratch(storage, new MemoryStorage())]) {
            const opening = openTable(each, AUDIT_EVENTS);
            if (isEnough) assert.equal((await opening)?.version, 1);
            else await assert.rejects(opening, /\.json cannot be read: .* raise AUDIT_LAKE_MAX_LOG_BYTES/);
          }
          const { problems } = await verifyLake(storage, settings({ ...place, maxLogBytes }), NO_MORE);
          const found = problems.filter(({ explanation }) => explanation.includes('AUDIT_LAKE_MAX_LOG_BYTES'));
          assert.equal(found.length > 0, !isEnough);
        }
      }
    } finally {
      await rm(root, { recursive: true });
    }
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
    await assert.rejects(openTable(storage, EVENTS.path), /\.json cannot be read: .* at most 128 MiB/);
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
