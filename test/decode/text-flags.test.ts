import assert from 'node:assert/strict';
import { test } from 'vitest';
import { TEXT_FLAGS, textFlags } from '../../src/decode/text-flags.ts';
import { decoder } from './decoded.ts';

function flags(text: string): string | null {
  const bytes = Buffer.from(`\u202e${text}\u200b`);
  return TEXT_FLAGS[textFlags(bytes, 3, bytes.length - 3)]!;
}

const BIDI = [0x61c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069];
const ZERO_WIDTH = [0x180e, 0x200b, 0x2060, 0xfeff];

test('each character of the three lists is flagged, and no other', () => {
  for (let point = 0; point <= 0xffff; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const isControl = point <= 0x1f || (point >= 0x7f && point <= 0x9f);
    const expected = BIDI.includes(point)
      ? 'bidi'
      : isControl
        ? 'control'
        : ZERO_WIDTH.includes(point)
          ? 'zero_width'
          : null;
    const found = flags(`a${String.fromCodePoint(point)}b`);
    if (found !== expected) assert.fail(`U+${point.toString(16)}: ${found}, expected ${expected}`);
  }
});

test('flags are joined in the order of the alphabet', () => {
  assert.equal(flags(''), null);
  assert.equal(flags('Li Wei 李伟 😀 é'), null);
  assert.equal(flags('\ufeffa\nb\u202e'), 'bidi,control,zero_width');
  assert.equal(flags('\u200b\t'), 'control,zero_width');
  assert.equal(flags('\u200b\u2069'), 'bidi,zero_width');
  assert.equal(flags('\u0085\u061c'), 'bidi,control');
  assert.equal(flags('😀\u{1f468}\u200d\u{1f469}'), null, 'joiners belong to what they join');
});

test('a message without flags can be told without looking for them', () => {
  for (const [text, unusual] of [
    ['User x is locked', false],
    ['~', false],
    ['\u007f', true],
    ['\t', true],
    ['é', true],
  ] as const) {
    const bytes = Buffer.from(text);
    decoder.decode(90214, bytes, 0, bytes.length);
    assert.equal(decoder.unusual, unusual, JSON.stringify(text));
  }
});
