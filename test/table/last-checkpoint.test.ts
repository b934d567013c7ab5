import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { PreconditionFailed, readAll, type Storage, wrapStorage } from '../../src/storage/index.ts';
import { jsonChecksum, moveLastCheckpoint, readLastCheckpoint } from '../../src/table/last-checkpoint.ts';
import { checkpointPath } from '../../src/table/log.ts';
import { EVENTS, onLake } from './lake.ts';

const HINT = `${EVENTS.path}/_delta_log/_last_checkpoint`;

const checkpoint = (version: number) => ({ version, size: 7, sizeInBytes: 4711, numOfAddFiles: 3 });

describe('the checksum of a JSON value', () => {
  it('is that of the protocol’s test vector', () => {
    const value = {
      k0: "'v 0'",
      checksum: 'adsaskfljadfkjadfkj',
      k1: { k2: 2, k3: ['v3', [1, 2], { k4: 'v4', k5: ['v5', 'v6', 'v7'] }] },
    };
    assert.equal(jsonChecksum(value), '6a92d155a59bf2eecbd4b4ec7fd1f875');
  });

  it('does not depend on the order of the fields, only on values and places', () => {
    assert.equal(jsonChecksum({ a: 1, b: null }), jsonChecksum({ b: null, a: 1 }));
    assert.notEqual(jsonChecksum({ a: 1, b: 2 }), jsonChecksum({ a: 2, b: 1 }));
    assert.notEqual(jsonChecksum({ a: '1' }), jsonChecksum({ a: 1 }));
    assert.notEqual(jsonChecksum({ a: { checksum: 1 } }), jsonChecksum({ a: { checksum: 2 } }));
  });
});

describe('_last_checkpoint', () => {
  const put = (storage: Storage, text: string) => storage.replace(HINT, Buffer.from(text));

  it(
    'is written as other readers want it: with a checksum, without parts',
    onLake(async (storage) => {
      await moveLastCheckpoint(storage, EVENTS.path, checkpoint(20));
      const text = new TextDecoder().decode(await readAll(storage, HINT));
      const checksum = jsonChecksum({ version: 20, size: 7, sizeInBytes: 4711, numOfAddFiles: 3 });
      assert.equal(text, `{"version":20,"size":7,"sizeInBytes":4711,"numOfAddFiles":3,"checksum":"${checksum}"}`);
      assert.deepEqual(await readLastCheckpoint(storage, EVENTS.path), { version: 20, size: 7 });
    }),
  );

  for (const [what, text] of [
    ['empty', ''],
    ['cut off', '{"version":2'],
    ['no object', '20'],
    ['without a version', '{"size":20}'],
    ['of another type', '{"version":"20"}'],
    ['negative', '{"version":-1}'],
    ['beyond all numbers', '{"version":1e300}'],
    ['changed after its checksum', '{"version":20,"checksum":"6a92d155a59bf2eecbd4b4ec7fd1f875"}'],
    ['no text', '{"version":20,"x":"\\ud800","checksum":"0"}'],
  ] as const) {
    it(
      `that is ${what} says nothing`,
      onLake(async (storage) => {
        await put(storage, text);
        assert.equal(await readLastCheckpoint(storage, EVENTS.path), null);
        await moveLastCheckpoint(storage, EVENTS.path, checkpoint(3));
        assert.equal((await readLastCheckpoint(storage, EVENTS.path))?.version, 3);
      }),
    );
  }

  it(
    'of another writer counts without size or checksum',
    onLake(async (storage) => {
      assert.equal(await readLastCheckpoint(storage, EVENTS.path), null);
      await put(storage, '{"version":20,"parts":3,"checkpointSchema":{"type":"struct"},"tags":null}');
      assert.deepEqual(await readLastCheckpoint(storage, EVENTS.path), { version: 20 });
    }),
  );

  it(
    'is read again when it is replaced meanwhile, and passed over when that does not end',
    onLake(async (storage) => {
      await put(storage, '{"version":20}');
      const changing = (times: number): Storage =>
        wrapStorage(storage, {
          async *read(path, options) {
            if (times-- > 0) throw new PreconditionFailed('read', path, 'old', 'new');
            yield* storage.read(path, options);
          },
        });
      assert.deepEqual(await readLastCheckpoint(changing(3), EVENTS.path), { version: 20 });
      assert.equal(await readLastCheckpoint(changing(Number.POSITIVE_INFINITY), EVENTS.path), null);
    }),
  );

  it(
    'never moves back from a checkpoint that is there',
    onLake(async (storage) => {
      await storage.create(checkpointPath(EVENTS.path, 20), new Uint8Array(1));
      await moveLastCheckpoint(storage, EVENTS.path, checkpoint(20));
      await moveLastCheckpoint(storage, EVENTS.path, checkpoint(10));
      assert.equal((await readLastCheckpoint(storage, EVENTS.path))?.version, 20);
      await moveLastCheckpoint(storage, EVENTS.path, checkpoint(30));
      assert.equal((await readLastCheckpoint(storage, EVENTS.path))?.version, 30);
    }),
  );

  it(
    'comes back from a version that never was',
    onLake(async (storage) => {
      await put(storage, '{"version":4000}');
      await moveLastCheckpoint(storage, EVENTS.path, checkpoint(10));
      assert.equal((await readLastCheckpoint(storage, EVENTS.path))?.version, 10);
    }),
  );

  it(
    'names the newest of many that move it at once',
    onLake(async (storage) => {
      const versions = [30, 10, 50, 20, 40];
      for (const version of versions) await storage.create(checkpointPath(EVENTS.path, version), new Uint8Array(1));
      await Promise.all(versions.map((version) => moveLastCheckpoint(storage, EVENTS.path, checkpoint(version))));
      assert.equal((await readLastCheckpoint(storage, EVENTS.path))?.version, 50);
    }),
  );
});
