import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { LandedDiffers, landFile } from '../../src/landing/index.ts';
import { NexthinkError } from '../../src/nexthink/index.ts';
import { sha256Hex } from '../../src/storage/index.ts';
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

  it.each([
    ['bytes', () => Buffer.from('abc'), undefined],
    ['what is told of it', () => chunks('ab', 'c'), sha256Hex('abc')],
  ])('says that another file of the same length stands there, by its %s', async (_, content, sha256) => {
    const storage = new MemoryStorage();
    storage.put('raw/landed/webhook/a.json', 'xyz');
    await assert.rejects(landFile(storage, 'landed/webhook/a.json', content(), sha256), LandedDiffers);
    assert.equal(storage.content('raw/landed/webhook/a.json').toString(), 'xyz');
    storage.put('raw/landed/webhook/a.json', 'abc');
    assert.equal((await landFile(storage, 'landed/webhook/a.json', content(), sha256)).outcome, 'exists');
  });
});
