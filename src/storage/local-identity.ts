import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { UnreadableFile } from './errors.ts';

/** Bytes read from disk at a time. */
export const CHUNK_BYTES = 1 << 20;

/** A file touched less than this before it was hashed may be touched again within one tick of its clock (FAT: 2 s). */
const CLOCK_TICK_MS = 2_000;

/** Files whose ETag is kept in memory, about 500 bytes each. */
const KNOWN_FILES = 20_000;

const HASH_ATTEMPTS = 3;

/** A state of a file and the ETag of its content. */
export interface Identity {
  readonly stats: BigIntStats;
  readonly etag: string;
}

/** The ETag of content: the first 32 hex digits of its SHA-256. */
export function etagOf(sha256Hex: string): string {
  return sha256Hex.slice(0, 32);
}

/** Whether two looks at a path saw the same content, as far as the file system tells. */
export function sameFile(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs;
}

/** The file's time in whole milliseconds. */
export function modifiedMs(stats: BigIntStats): number {
  return Number(stats.mtimeNs / 1_000_000n);
}

/** ETags by location and file state, so that a file is hashed once and not on every look. */
export class LocalIdentities {
  readonly #known = new Map<string, Identity>();

  /** Keeps an ETag, for example of content that was hashed while it was written. */
  remember(location: string, identity: Identity): void {
    this.#known.delete(location);
    this.#known.set(location, identity);
    if (this.#known.size <= KNOWN_FILES) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }

  forget(location: string): void {
    this.#known.delete(location);
  }

  /** The identity of an open file. Throws UnreadableFile for one that does not come to rest. */
  async identify(operation: string, path: string, location: string, file: FileHandle): Promise<Identity> {
    let before = await file.stat({ bigint: true });
    const known = this.#known.get(location);
    if (known !== undefined && sameFile(known.stats, before)) return known;
    for (let attempt = 0; attempt < HASH_ATTEMPTS; attempt += 1) {
      const hashedAt = Date.now();
      const etag = etagOf(await sha256(file, Number(before.size)));
      const after = await file.stat({ bigint: true });
      if (sameFile(before, after)) {
        const identity = { stats: after, etag };
        if (modifiedMs(after) + CLOCK_TICK_MS < hashedAt) this.remember(location, identity);
        return identity;
      }
      before = after;
    }
    const detail = 'it changes while it is read; try again when its writer is done';
    throw new UnreadableFile(operation, path, detail, { transient: true });
  }
}

/** @param size of the file as far as is known: a small one does with a small buffer */
async function sha256(file: FileHandle, size: number): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size + 1));
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}
