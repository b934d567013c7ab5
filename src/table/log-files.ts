import type { Storage } from '../storage/index.ts';
import { CorruptLog } from './errors.ts';

const MIB = 1024 * 1024;

/**
 * Bytes that a commit or its evidence has at most where whoever opened the lake says nothing: some hundred thousand files or
 * sources in one commit.
 */
const MOST_COMMIT_BYTES = 128 * MIB;

/** A checkpoint, or a part of one, has at most so many times the bytes of a commit. */
const CHECKPOINT_COMMITS = 4;

/**
 * The bytes of a file of the log or the evidence. One that is larger than the limit of the opened lake is given up as soon as
 * that is seen: it would not fit into memory, or not into a text.
 * @param kind evidence counts as a commit
 * @throws CorruptLog for a file that is too large; storage errors
 */
export async function readLogFile(
  storage: Storage,
  table: string,
  path: string,
  kind: 'commit' | 'checkpoint' = 'commit',
): Promise<Uint8Array> {
  const limit = storage.limits?.logBytes ?? MOST_COMMIT_BYTES;
  const most = kind === 'commit' ? limit : CHECKPOINT_COMMITS * limit;
  const bytes = await readAtMost(storage, path, most);
  if (bytes !== null) return bytes;
  const detail = `${path} cannot be read: expected a file of at most ${sizeText(most)}, found a larger one`;
  const times = kind === 'commit' ? '' : `; a checkpoint may have ${CHECKPOINT_COMMITS} times that`;
  const setting = `AUDIT_LAKE_MAX_LOG_BYTES (it is ${sizeText(limit)}${times})`;
  throw new CorruptLog(table, `${detail}; if it is genuine, raise ${setting}, else restore it from a copy`);
}

function sizeText(bytes: number): string {
  return bytes % MIB === 0 ? `${bytes / MIB} MiB` : `${bytes} bytes`;
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
