/** The least that a match copies. */
const SHORTEST_MATCH = 4;
/** A length of that many goes on in the bytes that follow. */
const OPEN_LENGTH = 15;

/**
 * Undoes LZ4 in its block format, as Parquet calls LZ4_RAW, into `size` bytes.
 * Source: LZ4 block format description; Parquet format, "Compression".
 * @throws Error for what is no such block, or holds more or less
 */
export function decompressLz4Raw(block: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const output = new Uint8Array(size);
  const filled = putBlock(block, output, 0);
  if (filled !== size) throw new Error(`an LZ4 page holds ${filled} bytes where ${size} are due`);
  return output;
}

/**
 * Undoes what Parquet called LZ4 before: blocks in Hadoop's framing, or one bare block, as some writers took it.
 * @throws Error as {@link decompressLz4Raw} does
 */
export function decompressLz4(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  return isFramed(bytes, size) ? decompressFrames(bytes, size) : decompressLz4Raw(bytes, size);
}

/** Whether all of the bytes are frames: the size of what is in each and its stored size, big-endian, then a block. */
function isFramed(bytes: Uint8Array, size: number): boolean {
  const view = viewOf(bytes);
  let [at, inner] = [0, 0];
  while (at + 8 <= bytes.length) {
    inner += view.getUint32(at);
    at += 8 + view.getUint32(at + 4);
  }
  return at === bytes.length && inner === size;
}

function decompressFrames(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const view = viewOf(bytes);
  const output = new Uint8Array(size);
  let filled = 0;
  for (let at = 0; at < bytes.length; ) {
    const end = at + 8 + view.getUint32(at + 4);
    const due = filled + view.getUint32(at);
    filled = putBlock(bytes.subarray(at + 8, end), output, filled);
    if (filled !== due) throw new Error(`an LZ4 frame ends at byte ${filled} where ${due} is due`);
    at = end;
  }
  return output;
}

/** Puts what a block holds at a position and returns where it ends. The last sequence of a block has no match. */
function putBlock(block: Uint8Array, output: Uint8Array, from: number): number {
  let [at, to] = [0, from];
  const length = (open: number): number => {
    if (open !== OPEN_LENGTH) return open;
    let total = open;
    for (let byte = 255; byte === 255; total += byte) byte = byteAt(block, at++);
    return total;
  };
  while (at < block.length) {
    const token = byteAt(block, at++);
    const literals = length(token >> 4);
    if (at + literals > block.length || to + literals > output.length)
      throw new Error('an LZ4 block has no such bytes');
    output.set(block.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at === block.length) break;
    const offset = byteAt(block, at) | (byteAt(block, at + 1) << 8);
    at += 2;
    const match = length(token & OPEN_LENGTH) + SHORTEST_MATCH;
    if (offset === 0 || offset > to - from)
      throw new Error(`an LZ4 block refers ${offset} bytes back, of ${to - from}`);
    if (to + match > output.length) throw new Error(`an LZ4 page holds more than the ${output.length} bytes due`);
    putMatch(output, to, offset, match);
    to += match;
  }
  return to;
}

/** Copies what stands `offset` bytes back; where that reaches into the copy, it goes on with what was copied. */
function putMatch(output: Uint8Array, to: number, offset: number, length: number): void {
  if (offset >= length) output.copyWithin(to, to - offset, to - offset + length);
  else for (let at = to; at < to + length; at++) output[at] = output[at - offset]!;
}

function byteAt(block: Uint8Array, at: number): number {
  const byte = block[at];
  if (byte === undefined) throw new Error('an LZ4 block ends in the middle of a sequence');
  return byte;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
