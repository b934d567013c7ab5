import assert from 'node:assert/strict';
import { describe } from 'vitest';
import { FileNotFound, PreconditionFailed, readAll } from '../../src/storage/index.ts';
import { bytes, type Case, inPieces, paths, pattern, text } from './case.ts';

/** Creating, replacing and deleting: all or nothing, one winner. */
export function publishingContract(name: string, check: Case): void {
  describe(`${name}: publishing`, () => {
    check('never writes over a file', async ({ storage }) => {
      assert.equal(await storage.create('raw/a', bytes('first')), 'created');
      assert.equal(await storage.create('raw/a', bytes('second')), 'exists');
      assert.equal(text(await readAll(storage, 'raw/a')), 'first');
    });

    check('takes content as a stream', async ({ storage }) => {
      const content = pattern(2_500_000);
      assert.equal(await storage.create('raw/a', inPieces(content, 70_001)), 'created');
      assert.deepEqual(await readAll(storage, 'raw/a'), content);
      await storage.create('raw/b', content);
      const [streamed, whole] = [await storage.head('raw/a'), await storage.head('raw/b')];
      assert.equal(streamed?.size, whole?.size);
    });

    check('leaves nothing behind when the content fails, and passes its error on', async ({ storage }) => {
      const failure = Object.assign(new Error('the source broke off'), { code: 'EIO', syscall: 'read' });
      const failing = async function* (): AsyncIterable<Uint8Array> {
        yield bytes('half of it');
        throw failure;
      };
      await assert.rejects(storage.create('raw/a', failing()), (error) => error === failure);
      assert.equal(await storage.head('raw/a'), null);
      assert.deepEqual(await paths(storage.list('raw/')), []);
      assert.equal(await storage.create('raw/a', bytes('all of it')), 'created');
    });

    check('lets exactly one of many win a name, and shows nobody a part of it', async ({ storage, another }) => {
      const size = 300_000;
      let done = false;
      const watch = (async () => {
        while (!done) {
          const seen = await readAll(another, 'raw/race').catch((error: unknown) => {
            assert.ok(error instanceof FileNotFound, String(error));
            return null;
          });
          if (seen !== null)
            assert.ok(seen.length === size && seen.every((byte) => byte === seen[0]), 'a part was seen');
          await new Promise(setImmediate);
        }
      })();
      const racers = Array.from({ length: 16 }, (_, index) => {
        const content = new Uint8Array(size).fill(index + 1);
        const driver = index % 2 === 0 ? storage : another;
        return driver.create('raw/race', index % 4 < 2 ? content : inPieces(content, 50_000));
      });
      const outcomes = await Promise.all(racers);
      done = true;
      await watch;
      assert.equal(outcomes.filter((outcome) => outcome === 'created').length, 1);
      const winner = outcomes.indexOf('created');
      assert.deepEqual(await readAll(storage, 'raw/race'), new Uint8Array(size).fill(winner + 1));
      assert.deepEqual(await paths(storage.list('raw/')), ['raw/race']);
    });

    check('frees a name by deleting it; deleting what is not there is fine', async ({ storage }) => {
      await storage.delete('raw/never/was');
      await storage.create('raw/a', bytes('one'));
      await storage.delete('raw/a');
      await storage.delete('raw/a');
      assert.equal(await storage.head('raw/a'), null);
      assert.equal(await storage.create('raw/a', bytes('two')), 'created');
      assert.equal(text(await readAll(storage, 'raw/a')), 'two');
    });

    check('replaces a file, or makes it', async ({ storage }) => {
      await storage.replace('raw/x/a', bytes('one'));
      assert.equal(text(await readAll(storage, 'raw/x/a')), 'one');
      await storage.replace('raw/x/a', bytes('longer'));
      assert.equal(text(await readAll(storage, 'raw/x/a')), 'longer');
    });

    check('replaces only the file that ifMatch names', async ({ storage }) => {
      await assert.rejects(storage.replace('raw/a', bytes('new'), { ifMatch: 'x' }), PreconditionFailed);
      assert.equal(await storage.head('raw/a'), null);
      await storage.create('raw/a', bytes('old'));
      await assert.rejects(storage.replace('raw/a', bytes('new'), { ifMatch: 'x' }), PreconditionFailed);
      assert.equal(text(await readAll(storage, 'raw/a')), 'old');
      const etag = (await storage.head('raw/a'))?.etag ?? '';
      await storage.replace('raw/a', bytes('new'), { ifMatch: etag });
      assert.equal(text(await readAll(storage, 'raw/a')), 'new');
    });

    check('clears away only what was cut off: not what is published, nor what is being written', async (under) => {
      const { storage, another } = under;
      await storage.create('raw/a', bytes('one'));
      const earlier = new Date(Date.now() - 60_000);
      const writing = async function* (): AsyncIterable<Uint8Array> {
        yield bytes('first, ');
        assert.equal(await another.removeAbandoned(earlier), 0);
        yield bytes('second');
      };
      const options = { modified: new Date('2020-01-01T00:00:00Z') };
      assert.equal(await storage.create('raw/b', writing(), options), 'created');
      await another.removeAbandoned(new Date(Date.now() + 60_000));
      assert.equal(text(await readAll(storage, 'raw/a')), 'one');
      assert.equal(text(await readAll(storage, 'raw/b')), 'first, second');
      assert.deepEqual(await paths(storage.list('raw/')), ['raw/a', 'raw/b']);
    });

    check('lets exactly one of many replace the file they all saw', async ({ storage, another }) => {
      await storage.create('raw/a', bytes('old'));
      const ifMatch = (await storage.head('raw/a'))?.etag ?? '';
      const outcomes = await Promise.allSettled(
        Array.from({ length: 12 }, (_, index) =>
          (index % 2 === 0 ? storage : another).replace('raw/a', bytes(`new ${index}`), { ifMatch }),
        ),
      );
      const winners = outcomes.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []));
      assert.equal(winners.length, 1);
      assert.equal(text(await readAll(storage, 'raw/a')), `new ${winners[0]}`);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') assert.ok(outcome.reason instanceof PreconditionFailed);
      }
    });
  });
}
