import { createRequire } from 'node:module';
import { snappyUncompress } from 'hyparquet/src/snappy.js';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';

/*
 * What the npm package has in place of `snappy`: that package where its native part is installed, else the same in
 * JavaScript, which is slower. Loaded with the first page.
 */

type Native = Pick<typeof import('snappy'), 'compressSync' | 'uncompressSync'>;

let loaded: Native | null | undefined;

function native(): Native | null {
  if (loaded !== undefined) return loaded;
  try {
    loaded = createRequire(import.meta.url)('snappy') as Native;
  } catch {
    loaded = null;
  }
  return loaded;
}

/** @see {@link import('snappy').compressSync} */
export function compressSync(bytes: Uint8Array, options: { readonly copyOutputData: true }): Uint8Array {
  return native()?.compressSync(bytes, options) ?? snappyCompress(bytes);
}

/** @see {@link import('snappy').uncompressSync} @throws Error for bytes that are not Snappy */
export function uncompressSync(bytes: Uint8Array, options: { readonly asBuffer: true }): Uint8Array {
  const found = native();
  if (found !== null) return found.uncompressSync(bytes, options) as Uint8Array;
  const page = new Uint8Array(declaredSize(bytes));
  snappyUncompress(bytes, page);
  return page;
}

/** The number that Snappy data begins with; who calls has seen that it is what is due. */
function declaredSize(bytes: Uint8Array): number {
  let size = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[index] ?? 0;
    size += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) break;
  }
  return size;
}
