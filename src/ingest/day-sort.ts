import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Reading } from '../decode/index.ts';
import { codeChoices, dayOf, type EventRow } from '../events/index.ts';
import { type ExtraColumn, Row, type TimeNote } from '../source/index.ts';
import { makeScratch, type ScratchFolder, StorageFault } from '../storage/index.ts';

/** Bytes of a date's rows that are gathered before they are written. */
const BLOCK_BYTES = 32 * 1024;
/** What all dates together may gather: an export can hold ten thousand of them. */
const GATHERED_BYTES = 32 * 2 ** 20;
const FIRST_BLOCK_BYTES = 1024;
const UID_BYTES = 32;
/** Time, code, time note, record number, columns, source system, uid: what stands before the slices of a row. */
const HEAD_BYTES = 8 + 4 + 1 + 8 + 4 + 1 + UID_BYTES;
const SLICE_LENGTH_BYTES = 4;
const FASTEST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Where a written block stands in the file. */
interface StoredBlock {
  readonly position: number;
  readonly length: number;
}

/** Sorts the rows of a file by date on disk: in goes each row as it is read, out come the rows of one date after another. */
export class DaySort {
  readonly #gathered = new Map<number, Block>();
  readonly #stored = new Map<number, StoredBlock[]>();
  /** The extra columns of the rows: those of each export in the file. */
  readonly #columns: (readonly ExtraColumn[])[] = [];
  #gatheredBytes = 0;
  #full: number[] = [];
  #scratch: ScratchFolder | null = null;
  #file: FileHandle | null = null;
  #position = 0;

  /** Takes a copy of a row that has its id. True where {@link write} should be called. */
  add(row: EventRow): boolean {
    const day = dayOf(row.source.timeMicros);
    let block = this.#gathered.get(day);
    if (block === undefined) {
      block = new Block();
      this.#gathered.set(day, block);
    }
    const before = block.length;
    if (this.#columns.at(-1) !== row.extras) this.#columns.push(row.extras);
    block.put(row, this.#columns.length - 1);
    this.#gatheredBytes += block.length - before;
    if (block.length >= BLOCK_BYTES) this.#full.push(day);
    return this.#full.length > 0 || this.#gatheredBytes >= GATHERED_BYTES;
  }

  /** Writes the blocks that are full; all of them where together they are too many. */
  async write(): Promise<void> {
    const days = this.#gatheredBytes >= GATHERED_BYTES ? [...this.#gathered.keys()] : this.#full;
    this.#full = [];
    for (const day of new Set(days)) await this.#writeBlock(day, this.#gathered.get(day)!);
  }

  /** The days that have rows, in their order: whole days since 1970. */
  days(): number[] {
    return [...new Set([...this.#stored.keys(), ...this.#gathered.keys()])].sort((a, b) => a - b);
  }

  /** The rows of a day in the order they came, block by block; {@link read} takes them apart. */
  async *blocks(day: number): AsyncGenerator<Uint8Array> {
    for (const { position, length } of this.#stored.get(day) ?? []) {
      const compressed = Buffer.alloc(length);
      await onTemporaryDisk(() => this.#file!.read(compressed, 0, length, position));
      yield zstdDecompressSync(compressed);
    }
    const rest = this.#gathered.get(day);
    if (rest !== undefined) yield rest.view();
    this.#gathered.delete(day);
  }

  /** A row for {@link read} to fill. */
  newRow(reading: Reading): EventRow {
    return {
      bytes: new Uint8Array(0),
      source: new Row(),
      extras: [],
      reading,
      choices: codeChoices(0, 0),
      textFlags: 0,
      uid: Buffer.alloc(UID_BYTES),
    };
  }

  /** Reads the row at a position of a block and returns the position of the next. */
  read(bytes: Uint8Array, at: number, row: EventRow): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const { source } = row;
    row.bytes = bytes;
    source.timeMicros = view.getFloat64(at);
    source.code = view.getInt32(at + 8);
    source.timeNote = view.getUint8(at + 12) as TimeNote;
    source.number = view.getFloat64(at + 13);
    this.#setColumns(row, this.#columns[view.getInt32(at + 21)]!);
    source.system = view.getUint8(at + 25);
    row.uid.set(bytes.subarray(at + HEAD_BYTES - UID_BYTES, at + HEAD_BYTES));
    let next = at + HEAD_BYTES;
    const slice = (): [number, number] => {
      const length = view.getInt32(next);
      const start = next + SLICE_LENGTH_BYTES;
      next = start + Math.max(length, 0);
      return length === -1 ? [-1, -1] : [start, next];
    };
    [source.timeStart, source.timeEnd] = slice();
    [source.messageStart, source.messageEnd] = slice();
    [source.actorNameStart, source.actorNameEnd] = slice();
    [source.actorIdStart, source.actorIdEnd] = slice();
    [source.componentStart, source.componentEnd] = slice();
    [source.categoryStart, source.categoryEnd] = slice();
    const extras = view.getInt32(next);
    next += SLICE_LENGTH_BYTES;
    // A file of JSON lines may have had fewer extra columns when this row was read.
    source.extraStarts.fill(0, extras);
    source.extraEnds.fill(0, extras);
    for (let index = 0; index < extras; index++) {
      [source.extraStarts[index], source.extraEnds[index]] = slice() as [number, number];
    }
    return next;
  }

  #setColumns(row: EventRow, extras: readonly ExtraColumn[]): void {
    if (row.extras === extras) return;
    row.extras = extras;
    row.source.extraStarts = new Int32Array(extras.length);
    row.source.extraEnds = new Int32Array(extras.length);
  }

  /** Gives the room on disk back. */
  async remove(): Promise<void> {
    await this.#file?.close();
    await this.#scratch?.remove();
  }

  async #writeBlock(day: number, block: Block): Promise<void> {
    const compressed = zstdCompressSync(block.view(), FASTEST);
    await onTemporaryDisk(async () => {
      this.#file ??= await this.#create();
      await this.#file.write(compressed, 0, compressed.length, this.#position);
    });
    const stored = this.#stored.get(day) ?? [];
    stored.push({ position: this.#position, length: compressed.length });
    this.#stored.set(day, stored);
    this.#position += compressed.length;
    this.#gatheredBytes -= block.length;
    block.clear();
  }

  async #create(): Promise<FileHandle> {
    const scratch = await makeScratch('sort');
    this.#scratch = scratch;
    const name = path.join(scratch.path, 'rows');
    const file = await open(name, 'wx+', 0o600);
    // Without a name the file lasts as long as it is open, and is gone however the process ends. Where the system wants the
    // name to stay, it goes at the end.
    await rm(name)
      .then(() => scratch.remove())
      .catch(() => undefined);
    return file;
  }
}

/** Says what to do where the disk for temporary files fails. */
async function onTemporaryDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const advice = 'free space there, or set TMPDIR to a folder with room for the export';
    throw new StorageFault('sort by date in', tmpdir(), `${reason}; ${advice}`, { cause: error });
  }
}

/** Rows of one date, one after the other. */
class Block {
  length = 0;
  #bytes = Buffer.allocUnsafe(FIRST_BLOCK_BYTES);

  put({ bytes, source, uid }: EventRow, columns: number): void {
    this.#reserve(HEAD_BYTES);
    this.#bytes.writeDoubleBE(source.timeMicros, this.length);
    this.#bytes.writeInt32BE(source.code, this.length + 8);
    this.#bytes.writeUInt8(source.timeNote, this.length + 12);
    this.#bytes.writeDoubleBE(source.number, this.length + 13);
    this.#bytes.writeInt32BE(columns, this.length + 21);
    this.#bytes.writeUInt8(source.system, this.length + 25);
    this.#bytes.set(uid, this.length + HEAD_BYTES - UID_BYTES);
    this.length += HEAD_BYTES;
    this.#putSlice(bytes, source.timeStart, source.timeEnd);
    this.#putSlice(bytes, source.messageStart, source.messageEnd);
    this.#putSlice(bytes, source.actorNameStart, source.actorNameEnd);
    this.#putSlice(bytes, source.actorIdStart, source.actorIdEnd);
    this.#putSlice(bytes, source.componentStart, source.componentEnd);
    this.#putSlice(bytes, source.categoryStart, source.categoryEnd);
    this.#reserve(SLICE_LENGTH_BYTES);
    this.#bytes.writeInt32BE(source.extraStarts.length, this.length);
    this.length += SLICE_LENGTH_BYTES;
    for (const [index, start] of source.extraStarts.entries()) this.#putSlice(bytes, start, source.extraEnds[index]!);
  }

  view(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
    if (this.#bytes.length > 2 * BLOCK_BYTES) this.#bytes = Buffer.allocUnsafe(BLOCK_BYTES);
  }

  /** A slice as its length and its bytes; length -1 stands for a column that the file lacks. */
  #putSlice(bytes: Uint8Array, start: number, end: number): void {
    const length = start === -1 ? 0 : end - start;
    this.#reserve(SLICE_LENGTH_BYTES + length);
    this.#bytes.writeInt32BE(start === -1 ? -1 : length, this.length);
    this.length += SLICE_LENGTH_BYTES;
    if (length > 0) this.#bytes.set(bytes.subarray(start, end), this.length);
    this.length += length;
  }

  #reserve(extra: number): void {
    if (this.length + extra <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe((this.length + extra) * 2);
    larger.set(this.#bytes.subarray(0, this.length));
    this.#bytes = larger;
  }
}
