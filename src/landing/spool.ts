import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { makeScratch } from '../storage/index.ts';

/** What was received, before it is known what it will be called. */
export interface Received {
  readonly bytes: number;
  /** Of all of it, in hex. */
  readonly sha256: string;
  /** Can be read more than once. */
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
}

/** What is kept in memory. */
const MOST_IN_MEMORY = 4 * 1024 * 1024;

/**
 * Receives all of `source`, in memory or, where it is long, in a file that is gone at the end, and hands it to `use`.
 * An error of `source` is passed on, and then nothing was handed on.
 */
export async function received<T>(
  source: AsyncIterable<Uint8Array>,
  use: (received: Received) => Promise<T>,
): Promise<T> {
  const hash = createHash('sha256');
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const iterator = source[Symbol.asyncIterator]();
  const take = async function* (): AsyncGenerator<Uint8Array> {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      hash.update(next.value);
      bytes += next.value.length;
      yield next.value;
    }
  };
  try {
    for await (const chunk of take()) {
      chunks.push(Uint8Array.from(chunk));
      if (bytes > MOST_IN_MEMORY) break;
    }
    if (bytes <= MOST_IN_MEMORY)
      return await use({ bytes, sha256: hash.digest('hex'), content: Buffer.concat(chunks) });
    const scratch = await makeScratch('pull');
    try {
      const file = path.join(scratch.path, 'received');
      await using handle = await open(file, 'wx', 0o600);
      for (const chunk of chunks.splice(0)) await handle.appendFile(chunk);
      for await (const chunk of take()) await handle.appendFile(chunk);
      const content = { [Symbol.asyncIterator]: () => createReadStream(file)[Symbol.asyncIterator]() };
      return await use({ bytes, sha256: hash.digest('hex'), content });
    } finally {
      await scratch.remove();
    }
  } finally {
    await iterator.return?.();
  }
}
