import assert from 'node:assert/strict';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { withRecordCount } from '../../src/landing/record-count.ts';

const LIMITS = { maxFileBytes: 1e6, maxCompressionRatio: 1000, maxFrames: 100, maxWindowBytes: 2 ** 27 };

/** The count, and what came through. */
async function counted(content: Uint8Array, chunkBytes: number) {
  const chunks = async function* () {
    for (let at = 0; at < content.length; at += chunkBytes) yield content.subarray(at, at + chunkBytes);
  };
  let records: number | null | undefined;
  const out: Uint8Array[] = [];
  for await (const chunk of withRecordCount(chunks(), LIMITS, (found) => (records = found))) out.push(chunk);
  return { records, out: Buffer.concat(out) };
}

const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', 'é'), maxLength: 6 });

describe('records of a result', () => {
  it('are counted while it passes, however it is cut and compressed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 3 }), { maxLength: 20 }),
        fc.constantFrom((bytes: Uint8Array) => bytes, gzipSync, zstdCompressSync),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.integer({ min: 1, max: 50 }),
        async (rows, pack, lineEnd, isEnded, chunkBytes) => {
          const lines = [['time', 'code'], ...rows].map((row) =>
            row.map((text) => `"${text.replaceAll('"', '""')}"`).join(','),
          );
          const content = pack(Buffer.from(lines.join(lineEnd) + (isEnded ? lineEnd : '')));
          const { records, out } = await counted(content, chunkBytes);
          assert.equal(records, rows.length);
          assert.ok(out.equals(content));
        },
      ),
    );
  });

  it('are unknown where it cannot be decompressed, and it passes all the same', async () => {
    const content = gzipSync('time\n1\n').subarray(0, 12);
    const { records, out } = await counted(content, 5);
    assert.equal(records, null);
    assert.ok(out.equals(content));
  });

  it('end it before its last bytes where their number is no good, and its errors are passed on', async () => {
    const out: Uint8Array[] = [];
    const one = async function* () {
      yield Buffer.from('time\n');
      yield Buffer.from('1\n');
    };
    const refused = async () => {
      const refuse = () => {
        throw new Error('so many');
      };
      for await (const chunk of withRecordCount(one(), LIMITS, refuse)) out.push(chunk);
    };
    await assert.rejects(refused(), /so many/);
    assert.equal(String(Buffer.concat(out)), 'time\n');
    const broken = async function* () {
      yield Buffer.from('time\n');
      throw new Error('cut');
    };
    const through = async () => {
      for await (const _ of withRecordCount(broken(), LIMITS, () => assert.fail('counted')));
    };
    await assert.rejects(through(), /cut/);
  });
});
