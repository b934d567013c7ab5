import {
  ByteBuffer,
  beginLevels,
  bitWidth,
  Chunk,
  type ChunkPlace,
  ENCODING,
  endLevels,
  putHybrid,
  snappy,
} from '../parquet/index.ts';

/** A scalar as a leaf column stores it. */
export type LeafType = 'string' | 'integer' | 'long' | 'boolean';

/** Bytes of values at which a page ends, once its row is complete. */
const PAGE_BYTES = 1_048_576;

/**
 * One leaf column of a nested file that is being filled: PLAIN values in data pages V1, with the levels that say where
 * in a row they stand.
 * Source: Parquet format, "Nested Encoding", "Data Pages".
 */
export class Leaf {
  readonly path: readonly string[];
  readonly type: LeafType;
  readonly #definitionLimit: number;
  readonly #repeated: boolean;
  readonly #chunk: Chunk;
  readonly #body = new ByteBuffer();
  #bits: boolean[] = [];
  #definitions: number[] = [];
  #repetitions: number[] = [];
  #values = 0;

  /** @param definitionLimit the level of a value that is there; `repeated` where a row can have several */
  constructor(path: readonly string[], type: LeafType, definitionLimit: number, repeated: boolean) {
    this.path = path;
    this.type = type;
    this.#definitionLimit = definitionLimit;
    this.#repeated = repeated;
    // The chunk looks at the name and at whether values may be missing; how a value is stored is decided here.
    const spec = {
      name: path.join('.'),
      type: 'string',
      required: false,
      encoding: 'plain',
      compressed: true,
    } as const;
    this.#chunk = new Chunk(spec, snappy);
  }

  get nullCount(): number {
    return this.#chunk.nullCount;
  }

  /**
   * The next entry: a value, or undefined where the path ends at a lower definition level.
   * @throws Error for a value of another type, or one that the type cannot hold
   */
  put(value: unknown, definition: number, repetition: number): void {
    if (repetition === 0 && this.#body.length >= PAGE_BYTES) this.#seal();
    this.#repetitions.push(repetition);
    if (value === undefined) {
      this.#definitions.push(definition);
      return;
    }
    this.#definitions.push(this.#definitionLimit);
    this.#values++;
    this.#putValue(value);
  }

  /** Writes the column at the end of the file so far. It can be filled again then. */
  write(file: ByteBuffer): { readonly place: ChunkPlace; readonly nullCount: number } {
    this.#seal();
    const written = { place: this.#chunk.write(file, null), nullCount: this.nullCount };
    this.#chunk.reset();
    return written;
  }

  #putValue(value: unknown): void {
    const { type } = this;
    if (type === 'boolean' && typeof value === 'boolean') this.#bits.push(value);
    else if (type === 'string' && typeof value === 'string' && value.isWellFormed()) {
      const bytes = Buffer.from(value);
      this.#body.text(bytes, 0, bytes.length);
    } else if (type === 'integer' && typeof value === 'number' && (value | 0) === value) this.#body.int32(value);
    else if (type === 'long' && typeof value === 'number' && Number.isSafeInteger(value)) this.#body.int64(value);
    else if (type === 'long' && typeof value === 'bigint' && BigInt.asIntN(64, value) === value) {
      this.#body.put(new Uint8Array(BigInt64Array.of(value).buffer));
    } else throw new Error(`column ${this.path.join('.')}: ${JSON.stringify(String(value))} is no ${type}`);
  }

  #seal(): void {
    const entries = this.#definitions.length;
    if (entries === 0) return;
    const page = new ByteBuffer();
    if (this.#repeated) putLevels(page, this.#repetitions, 1);
    putLevels(page, this.#definitions, this.#definitionLimit);
    page.put(packed(this.#bits));
    page.put(this.#body.view());
    this.#chunk.seal(page.view(), entries, this.#values, ENCODING.plain);
    this.#body.clear();
    this.#bits = [];
    this.#definitions = [];
    this.#repetitions = [];
    this.#values = 0;
  }
}

function putLevels(page: ByteBuffer, levels: readonly number[], limit: number): void {
  const start = beginLevels(page);
  putHybrid(page, Uint16Array.from(levels), levels.length, bitWidth(limit));
  endLevels(page, start);
}

/** PLAIN booleans: one bit each, least significant first. */
function packed(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) if (bit) bytes[index >>> 3]! |= 1 << (index & 7);
  return bytes;
}
