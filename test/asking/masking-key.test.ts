import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { maskOfLake } from '../../src/asking/masking.ts';
import { maskingKey } from '../../src/masking/index.ts';
import { type Storage, StorageFault, wrapStorage } from '../../src/storage/index.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

/** A lake of which this user may read all, and write nothing. */
function readOnly(storage: Storage): Storage {
  return wrapStorage(storage, {
    create: async (path) => {
      throw new StorageFault('create', path, 'no right to write there');
    },
  });
}

describe('a lake that may only be read', () => {
  it('is masked by the key that it has', async () => {
    const storage = new MemoryStorage();
    const { id } = await maskingKey(storage);
    const mask = await maskOfLake(readOnly(storage), 'LAKE', { reveal: [] });
    assert.equal(mask([]).key.id, id);
  });

  it('without a key says in one line who can make it, and how', async () => {
    await assert.rejects(maskOfLake(readOnly(new MemoryStorage()), 'LAKE', { reveal: [] }), (error: Error) => {
      assert.match(
        error.message,
        /^names are masked by a key of the lake \(curated\/_masking\/people-1\.json\); LAKE has none yet/,
      );
      assert.match(
        error.message,
        /no right to write there\. Have somebody who may write there make it once: audit-lake query --mask people "SELECT 1" --lake LAKE$/,
      );
      assert.ok(!error.message.includes('\n'));
      return true;
    });
  });
});
