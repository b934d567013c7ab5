import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Characters or bytes that are handed over at once. */
const PIECE = 64 * 1024;

/** Writes pieces as fast as they are taken. @throws the signal's reason where it aborts */
export async function writePieces(
  pieces: AsyncIterable<string | Uint8Array>,
  output: Writable,
  signal: AbortSignal,
): Promise<void> {
  let gathered = '';
  const write = async (piece: string | Uint8Array): Promise<void> => {
    signal.throwIfAborted();
    if (!output.write(piece)) await once(output, 'drain', { signal });
  };
  const flush = async (): Promise<void> => {
    const text = gathered;
    gathered = '';
    if (text !== '') await write(text);
  };
  for await (const piece of pieces) {
    if (typeof piece === 'string') {
      gathered += piece;
      if (gathered.length >= PIECE) await flush();
    } else {
      await flush();
      await write(piece);
    }
  }
  signal.throwIfAborted();
  await flush();
}
