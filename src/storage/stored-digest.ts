import { createHash } from 'node:crypto';
import { FileNotFound, InvalidPath, PreconditionFailed } from './errors.ts';
import type { ReadOptions, Storage } from './storage.ts';

/** What a file is now: its size in bytes and the SHA-256 of its content in hex. */
export interface StoredDigest {
  readonly size: number;
  readonly sha256: string;
}

/** Reads a file in chunks; null where there is none, none can be of that name, or it is not the one that is meant. */
export async function digestOf(
  storage: Storage,
  path: string,
  options?: Pick<ReadOptions, 'ifMatch'>,
): Promise<StoredDigest | null> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of storage.read(path, options)) {
      hash.update(chunk);
      size += chunk.length;
    }
  } catch (error) {
    const isOther = error instanceof PreconditionFailed;
    if (isOther || error instanceof FileNotFound || error instanceof InvalidPath) return null;
    throw error;
  }
  return { size, sha256: hash.digest('hex') };
}
