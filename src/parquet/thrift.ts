import type { ByteBuffer } from './bytes.ts';

/** Wire types of the compact protocol. A boolean field carries its value in the type. */
const TYPE = { true: 1, false: 2, i16: 4, i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

const utf8 = new TextEncoder();

/**
 * Writes Thrift structs in the compact protocol. Fields of a struct are written in the order of their ids.
 *
 * Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export class ThriftWriter {
  readonly #out: ByteBuffer;
  #previousId = 0;

  constructor(out: ByteBuffer) {
    this.#out = out;
  }

  bool(id: number, value: boolean): void {
    this.#field(id, value ? TYPE.true : TYPE.false);
  }

  i16(id: number, value: number): void {
    this.#field(id, TYPE.i16);
    this.#zigzag(value);
  }

  i32(id: number, value: number): void {
    this.#field(id, TYPE.i32);
    this.#zigzag(value);
  }

  /** A whole number with |value| < 2^52. */
  i64(id: number, value: number): void {
    this.#field(id, TYPE.i64);
    this.#zigzag(value);
  }

  binary(id: number, value: Uint8Array): void {
    this.#field(id, TYPE.binary);
    this.#bytes(value);
  }

  string(id: number, value: string): void {
    this.binary(id, utf8.encode(value));
  }

  struct(id: number, body: () => void): void {
    this.#field(id, TYPE.struct);
    this.root(body);
  }

  i32List(id: number, values: readonly number[]): void {
    this.#list(id, TYPE.i32, values.length);
    for (const value of values) this.#zigzag(value);
  }

  stringList(id: number, values: readonly string[]): void {
    this.#list(id, TYPE.binary, values.length);
    for (const value of values) this.#bytes(utf8.encode(value));
  }

  structList<T>(id: number, values: readonly T[], body: (value: T) => void): void {
    this.#list(id, TYPE.struct, values.length);
    for (const value of values) this.root(() => body(value));
  }

  /** A struct that is no field: the outermost one, or an element of a list. */
  root(body: () => void): void {
    const outer = this.#previousId;
    this.#previousId = 0;
    body();
    this.#out.byte(0);
    this.#previousId = outer;
  }

  #field(id: number, type: number): void {
    const step = id - this.#previousId;
    if (step < 1 || step > 15) throw new Error(`Thrift field ${id} cannot follow field ${this.#previousId}`);
    this.#out.byte((step << 4) | type);
    this.#previousId = id;
  }

  #list(id: number, type: number, size: number): void {
    this.#field(id, TYPE.list);
    if (size < 15) {
      this.#out.byte((size << 4) | type);
    } else {
      this.#out.byte(0xf0 | type);
      this.#out.varint(size);
    }
  }

  #bytes(value: Uint8Array): void {
    this.#out.varint(value.length);
    this.#out.put(value);
  }

  #zigzag(value: number): void {
    this.#out.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }
}
