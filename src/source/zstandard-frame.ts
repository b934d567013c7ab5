/** The longest header of a frame up to where its window is known: magic number, descriptor, window, dictionary, content size. */
export const FRAME_HEADER_BYTES = 18;

const FRAME = 0xfd2fb528;
/** The last four bits of a skippable frame's magic number are free. */
const SKIPPABLE = 0x184d2a50;
const SINGLE_SEGMENT = 0x20;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [1, 2, 4, 8];
/** A content size of two bytes counts from here. */
const TWO_BYTE_OFFSET = 256n;

/** Whether a Zstandard frame begins here, be it a skippable one (RFC 8878, 3.1). */
export function isFrame(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const magic = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return magic === FRAME || (magic & 0xfffffff0) === SKIPPABLE;
}

/**
 * The size of a frame's window in bytes, which is what decompressing it takes of memory (RFC 8878, 3.1.1.1); null where the bytes
 * do not say it.
 */
export function windowBytes(bytes: Uint8Array): bigint | null {
  const descriptor = bytes[4];
  if (!isFrame(bytes) || descriptor === undefined) return null;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if ((descriptor & SINGLE_SEGMENT) === 0) {
    const window = bytes[5];
    if (window === undefined) return null;
    const base = 1n << BigInt(10 + (window >> 3));
    return base + (base / 8n) * BigInt(window & 7);
  }
  const at = 5 + DICTIONARY_BYTES[descriptor & 3]!;
  const length = CONTENT_SIZE_BYTES[descriptor >> 6]!;
  if (at + length > bytes.length) return null;
  if (length === 8) return buffer.readBigUInt64LE(at);
  const size = BigInt(buffer.readUIntLE(at, length));
  return length === 2 ? size + TWO_BYTE_OFFSET : size;
}
