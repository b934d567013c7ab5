import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { test } from 'vitest';
import { encodingOf, markedEncoding } from '../../src/source/text-encoding.ts';
import { toUtf8 } from '../../src/source/transcoding.ts';
import { ENCODERS, encode } from './encoders.ts';
import { chunksOf } from './reading.ts';

/** Without the three control characters that the platform exchanges in Shift_JIS, which extends ASCII all the same. */
const anyBytes = fc
  .uint8Array({ maxLength: 40 })
  .map((bytes) => bytes.map((byte) => (byte === 0x1a || byte === 0x1c || byte === 0x7f ? 0x41 : byte)));
const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 200 });

async function transcode(bytes: Uint8Array, encoding: string, pieces: Iterable<number> = []): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of toUtf8(chunksOf(bytes, pieces), encoding)) parts.push(Uint8Array.from(part));
  return Buffer.concat(parts);
}

for (const { encoding, characters } of ENCODERS) {
  test(`${encoding}: any text gives its UTF-8, in chunks of any size`, async () => {
    const text = fc.array(fc.oneof(fc.constantFrom(...'\r\n,"{}; a0|\\~'), characters), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(text, sizes, async (parts, pieces) => {
        const whole = parts.join('');
        assert.equal((await transcode(encode(whole, encoding), encoding, pieces)).toString(), whole);
      }),
      { numRuns: 200 },
    );
  });

  test(`${encoding}: any bytes give the same whatever the chunks are, and damage is never text`, async () => {
    if (encoding === 'utf-8') return;
    const platform = encoding.startsWith('utf-32') ? null : new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    await fc.assert(
      fc.asyncProperty(anyBytes, sizes, async (bytes, pieces) => {
        const whole = await transcode(bytes, encoding);
        assert.deepEqual(await transcode(bytes, encoding, pieces), whole);
        if (platform === null) return;
        let text: string | null = null;
        try {
          text = platform.decode(bytes);
        } catch {}
        // Where a character is cut at the end, some of the platform's decoders say nothing of it.
        if (isUtf8(whole)) assert.equal(whole.toString(), text);
        if (text === null) assert.ok(!isUtf8(whole));
      }),
      { numRuns: 500 },
    );
  });
}

test('every byte order mark is known, the longer before the shorter', () => {
  const marks = { 'utf-8': 'efbbbf41', 'utf-16le': 'fffe4100', 'utf-16be': 'feff0041', 'utf-32le': 'fffe0000' };
  for (const [name, hex] of Object.entries(marks)) assert.equal(markedEncoding(Buffer.from(hex, 'hex')), name);
  assert.equal(markedEncoding(Buffer.from('0000feff', 'hex')), 'utf-32be');
  for (const hex of ['', 'ff', 'efbb', '0000fe', '41']) assert.equal(markedEncoding(Buffer.from(hex, 'hex')), null);
});

test('an encoding has the name that the platform gives it, by any of its labels', () => {
  const labels = { ' UTF8 ': 'utf-8', Latin1: 'windows-1252', cp1251: 'windows-1251', 'UTF-32LE': 'utf-32le' };
  for (const [label, name] of Object.entries(labels)) assert.equal(encodingOf(label), name);
  for (const label of ['', 'auto', 'utf-7', 'utf-32', 'windows-1252x']) assert.equal(encodingOf(label), null);
});

test('windows-1252 is what the standard says, on every platform', async () => {
  const bytes = Uint8Array.from({ length: 128 }, (_, at) => 0x80 + at);
  const text = (await transcode(bytes, 'windows-1252')).toString();
  assert.equal(text.slice(0, 32), '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ');
  assert.equal(text.slice(32), Buffer.from(bytes.subarray(32)).toString('latin1'));
});

test('what means nothing can be read off what it became', async () => {
  const cases = [
    ['utf-16le', '410000d84200', '41 eda080 42'],
    ['utf-16be', '0041d83d', '41 eda0bd'],
    ['utf-16be', 'dc00d800dc00', 'edb080 f0908080'],
    ['utf-16le', '4100f6', '41 ff83b6'],
    ['utf-32be', '00110000000000ff', 'f4908080 c3bf'],
    ['utf-32le', 'ffffffff41', 'fe83bfbfbfbfbf ff8181'],
    ['shift_jis', '41850c', '41 ff8285 0c'],
    ['windows-1253', '41d2ff', '41 ff8392 ff83bf'],
  ] as const;
  for (const [encoding, bytes, expected] of cases) {
    const found = await transcode(Buffer.from(bytes, 'hex'), encoding);
    assert.equal(found.toString('hex'), expected.replaceAll(' ', ''), encoding);
  }
});
