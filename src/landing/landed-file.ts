import { pathInZone, RAW, type Storage } from '../storage/index.ts';

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
 * @throws LandedDiffers where what stands there then has another length than what was given; storage errors, and those of `content`
 */
export async function landFile(
  storage: Storage,
  path: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<Landed> {
  const counted = new Counted(content);
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
  return { path: lakePath, size: info.size, outcome };
}

/** Bytes that are counted while they pass. */
class Counted implements AsyncIterable<Uint8Array> {
  bytes = 0;
  isOver = false;
  readonly #content: Uint8Array | AsyncIterable<Uint8Array>;

  constructor(content: Uint8Array | AsyncIterable<Uint8Array>) {
    this.#content = content;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    this.bytes = 0;
    const content = this.#content instanceof Uint8Array ? [this.#content] : this.#content;
    for await (const chunk of content) {
      this.bytes += chunk.length;
      yield chunk;
    }
    this.isOver = true;
  }
}
