import { brotliDecompressSync, unzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compressors } from 'hyparquet';
import { uncompressSync } from 'snappy';
import { decompressLz4, decompressLz4Raw } from './lz4.ts';

/**
 * What hyparquet decompresses pages with: every codec of the format but LZO, which no writer in use has. None takes more
 * memory than the page is said to hold. Snappy, in which almost every page comes, is native.
 * Source: Parquet format, "Compression".
 */
export const DECOMPRESSORS: Compressors = {
  SNAPPY: unlessEmpty(decompressSnappy),
  // Some writers mean zlib.
  GZIP: unlessEmpty((bytes, size) => limited(unzipSync(bytes, atMost(size)), size)),
  BROTLI: unlessEmpty((bytes, size) => limited(brotliDecompressSync(bytes, atMost(size)), size)),
  ZSTD: unlessEmpty((bytes, size) => limited(zstdDecompressSync(bytes, atMost(size)), size)),
  LZ4: unlessEmpty(decompressLz4),
  LZ4_RAW: unlessEmpty(decompressLz4Raw),
};

type Decompressor = (bytes: Uint8Array, size: number) => Uint8Array;

/** Some writers store a page without a value without a byte, whatever its codec. */
function unlessEmpty(decompress: Decompressor): Decompressor {
  return (bytes, size) => (bytes.length === 0 && size === 0 ? new Uint8Array() : decompress(bytes, size));
}

function atMost(size: number) {
  return { maxOutputLength: Math.max(size, 1) };
}

/** The page in memory of its own: hyparquet takes numbers from the buffer behind it. */
function limited(page: Uint8Array, size: number): Uint8Array {
  if (page.length !== size) throw new Error(`a page holds ${page.length} bytes where ${size} are due`);
  return Uint8Array.from(page);
}

/** @throws Error for bytes that are not Snappy, or do not say that they hold `size` bytes */
function decompressSnappy(bytes: Uint8Array, size: number): Uint8Array {
  const declared = declaredSize(bytes);
  // Before so much memory is taken.
  if (declared !== size) throw new Error(`a page holds ${declared} bytes where ${size} are due`);
  return Uint8Array.from(uncompressSync(bytes, { asBuffer: true }) as Uint8Array);
}

/** The number that Snappy data begins with. Source: Snappy, "Format description", section 1. */
function declaredSize(bytes: Uint8Array): number {
  let size = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[index] ?? 0;
    size += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) break;
  }
  return size;
}
