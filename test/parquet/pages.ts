import { type Codec, uncompressed } from '../../src/parquet/index.ts';

/** A codec that changes nothing and keeps every page it is given, dictionary pages included, in the order of sealing. */
export function recordingCodec(): { codec: Codec; pages: Uint8Array[] } {
  const pages: Uint8Array[] = [];
  const codec: Codec = {
    name: 'UNCOMPRESSED',
    compress(page) {
      const copy = uncompressed.compress(page);
      pages.push(copy);
      return copy;
    },
  };
  return { codec, pages };
}
