import type { Storage } from '../storage/index.ts';
import { CorruptLog } from './errors.ts';

const MIB = 1024 * 1024;

/** Bytes that a commit or its evidence has at most: some hundred thousand files or sources in one commit. */
export const MOST_COMMIT_BYTES = 128 * MIB;

/** Bytes that a checkpoint, or a part of one, has at most. */
export const MOST_CHECKPOINT_BYTES = 512 * MIB;

/**
 * The bytes of a file of the log or the evidence. One that is larger is given up as soon as that is seen: it would not fit
 * into memory, or not into a text.
 * @throws CorruptLog for a file of more than `most` bytes; storage errors
 */
export async function readLogFile(
  storage: Storage,
  table: string,
  path: string,
  most = MOST_COMMIT_BYTES,
): Promise<Uint8Array> {
  const bytes = await readAtMost(storage, path, most);
  if (bytes !== null) return bytes;
  const detail = `${path} cannot be read: expected a file of at most ${most / MIB} MiB, found a larger one`;
  throw new CorruptLog(table, `${detail}; restore it from a copy`);
}

/** The bytes of a file; null as soon as they are seen to be more than `most`. @throws storage errors */
export async function readAtMost(storage: Storage, path: string, most: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of storage.read(path)) {
    length += chunk.length;
    if (length > most) return null;
    chunks.push(Uint8Array.from(chunk));
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Uint8Array.from(Buffer.concat(chunks));
}
