import { createHash } from 'node:crypto';
import { FileNotFound, InvalidPath, type Storage } from '../storage/index.ts';

/** What a file is now: its size in bytes and the SHA-256 of its content in hex. */
export interface StoredDigest {
  readonly size: number;
  readonly sha256: string;
}

/** Reads a file in chunks; null where there is none, or none can be of that name. */
export async function digestOf(storage: Storage, path: string): Promise<StoredDigest | null> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of storage.read(path)) {
      hash.update(chunk);
      size += chunk.length;
    }
  } catch (error) {
    if (error instanceof FileNotFound || error instanceof InvalidPath) return null;
    throw error;
  }
  return { size, sha256: hash.digest('hex') };
}
