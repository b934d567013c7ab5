import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { MaskingKeyError, maskingKey, maskingKeyPaths, PEOPLE_KEY, storedMaskingKey } from '../../src/masking/index.ts';
import { readAll, type Storage } from '../../src/storage/index.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

const written = async (storage: Storage) => Buffer.from(await readAll(storage, PEOPLE_KEY)).toString('utf8');

describe('the key of a lake by which names are masked', () => {
  it('is made by the first who asks, of 32 random bytes, and is the same for everybody after', async () => {
    const storage = new MemoryStorage();
    assert.equal(await storedMaskingKey(storage), null);
    const made = await maskingKey(storage);
    assert.equal(made.bytes.length, 32);
    assert.match(made.id, /^[0-9a-f]{8}$/);
    const again = await maskingKey(storage);
    assert.deepEqual([again.id, Buffer.from(again.bytes)], [made.id, Buffer.from(made.bytes)]);
    assert.deepEqual(await maskingKeyPaths(storage), [PEOPLE_KEY]);
  });

  it('is one, whoever was first of several that make it at once', async () => {
    const storage = new MemoryStorage();
    const keys = await Promise.all(Array.from({ length: 5 }, () => maskingKey(storage)));
    assert.equal(new Set(keys.map(({ id }) => id)).size, 1);
  });

  it('is another in another lake', async () => {
    assert.notEqual((await maskingKey(new MemoryStorage())).id, (await maskingKey(new MemoryStorage())).id);
  });

  it('is refused, and its file named, where anybody altered it', async () => {
    const storage = new MemoryStorage();
    await maskingKey(storage);
    const text = await written(storage);
    const key = /[0-9a-f]{64}/.exec(text)?.[0] ?? '';
    const other = key.startsWith('0') ? `1${key.slice(1)}` : `0${key.slice(1)}`;
    const altered = [text.replace(key, other), text.replace(key, key.slice(2)), text.replace(key, `G${key.slice(1)}`)];
    for (const content of [...altered, '', 'null', '[]', '{"key":7}', ' '.repeat(5000)]) {
      await storage.replace(PEOPLE_KEY, Buffer.from(content));
      for (const ask of [maskingKey, storedMaskingKey]) {
        await assert.rejects(ask(storage), (error: unknown) => {
          assert.ok(error instanceof MaskingKeyError);
          assert.ok(error.message.startsWith(`${PEOPLE_KEY}: expected `), error.message);
          assert.ok(!error.message.includes(key.slice(8)));
          return true;
        });
      }
    }
  });
});
