import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe } from 'vitest';
import { FileNotFound, InvalidPath, PreconditionFailed, readAll } from '../../src/storage/index.ts';
import { bytes, type Case, pattern, text } from './case.ts';

/** Whole files, ranges, pinned and broken-off reads. */
export function readingContract(name: string, check: Case): void {
  describe(`${name}: reading`, () => {
    check('says which file is not there', async ({ storage }) => {
      assert.equal(await storage.head('raw/none'), null);
      const missing = (error: unknown): boolean =>
        error instanceof FileNotFound && error.path === 'raw/none' && error.message.includes('raw/none');
      await assert.rejects(readAll(storage, 'raw/none'), missing);
      await assert.rejects(readAll(storage, 'raw/none', { ifMatch: 'x' }), missing);
    });

    check('reads any range, and no more than there is', async ({ storage }) => {
      const content = pattern(10_000);
      await storage.create('raw/a', content);
      const etag = (await storage.head('raw/a'))?.etag ?? '';
      const bound = fc.nat(content.length + 100);
      await fc.assert(
        fc.asyncProperty(bound, bound, fc.boolean(), async (a, b, pinned) => {
          const range = { start: Math.min(a, b), end: Math.max(a, b), ...(pinned && { ifMatch: etag }) };
          assert.deepEqual(await readAll(storage, 'raw/a', range), content.slice(range.start, range.end));
        }),
        { numRuns: 40 },
      );
      assert.deepEqual(await readAll(storage, 'raw/a', { start: 9_990 }), content.slice(9_990));
      await assert.rejects(readAll(storage, 'raw/a', { start: 2, end: 1 }), InvalidPath);
      await assert.rejects(readAll(storage, 'raw/a', { start: -1 }), InvalidPath);
    });

    check('streams a file larger than one chunk', async ({ storage }) => {
      const content = pattern(3_000_001);
      await storage.create('raw/large', content);
      let chunks = 0;
      let position = 0;
      for await (const chunk of storage.read('raw/large')) {
        assert.ok(chunk.length > 0 && Buffer.compare(chunk, content.subarray(position, position + chunk.length)) === 0);
        position += chunk.length;
        chunks += 1;
      }
      assert.equal(position, content.length);
      assert.ok(chunks > 1, 'the file came in one piece');
    });

    check('reads only the file that ifMatch names', async ({ storage }) => {
      await storage.create('raw/a', bytes('one'));
      const etag = (await storage.head('raw/a'))?.etag ?? '';
      assert.equal(text(await readAll(storage, 'raw/a', { ifMatch: etag })), 'one');
      await storage.replace('raw/a', bytes('two'));
      await assert.rejects(readAll(storage, 'raw/a', { ifMatch: etag }), PreconditionFailed);
      await storage.replace('raw/a', bytes('one'));
      assert.equal(text(await readAll(storage, 'raw/a')), 'one');
    });

    for (const change of ['replaced', 'deleted'] as const) {
      check(`never passes a mixture for the file that was pinned when it is ${change} meanwhile`, async (under) => {
        const before = pattern(5_000_000);
        await under.storage.create('raw/a', before);
        const etag = (await under.storage.head('raw/a'))?.etag ?? '';
        const pieces: Uint8Array[] = [];
        const reading = (async () => {
          for await (const chunk of under.storage.read('raw/a', { ifMatch: etag })) {
            pieces.push(Uint8Array.from(chunk));
            if (pieces.length > 1) continue;
            if (change === 'deleted') await under.another.delete('raw/a');
            else await under.another.replace('raw/a', new Uint8Array(5_000_000).fill(7));
          }
          return 'whole';
        })();
        const result = await reading.catch((error: unknown) => error);
        if (result === 'whole') assert.equal(Buffer.compare(Buffer.concat(pieces), before), 0);
        else assert.ok(result instanceof PreconditionFailed, String(result));
      });
    }

    check('stops when it is told to', async ({ storage }) => {
      await storage.create('raw/a', pattern(5_000_000));
      const aborted = AbortSignal.abort(new Error('enough'));
      await assert.rejects(readAll(storage, 'raw/a', { signal: aborted }), /enough/);
      const controller = new AbortController();
      await assert.rejects(async () => {
        for await (const _ of storage.read('raw/a', { signal: controller.signal })) controller.abort(new Error('stop'));
      }, /stop/);
    });

    check('can be left half-way', async ({ storage }) => {
      await storage.create('raw/a', pattern(5_000_000));
      for await (const _ of storage.read('raw/a')) break;
      await storage.delete('raw/a');
      assert.equal(await storage.head('raw/a'), null);
    });
  });
}
