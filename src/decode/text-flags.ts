import { codePoint, sequenceLength } from './characters.ts';

/** Every combination of flags a message can have; a flag set is an index: 1 `bidi`, 2 `control`, 4 `zero_width`. */
export const TEXT_FLAGS: readonly (string | null)[] = [
  null,
  'bidi',
  'control',
  'bidi,control',
  'zero_width',
  'bidi,zero_width',
  'control,zero_width',
  'bidi,control,zero_width',
];

const BIDI = 1;
const CONTROL = 2;
const ZERO_WIDTH = 4;

/** Which characters a text holds that can deceive a reader, as index into {@link TEXT_FLAGS}. Tabs and line feeds count as control. */
export function textFlags(bytes: Uint8Array, start: number, end: number): number {
  let flags = 0;
  let at = start;
  while (at < end) {
    const byte = bytes[at]!;
    if (byte < 0x80) {
      if (byte < 0x20 || byte === 0x7f) flags |= CONTROL;
      at++;
    } else {
      flags |= flagOf(codePoint(bytes, at));
      at += sequenceLength(byte);
    }
  }
  return flags;
}

function flagOf(point: number): number {
  if (point <= 0x9f) return CONTROL;
  if (point === 0x061c || point === 0x200e || point === 0x200f) return BIDI;
  if ((point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069)) return BIDI;
  if (point === 0x180e || point === 0x200b || point === 0x2060 || point === 0xfeff) return ZERO_WIDTH;
  return 0;
}
