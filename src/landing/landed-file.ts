import { createHash, type Hash } from 'node:crypto';
import { pathInZone, RAW, type Storage, sha256Hex, sha256Of } from '../storage/index.ts';

/** What became of a file that was to be landed. */
export interface Landed {
  /** Lake path. */
  readonly path: string;
  /** Stored bytes. */
  readonly size: number;
  /** `exists` where an earlier run had landed it. */
  readonly outcome: 'created' | 'exists';
}

/** A file that stands in the raw zone is not the one that was to be landed there. */
export class LandedDiffers extends Error {
  override readonly name = 'LandedDiffers';
}

/**
 * Puts a file into the raw zone: whole, by one request, and never over another one.
 * @param path relative to the raw zone
 * @param sha256 of the content, in hex, where that is known without asking for it
 * @throws LandedDiffers where something else stands there then; storage errors, and those of `content`
 */
export async function landFile(
  storage: Storage,
  path: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  sha256?: string,
): Promise<Landed> {
  const known = () => sha256 ?? (content instanceof Uint8Array ? sha256Hex(content) : null);
  const isHashed = sha256 === undefined && !(content instanceof Uint8Array);
  const counted = new Counted(content, isHashed);
  const lakePath = `${RAW}${path}`;
  const outcome = await storage.create(lakePath, counted);
  const info = await storage.head(lakePath);
  // Where the name was taken, not all of the content may have been asked for.
  const expected = outcome === 'created' || counted.isOver ? counted.bytes : info?.size;
  if (info === null || info.size !== expected) {
    throw new LandedDiffers(
      `${pathInZone(lakePath)}: expected ${expected ?? 'some'} bytes after landing it, found ${info?.size ?? 'no file'}; nothing was overwritten`,
    );
  }
  if (outcome === 'exists') await compare(storage, lakePath, known() ?? counted.sha256);
  return { path: lakePath, size: info.size, outcome };
}

/** @param sha256 null where it is not known @throws LandedDiffers, storage errors */
async function compare(storage: Storage, lakePath: string, sha256: string | null): Promise<void> {
  if (sha256 === null) return;
  const found = await sha256Of(storage.read(lakePath));
  if (found === sha256) return;
  throw new LandedDiffers(
    `${pathInZone(lakePath)}: expected a content with the SHA-256 ${sha256}, found one with ${found} there already; nothing was overwritten`,
  );
}

/** Bytes that are counted while they pass, and hashed where their SHA-256 is not to be had otherwise. */
class Counted implements AsyncIterable<Uint8Array> {
  bytes = 0;
  isOver = false;
  #hash: Hash | null = null;
  #sha256: string | null = null;
  readonly #content: Uint8Array | AsyncIterable<Uint8Array>;
  readonly #isHashed: boolean;

  constructor(content: Uint8Array | AsyncIterable<Uint8Array>, isHashed: boolean) {
    this.#content = content;
    this.#isHashed = isHashed;
  }

  /** Of all of it; null where not all was asked for, or nothing was hashed. */
  get sha256(): string | null {
    if (this.isOver) this.#sha256 ??= this.#hash?.digest('hex') ?? null;
    return this.#sha256;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    this.bytes = 0;
    this.isOver = false;
    this.#hash = this.#isHashed ? createHash('sha256') : null;
    const content = this.#content instanceof Uint8Array ? [this.#content] : this.#content;
    for await (const chunk of content) {
      this.bytes += chunk.length;
      this.#hash?.update(chunk);
      yield chunk;
    }
    this.isOver = true;
  }
}
