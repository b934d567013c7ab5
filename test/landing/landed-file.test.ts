import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { LandedDiffers, landFile } from '../../src/landing/index.ts';
import { NexthinkError } from '../../src/nexthink/index.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe('landing a file', () => {
  it('puts it there once, and leaves it as it is', async () => {
    const storage = new MemoryStorage();
    assert.deepEqual(await landFile(storage, 'landed/nql/a.csv', chunks('ab', 'c')), {
      path: 'raw/landed/nql/a.csv',
      size: 3,
      outcome: 'created',
    });
    const again = await landFile(storage, 'landed/nql/a.csv', Buffer.from('abc'));
    assert.equal(again.outcome, 'exists');
  });

  it('passes on what breaks off, and leaves nothing', async () => {
    const storage = new MemoryStorage();
    const cut = (async function* () {
      yield Buffer.from('ab');
      throw new NexthinkError('cut', null, true);
    })();
    await assert.rejects(landFile(storage, 'landed/nql/a.csv', cut), NexthinkError);
    assert.equal(await storage.head('raw/landed/nql/a.csv'), null);
  });

  it('says that another file stands there, where its length tells', async () => {
    const storage = new MemoryStorage();
    const short = { ...storage, create: async () => 'created' as const, head: storage.head.bind(storage) };
    storage.put('raw/landed/nql/a.csv', 'x', new Date());
    await assert.rejects(
      landFile(Object.assign(Object.create(storage), short), 'landed/nql/a.csv', chunks('ab')),
      LandedDiffers,
    );
  });
});
