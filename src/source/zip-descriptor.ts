import { crc32 } from 'node:zlib';
import type { ByteSource } from './byte-source.ts';
import { endsEarly } from './zip-faults.ts';
import { DESCRIPTOR, LOCAL } from './zip-headers.ts';

/** Checksum and sizes of a content: as it was read, or as they are said. */
export interface Sums {
  readonly crc: number;
  readonly compressed: number;
  readonly size: number;
}

/** The longest form of what follows a content to say its checksum and sizes (APPNOTE 4.3.9). */
const DESCRIPTOR_64_BYTES = 24;
const DESCRIPTOR_BYTES = 16;
const SIGNATURE = Buffer.from('504b0708', 'hex');

/** Bytes of its signature, which it may lack. */
const MARKED: readonly number[] = [4];
const EITHER: readonly number[] = [4, 0];

/**
 * How long the descriptor is that stands here and says this: with or without a signature, its sizes of four or eight bytes;
 * 0 where there is none. Behind it another record begins.
 */
function descriptorLength(bytes: Buffer, { crc, compressed, size }: Sums, forms = EITHER): number {
  for (const marked of forms) {
    if (marked > 0 && bytes.length >= 4 && bytes.readUInt32LE(0) !== DESCRIPTOR) continue;
    for (const width of [4, 8]) {
      const length = marked + 4 + 2 * width;
      if (bytes.length < length || bytes.readUInt32LE(marked) !== crc) continue;
      const read = (at: number) => (width === 4 ? bytes.readUInt32LE(at) : Number(bytes.readBigUInt64LE(at)));
      const isSaid = read(marked + 4) === compressed && read(marked + 4 + width) === size;
      const isFollowed = bytes.length < length + 2 || bytes.readUInt16LE(length) === (LOCAL & 0xffff);
      if (isSaid && isFollowed) return length;
    }
  }
  return 0;
}

/** Reads what follows a content and says its checksum and sizes; null where it does not say what was found. */
export async function readDescriptor(source: ByteSource, found: Sums): Promise<Sums | null> {
  const length = descriptorLength(await source.peek(DESCRIPTOR_64_BYTES + 2), found);
  if (length === 0) return null;
  await source.take(length);
  return found;
}

/**
 * Stored bytes of which only what follows them says how many they are: up to where that is right about them.
 * @throws RejectedFile where nothing is
 */
export async function* storedUpToDescriptor(source: ByteSource): AsyncGenerator<Uint8Array> {
  let crc = 0;
  let size = 0;
  for (;;) {
    const next = await source.peek(DESCRIPTOR_64_BYTES + 2);
    if (next.length < DESCRIPTOR_BYTES) throw endsEarly();
    if (descriptorLength(next, { crc, compressed: size, size }, MARKED) > 0) return;
    const chunk = (await source.some()) ?? next;
    // At least one byte goes on, and what may be the beginning of a descriptor stays.
    const found = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).indexOf(SIGNATURE, 1);
    const length = found > 0 ? found : Math.max(1, chunk.length - SIGNATURE.length + 1);
    source.putBack(chunk.subarray(length));
    const taken = chunk.subarray(0, length);
    crc = crc32(taken, crc);
    size += taken.length;
    yield taken;
  }
}
