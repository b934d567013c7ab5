import assert from 'node:assert/strict';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { test } from 'vitest';
import { decompress } from '../../src/source/compression.ts';
import { RejectedFile } from '../../src/source/rejection.ts';
import { chunksOf } from './reading.ts';

const LIMITS = { maxFileBytes: 2 ** 40, maxCompressionRatio: 1000, maxFrames: 20_000, maxWindowBytes: 2 ** 27 };
const FORMATS = { gzip: (bytes: Uint8Array) => gzipSync(bytes), zstd: (bytes: Uint8Array) => zstdCompressSync(bytes) };
const TEXT = Buffer.from('2026-01-02T03:04:05Z,90211,User logged in\n'.repeat(50));

async function expand(bytes: Uint8Array, sizes: Iterable<number> = [], limits = LIMITS): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of decompress(chunksOf(bytes, sizes), limits)) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

function rejects(expanding: Promise<unknown>, reason: string): Promise<void> {
  return assert.rejects(expanding, (error) => {
    assert.ok(error instanceof RejectedFile, String(error));
    assert.equal(error.reason, reason);
    return true;
  });
}

for (const [format, compress] of Object.entries(FORMATS)) {
  test(`${format}: any number of members gives their contents, in chunks of any size`, async () => {
    const contents = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 4 });
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(contents, sizes, async (members, parts) => {
        const file = Buffer.concat(members.map(compress));
        assert.deepEqual(await expand(file, parts), Buffer.concat(members));
      }),
      { numRuns: 150 },
    );
  });

  test(`${format}: a file cut anywhere is corrupt, wherever the chunks end`, async () => {
    const member = compress(TEXT);
    const file = Buffer.concat([member, member]);
    for (let length = 4; length < file.length; length++) {
      if (length === member.length) continue;
      await rejects(expand(file.subarray(0, length)), 'corrupt_compression');
      await rejects(expand(file.subarray(0, length), [member.length]), 'corrupt_compression');
    }
  });

  test(`${format}: bytes after the end are not passed over, not even zeros`, async () => {
    const member = compress(TEXT);
    for (const rest of [Buffer.from('x'), Buffer.alloc(512), Buffer.concat([Buffer.alloc(1), member])]) {
      await rejects(expand(Buffer.concat([member, rest])), 'corrupt_compression');
      await rejects(expand(Buffer.concat([member, rest]), [member.length]), 'corrupt_compression');
    }
  });

  test(`${format}: more than maxFileBytes is rejected before it is all there`, async () => {
    const limits = { ...LIMITS, maxFileBytes: TEXT.length };
    assert.equal((await expand(compress(TEXT), [], limits)).length, TEXT.length);
    await rejects(expand(compress(Buffer.concat([TEXT, TEXT])), [], limits), 'decompression_limit');
  });

  test(`${format}: a bomb is stopped by its ratio soon after 64 MiB`, async () => {
    const bomb = compress(Buffer.alloc(80 * 2 ** 20, 'a'));
    let produced = 0;
    const expanding = (async () => {
      for await (const chunk of decompress(chunksOf(bomb, []), { ...LIMITS, maxCompressionRatio: 200 })) {
        produced += chunk.length;
      }
    })();
    await rejects(expanding, 'decompression_limit');
    assert.ok(produced >= 63 * 2 ** 20 && produced <= 65 * 2 ** 20, `${produced} bytes`);
  });
}

test('the ratio is that of the whole file, not of its last member', async () => {
  const member = zstdCompressSync(Buffer.alloc(1_000_000, 'a'));
  const file = Buffer.concat(Array(70).fill(member));
  const limits = { ...LIMITS, maxCompressionRatio: Math.ceil(2_000_000 / member.length) };
  assert.equal((await expand(file, [], limits)).length, 70_000_000);
});

test('a changed byte of gzip data is found', async () => {
  const file = gzipSync(TEXT);
  for (let at = 10; at < file.length; at++) {
    const damaged = Buffer.from(file);
    damaged[at] = damaged[at]! ^ 0x10;
    await rejects(expand(damaged), 'corrupt_compression');
  }
});

test('anything else passes as it is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), async (text) => {
      assert.deepEqual(await expand(Buffer.from(text), [1, 1, 1]), Buffer.from(text));
    }),
  );
});

test('skippable frames are passed over, the first one among them', async () => {
  const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const frame = zstdCompressSync(TEXT);
  for (const sizes of [[], Array(60).fill(1)]) {
    assert.deepEqual(await expand(Buffer.concat([skippable, frame]), sizes), TEXT);
    assert.deepEqual(
      await expand(Buffer.concat([frame, skippable, skippable, frame]), sizes),
      Buffer.concat([TEXT, TEXT]),
    );
  }
});

test('many small frames do not take a large output buffer each', async () => {
  const file = Buffer.concat(Array<Buffer>(1000).fill(zstdCompressSync('a')));
  const buffers = new Set<ArrayBufferLike>();
  for await (const chunk of decompress(chunksOf(file, []), LIMITS)) buffers.add(chunk.buffer);
  const taken = [...buffers].reduce((bytes, { byteLength }) => bytes + byteLength, 0);
  assert.ok(taken < 40 * 2 ** 20, `${taken} bytes of buffers for 1000 bytes of text`);
});

test('a large frame after many small ones is read whole', async () => {
  const large = Buffer.alloc(3_000_000, TEXT);
  const file = Buffer.concat([...Array<Buffer>(200).fill(zstdCompressSync('a')), zstdCompressSync(large)]);
  assert.deepEqual(await expand(file), Buffer.concat([Buffer.alloc(200, 'a'), large]));
});

test('more frames than allowed, and a window larger than allowed, are named', async () => {
  const frame = zstdCompressSync('a');
  const file = Buffer.concat(Array(5).fill(frame));
  assert.equal((await expand(file, [], { ...LIMITS, maxFrames: 5 })).toString(), 'aaaaa');
  await rejects(expand(file, [], { ...LIMITS, maxFrames: 4 }), 'too_many_frames');

  // A frame of no content whose header asks for 256 MiB: descriptor without content size, exponent 18; one empty last block.
  const wide = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 18 << 3, 0x01, 0x00, 0x00]);
  for (const sizes of [[], Array(20).fill(1)]) {
    await assert.rejects(expand(wide, sizes), /window_too_large: .* at most 134217728 bytes, found one of 268435456;/);
  }
  assert.equal((await expand(wide, [], { ...LIMITS, maxWindowBytes: 2 ** 28 })).length, 0);
  await rejects(
    expand(zstdCompressSync(Buffer.alloc(2 ** 20, TEXT)), [], { ...LIMITS, maxWindowBytes: 1024 }),
    'window_too_large',
  );
});
