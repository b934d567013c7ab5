import { createHash, type Hash } from 'node:crypto';
import type { SourceFile } from '../lake/index.ts';
import { readAll, type Storage } from '../storage/index.ts';

/** Stored bytes up to which a raw file is read into memory at once. */
export const SMALL_FILE_BYTES = 4 * 2 ** 20;

/** The bytes of a raw file, in memory where it is small. Throws as {@link StoredBytes.chunks}. */
export async function openStored(storage: Storage, source: SourceFile): Promise<StoredBytes> {
  const stored = new StoredBytes(storage, source);
  if (source.size <= SMALL_FILE_BYTES) await stored.keep();
  return stored;
}

/** The bytes of a raw file as they are stored, counted and hashed as they pass. */
export class StoredBytes {
  /** Bytes passed since the last beginning. */
  bytes = 0;
  readonly #storage: Storage;
  readonly #source: SourceFile;
  #hash: Hash = createHash('sha256');
  /** SHA-256 of the whole file, once it was gone through. */
  #whole: string | null = null;
  /** The whole file, once it is kept. */
  #kept: readonly Uint8Array[] | null = null;

  constructor(storage: Storage, source: SourceFile) {
    this.#storage = storage;
    this.#source = source;
  }

  /** Reads the file into memory: going through it, even twice, then asks nothing of the store. Throws as {@link chunks}. */
  async keep(): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#read()) chunks.push(Uint8Array.from(chunk));
    this.#kept = chunks;
  }

  /**
   * The file in chunks, from its beginning; it may be gone through a second time while the first is not at its end.
   * @throws FileNotFound, PreconditionFailed where it is not the one that was looked at any more
   */
  async *chunks(): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    this.#hash = hash;
    let bytes = 0;
    this.bytes = 0;
    for await (const chunk of this.#kept ?? this.#read()) {
      hash.update(chunk);
      bytes += chunk.length;
      this.bytes = bytes;
      yield chunk;
    }
    this.#whole = hash.copy().digest('hex');
  }

  /** The first bytes of the file. Throws as {@link chunks}. */
  async beginning(length: number): Promise<Uint8Array> {
    if (this.#kept !== null) return Buffer.concat(this.#kept).subarray(0, length);
    return await readAll(this.#storage, this.#source.path, { start: 0, end: length, ifMatch: this.#source.etag });
  }

  /** SHA-256 of what passed since the last beginning, in hex; that of the whole file once it was gone through. */
  sha256(): string {
    return this.#whole ?? this.#hash.copy().digest('hex');
  }

  /** SHA-256 of the whole file, in hex; null where that would mean reading on. */
  sha256OfAll(): string | null {
    if (this.#whole !== null) return this.#whole;
    if (this.#kept === null) return this.bytes === this.#source.size ? this.sha256() : null;
    const hash = createHash('sha256');
    for (const chunk of this.#kept) hash.update(chunk);
    return hash.digest('hex');
  }

  #read(): AsyncIterable<Uint8Array> {
    const { path, etag, size } = this.#source;
    // Naming the end lets a driver do with a small buffer for a small file.
    return this.#storage.read(path, { end: size, ifMatch: etag });
  }
}
