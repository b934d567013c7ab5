import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { Content, Generated } from '../src/content.ts';
import { startEmulator } from '../src/index.ts';
import { clientsOf } from '../src/sdk.ts';

const TEXT = Buffer.from('0123456789abcdefghij');

/** The same bytes, of which the middle ones are made when they are asked for. */
function partlyGenerated(): Content {
  const middle = new Generated(10, () => Buffer.from(TEXT.subarray(5, 15)));
  return new Content([TEXT.subarray(0, 5), middle, TEXT.subarray(15)]);
}

describe('content', () => {
  it('is cut anywhere, again and again, wherever its bytes come from', () => {
    const place = fc.nat({ max: TEXT.length });
    fc.assert(
      fc.property(place, place, place, place, (a, b, c, d) => {
        const outer = partlyGenerated().slice(Math.min(a, b), Math.max(a, b));
        const expected = TEXT.subarray(Math.min(a, b), Math.max(a, b));
        assert.deepEqual(outer.bytes(), Buffer.from(expected));
        assert.equal(outer.length, expected.length);
        assert.deepEqual(outer.slice(c, d).bytes(), Buffer.from(expected.subarray(c, d)));
      }),
    );
  });

  it('that takes no room is read like any other', async () => {
    await using emulator = await startEmulator({ containers: ['raw'] });
    emulator.store.put(emulator.account, 'raw/a', partlyGenerated());
    const blob = clientsOf(emulator).blobs.getBlobClient('a');
    assert.equal((await blob.downloadToBuffer()).toString(), TEXT.toString());
    assert.equal((await blob.downloadToBuffer(3, 9)).toString(), TEXT.subarray(3, 12).toString());
  });
});
