import { createHash } from 'node:crypto';
import type { Storage } from '../storage/index.ts';
import type { SourceFile } from './source-file.ts';

/** The bytes of a raw file as they are stored, counted and hashed as they pass. */
export class StoredBytes {
  /** Bytes passed so far. */
  bytes = 0;
  readonly #storage: Storage;
  readonly #source: SourceFile;
  readonly #hash = createHash('sha256');

  constructor(storage: Storage, source: SourceFile) {
    this.#storage = storage;
    this.#source = source;
  }

  /** The file in chunks. @throws PreconditionFailed where it is not the one that was looked at any more */
  async *chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#storage.read(this.#source.path, { ifMatch: this.#source.etag })) {
      this.#hash.update(chunk);
      this.bytes += chunk.length;
      yield chunk;
    }
  }

  /** SHA-256 of what passed, in hex. */
  sha256(): string {
    return this.#hash.copy().digest('hex');
  }
}
