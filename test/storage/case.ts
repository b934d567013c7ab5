import { it } from 'vitest';
import type { ListedFile, Storage } from '../../src/storage/index.ts';

/** A driver on a store of its own; `another` is a second driver on the same store, as another process would have it. */
export interface StorageUnderTest {
  readonly storage: Storage;
  readonly another: Storage;
  /** Puts a file of one byte at each path, by whatever is quickest. */
  fill(paths: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Declares one test on a store of its own. */
export type Case = (title: string, body: (under: StorageUnderTest) => Promise<void>) => void;

/** Cases on the stores that `makeStorage` gives, closed after each. */
export function casesOn(makeStorage: () => Promise<StorageUnderTest>): Case {
  return (title, body) => {
    it(title, async () => {
      const under = await makeStorage();
      try {
        await body(under);
      } finally {
        await under.close();
      }
    });
  };
}

export function bytes(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export function text(value: Uint8Array): string {
  return new TextDecoder().decode(value);
}

export async function collect(listing: AsyncIterable<ListedFile>): Promise<ListedFile[]> {
  const files: ListedFile[] = [];
  for await (const file of listing) files.push(file);
  return files;
}

export async function paths(listing: AsyncIterable<ListedFile>): Promise<string[]> {
  return (await collect(listing)).map(({ path }) => path);
}

/** Bytes that differ from place to place, so that a misplaced piece shows. */
export function pattern(length: number): Uint8Array {
  const content = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) content[index] = (index * 31 + (index >> 8) * 7) & 0xff;
  return content;
}

/** Pieces of one reused buffer, as a reader hands them out. */
export async function* inPieces(content: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  const buffer = new Uint8Array(size);
  for (let start = 0; start < content.length; start += size) {
    const piece = content.subarray(start, start + size);
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
    buffer.fill(0xee);
  }
}
