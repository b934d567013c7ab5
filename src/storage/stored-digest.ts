import { FileNotFound, InvalidPath, PreconditionFailed } from './errors.ts';
import { sha256Of } from './sha256.ts';
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
  let size = 0;
  try {
    const sha256 = await sha256Of(storage.read(path, options), ({ length }) => {
      size += length;
    });
    return { size, sha256 };
  } catch (error) {
    const isOther = error instanceof PreconditionFailed;
    if (isOther || error instanceof FileNotFound || error instanceof InvalidPath) return null;
    throw error;
  }
}
