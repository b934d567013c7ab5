import { createHash, hash } from 'node:crypto';

/** The SHA-256 of a content, or of a text in UTF-8, in hex. */
export function sha256Hex(content: Uint8Array | string): string {
  return hash('sha256', content, 'hex');
}

/** The SHA-256 of a content that comes in pieces, in hex; `onChunk` is told of each. */
export async function sha256Of(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onChunk: (chunk: Uint8Array) => void = () => undefined,
): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of chunks) {
    digest.update(chunk);
    onChunk(chunk);
  }
  return digest.digest('hex');
}
