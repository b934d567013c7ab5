import { ByteBuffer } from './bytes.ts';

/** When a dictionary takes no more values: the chunk's rest is then PLAIN. */
export interface DictionaryLimits {
  /** At most 65,535. */
  readonly entries: number;
  /** Of the dictionary page, the values' lengths included. */
  readonly bytes: number;
}

const FIRST_SLOTS = 64;
// Whoever chooses the values can choose collisions too; so many looks at the table, and the value counts as one too many.
const MOST_PROBES = 64;
const HASHED_BYTES = 256;
const SAMPLED_WORDS = 64;

/** The different strings of a column, numbered in the order of their first use. */
export class Dictionary {
  /** The entries as a PLAIN page. */
  readonly body = new ByteBuffer();
  readonly #limits: DictionaryLimits;
  #entries = 0;
  #latest = -1;
  // Where the value of each entry begins in `body`; the next one's start, less its length field, is where it ends.
  #starts = new Uint32Array(FIRST_SLOTS);
  #hashes = new Int32Array(FIRST_SLOTS);
  // Open addressing: entry + 1 below the hash's upper half, which spares most looks at other values; 0 where free. Only
  // the first `mask + 1` slots are in use, so that a reused table acts like a new one.
  #slots = new Int32Array(FIRST_SLOTS);
  #mask = FIRST_SLOTS - 1;

  // Words are read through a view, four times as fast as bytes; it is kept, since values come from the same buffer again.
  #source: Uint8Array = this.body.bytes;
  #words: DataView = this.body.words;

  constructor(limits: DictionaryLimits) {
    this.#limits = limits;
  }

  get entries(): number {
    return this.#entries;
  }

  /** The index of bytes[start, end), which is added if it is new; -1 if it is new and a limit is reached. */
  find(bytes: Uint8Array, start: number, end: number): number {
    if (bytes !== this.#source) this.#setSource(bytes);
    const words = this.#words;
    if (this.#latest >= 0 && this.#equals(this.#latest, words, start, end)) return this.#latest;
    const hash = sampledHash(words, start, end);
    const mask = this.#mask;
    let slot = hash & mask;
    for (let probe = 0; probe < MOST_PROBES; probe++) {
      const held = this.#slots[slot]!;
      if (held === 0) return this.#add(slot, hash, bytes, start, end);
      const entry = (held & 0xffff) - 1;
      if ((held ^ hash) >>> 16 === 0 && this.#equals(entry, words, start, end)) {
        this.#latest = entry;
        return entry;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  reset(): void {
    this.#slots.fill(0, 0, this.#mask + 1);
    this.#mask = FIRST_SLOTS - 1;
    this.#entries = 0;
    this.#latest = -1;
    this.body.clear();
    // Not to keep the caller's buffer alive.
    this.#setSource(this.body.bytes);
  }

  #setSource(bytes: Uint8Array): void {
    this.#source = bytes;
    this.#words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #equals(entry: number, words: DataView, start: number, end: number): boolean {
    const from = this.#starts[entry]!;
    const length = end - start;
    if (this.#starts[entry + 1]! - 4 - from !== length) return false;
    const own = this.body.words;
    // From the end, because names of a kind tend to begin alike.
    let at = length - 4;
    for (; at > 0; at -= 4) {
      if (own.getInt32(from + at, true) !== words.getInt32(start + at, true)) return false;
    }
    if (length >= 4) return own.getInt32(from, true) === words.getInt32(start, true);
    for (at = 0; at < length; at++) {
      if (own.getUint8(from + at) !== words.getUint8(start + at)) return false;
    }
    return true;
  }

  #add(slot: number, hash: number, bytes: Uint8Array, start: number, end: number): number {
    const entry = this.#entries;
    if (entry === this.#limits.entries || this.body.length + 4 + end - start > this.#limits.bytes) return -1;
    // Every entry needs the next one's start as well.
    if (entry + 2 > this.#starts.length) this.#growEntries();
    this.#starts[entry] = this.body.length + 4;
    this.body.text(bytes, start, end);
    this.#starts[entry + 1] = this.body.length + 4;
    this.#hashes[entry] = hash;
    this.#slots[slot] = taken(entry, hash);
    this.#entries = entry + 1;
    this.#latest = entry;
    if (2 * this.#entries > this.#mask) this.#growSlots();
    return entry;
  }

  #growEntries(): void {
    const starts = new Uint32Array(2 * this.#starts.length);
    starts.set(this.#starts);
    this.#starts = starts;
    const hashes = new Int32Array(starts.length);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
  }

  #growSlots(): void {
    const size = 2 * (this.#mask + 1);
    if (this.#slots.length < size) this.#slots = new Int32Array(size);
    else this.#slots.fill(0, 0, size);
    const slots = this.#slots;
    const mask = size - 1;
    this.#mask = mask;
    for (let entry = 0; entry < this.#entries; entry++) {
      const hash = this.#hashes[entry]!;
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = taken(entry, hash);
    }
  }
}

/** What a slot holds for an entry; never 0. */
function taken(entry: number, hash: number): number {
  return (hash & 0xffff_0000) | (entry + 1);
}

/**
 * A 32-bit hash of the length and of all bytes up to 256; of longer values, of the last word and some 64 spread evenly.
 * Fewer samples than bytes make numbered names collide by the hundred, and the dictionary would give up on them.
 */
function sampledHash(words: DataView, start: number, end: number): number {
  const length = end - start;
  let hash = length;
  if (length < 4) {
    for (let at = start; at < end; at++) hash = mixed(hash ^ words.getUint8(at));
    return hash;
  }
  const stride = length <= HASHED_BYTES ? 4 : Math.floor(length / SAMPLED_WORDS);
  const last = end - 4;
  for (let at = start; at < last; at += stride) hash = mixed(hash ^ words.getInt32(at, true));
  return mixed(hash ^ words.getInt32(last, true));
}

function mixed(hash: number): number {
  const product = Math.imul(hash, 0x2c1b3c6d);
  return product ^ (product >>> 15);
}
