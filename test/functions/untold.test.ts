import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { describe, it } from 'vitest';
import { OwnWords, untold } from '../../src/functions/untold.ts';
import { StorageFault } from '../../src/storage/index.ts';
import { Interrupted } from '../../src/storage/interruptible.ts';

const TEXT = 'li.wei@corp.example\n    at li.wei (file.ts:1:1)';

describe('an error that leaves a function', () => {
  for (const [what, error, expected] of [
    ['of the program', new TypeError(TEXT, { cause: new Error(TEXT) }), /^TypeError; the log has/],
    ['of the store', new StorageFault('read', `raw/${TEXT}`, TEXT), /^StorageFault, when it was to read; /],
    ['with more to it', Object.assign(new RangeError(TEXT), { row: { name: TEXT } }), /^RangeError; /],
    ['without a text', new Error(''), /^Error; /],
    ['that is none', TEXT, /^string; /],
  ] as const) {
    it(`(${what}) tells nothing of the file, and where it came from`, async () => {
      const thrown = await untold(() => Promise.reject(error)).then(
        () => assert.fail('nothing was thrown'),
        (found: unknown) => found as Error,
      );
      assert.match(thrown.message, expected);
      assert.ok(!inspect(thrown, { depth: 9, showHidden: true }).includes('li.wei'), inspect(thrown));
      if (error instanceof Error) {
        assert.equal(thrown.name, error.constructor.name);
        assert.match(thrown.stack ?? '', /\n\s+at .*untold\.test/);
      }
    });
  }

  it('is told as it is where all of it is our own', async () => {
    for (const error of [new Interrupted('28 minutes are over'), new OwnWords('3 problems; run verify')]) {
      await assert.rejects(
        untold(() => Promise.reject(error)),
        (found) => found === error,
      );
    }
  });
});
