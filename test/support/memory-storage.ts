import { createHash } from 'node:crypto';
import {
  comparePaths,
  type FileInfo,
  FileNotFound,
  type ListedFile,
  type ListOptions,
  PreconditionFailed,
  type ReadOptions,
  type Storage,
} from '../../src/storage/index.ts';

interface StoredFile {
  readonly content: Buffer;
  readonly lastModified: Date;
}

/** A lake in memory: quick, and two of them compare easily. Several runs may share one, as processes share a store. */
export class MemoryStorage implements Storage {
  readonly files = new Map<string, StoredFile>();
  readonly #chunkBytes: number;

  constructor(chunkBytes = 65_536) {
    this.#chunkBytes = chunkBytes;
  }

  /** A second lake that holds the same files now. */
  copy(): MemoryStorage {
    const other = new MemoryStorage(this.#chunkBytes);
    for (const [path, file] of this.files) other.files.set(path, file);
    return other;
  }

  /** Puts a file by hand, whether or not one is there. */
  put(path: string, content: string | Uint8Array, lastModified = new Date('2026-06-01T00:00:00Z')): void {
    this.files.set(path, { content: Buffer.from(content), lastModified });
  }

  /** The paths that begin with `prefix`, in order. */
  paths(prefix = ''): string[] {
    return [...this.files.keys()].filter((path) => path.startsWith(prefix)).sort(comparePaths);
  }

  content(path: string): Buffer {
    const file = this.files.get(path);
    if (file === undefined) throw new FileNotFound('read', path);
    return file.content;
  }

  async *list(prefix: string, { after = '', enter = () => true }: ListOptions = {}): AsyncGenerator<ListedFile> {
    for (const path of this.paths(prefix)) {
      const file = this.files.get(path);
      if (comparePaths(path, after) <= 0 || file === undefined) continue;
      const folders = [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index + 1));
      if (!folders.every((folder) => folder.length <= prefix.lastIndexOf('/') + 1 || enter(folder))) continue;
      yield { path, size: file.content.length, lastModified: file.lastModified };
    }
  }

  async head(path: string): Promise<FileInfo | null> {
    const file = this.files.get(path);
    if (file === undefined) return null;
    return { path, size: file.content.length, lastModified: file.lastModified, etag: etagOf(file.content) };
  }

  async *read(path: string, { start = 0, end, ifMatch }: ReadOptions = {}): AsyncGenerator<Uint8Array> {
    const content = this.content(path);
    if (ifMatch !== undefined) this.#match('read', path, ifMatch);
    const last = Math.min(end ?? content.length, content.length);
    for (let at = start; at < last; at += this.#chunkBytes) {
      yield Uint8Array.from(content.subarray(at, Math.min(at + this.#chunkBytes, last)));
    }
    if (ifMatch !== undefined) this.#match('read', path, ifMatch);
  }

  async create(
    path: string,
    content: Uint8Array | AsyncIterable<Uint8Array>,
    { modified }: { readonly modified?: Date } = {},
  ): Promise<'created' | 'exists'> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of content instanceof Uint8Array ? [content] : content) chunks.push(Uint8Array.from(chunk));
    if (this.files.has(path)) return 'exists';
    this.put(path, Buffer.concat(chunks), modified);
    return 'created';
  }

  async replace(path: string, content: Uint8Array, { ifMatch }: { readonly ifMatch?: string } = {}): Promise<void> {
    if (ifMatch !== undefined) this.#match('replace', path, ifMatch);
    this.put(path, content);
  }

  async delete(path: string): Promise<void> {
    this.files.delete(path);
  }

  /** Nothing is ever staged in memory. */
  async removeAbandoned(): Promise<number> {
    return 0;
  }

  #match(operation: string, path: string, ifMatch: string): void {
    const file = this.files.get(path);
    const found = file === undefined ? 'no file' : etagOf(file.content);
    if (found !== ifMatch) throw new PreconditionFailed(operation, path, ifMatch, found);
  }
}

function etagOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}
