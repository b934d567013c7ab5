import type { ByteStream } from '../parquet/index.ts';
import type { Storage } from '../storage/index.ts';

/** Bytes asked for at once. */
const WINDOW_BYTES = 4 * 2 ** 20;

/** Bytes [start, end) of a file in a buffer of their own, never held twice. Throws Error where the file ends before. */
export async function readRange(
  storage: Storage,
  path: string,
  start: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(end - start);
  let length = 0;
  for await (const chunk of storage.read(path, { start, end })) {
    bytes.set(chunk, length);
    length += chunk.length;
  }
  if (length !== bytes.length) throw new Error(`it ends ${bytes.length - length} bytes before its size in the log`);
  return bytes;
}

/** A stretch of a file that is read from its start to its end, of which only a window is in memory. */
export class FileStretch implements ByteStream {
  readonly #storage: Storage;
  readonly #path: string;
  readonly #end: number;
  /** Where in the file the window ends. */
  #position: number;
  #window: Uint8Array<ArrayBuffer>;

  /** `known` are the first bytes of the stretch [start, end), as far as they have been read. */
  constructor(storage: Storage, path: string, start: number, end: number, known = new Uint8Array(0)) {
    this.#storage = storage;
    this.#path = path;
    this.#end = end;
    this.#position = start + known.length;
    this.#window = known;
  }

  /** Bytes that have not been taken. */
  get left(): number {
    return this.#window.length + this.#end - this.#position;
  }

  /** The next `count` bytes, or all that are left; they are not taken by that, and valid until more are asked for. */
  async peek(count: number): Promise<Uint8Array<ArrayBuffer>> {
    const missing = Math.min(count, this.left) - this.#window.length;
    if (missing > 0) {
      const end = Math.min(this.#position + Math.max(missing, WINDOW_BYTES), this.#end);
      const more = await readRange(this.#storage, this.#path, this.#position, end);
      this.#window = this.#window.length === 0 ? more : joined(this.#window, more);
      this.#position = end;
    }
    return this.#window;
  }

  /** Takes the next `count` bytes. @throws Error where fewer are left */
  async take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    if (count > this.left) throw new Error(`expected ${count} more bytes of a column, found ${this.left}`);
    const bytes = (await this.peek(count)).subarray(0, count);
    this.#window = this.#window.subarray(count);
    return bytes;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
