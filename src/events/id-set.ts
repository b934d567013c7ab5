/** Segments of a set that has outgrown its first one. */
const SEGMENTS = 64;
const FIRST_CAPACITY = 64;
/** Ids that one segment holds: most files have fewer, and many segments take longer to make than to fill. */
const MOST_IN_FIRST = 4096;
const LARGEST_LOAD = 0.8;
const GROWTH = 1.5;
/** Slots between two that are visited one after the other. */
const STRIDE = 61;

/**
 * A set of 128-bit ids in typed arrays: 20 to 30 bytes an id, all bits compared. It grows one segment at a time, so that
 * it never holds two copies of itself.
 */
export class IdSet {
  #size = 0;
  #segments: Segment[] = [new Segment(FIRST_CAPACITY)];

  get size(): number {
    return this.#size;
  }

  /** Adds an id given as four words; false where it is in already. */
  add(id: Uint32Array): boolean {
    const index = id[3]! % this.#segments.length;
    let segment = this.#segments[index]!;
    if (segment.isFull) {
      segment = segment.grown();
      this.#segments[index] = segment;
    }
    if (!segment.add(id[0]!, id[1]!, id[2]!, id[3]!)) return false;
    this.#size++;
    if (this.#size === MOST_IN_FIRST && this.#segments.length === 1) this.#split();
    return true;
  }

  /** Adds every id of another set. */
  addAll(other: IdSet): void {
    const id = new Uint32Array(4);
    for (const segment of other.#segments) segment.forEach(id, () => this.add(id));
  }

  has(id: Uint32Array): boolean {
    return this.#segments[id[3]! % this.#segments.length]!.has(id[0]!, id[1]!, id[2]!, id[3]!);
  }

  #split(): void {
    const [first] = this.#segments;
    this.#segments = Array.from({ length: SEGMENTS }, () => new Segment((2 * MOST_IN_FIRST) / SEGMENTS));
    this.#size = 0;
    const id = new Uint32Array(4);
    first?.forEach(id, () => this.add(id));
  }
}

class Segment {
  readonly #capacity: number;
  readonly #keys: Uint32Array;
  readonly #taken: Uint8Array;
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#keys = new Uint32Array(capacity * 4);
    this.#taken = new Uint8Array(Math.ceil(capacity / 8));
  }

  get isFull(): boolean {
    return this.#size >= this.#capacity * LARGEST_LOAD;
  }

  add(a: number, b: number, c: number, d: number): boolean {
    const slot = this.#find(a, b, c, d);
    if (slot < 0) return false;
    const keys = this.#keys;
    keys[slot * 4] = a;
    keys[slot * 4 + 1] = b;
    keys[slot * 4 + 2] = c;
    keys[slot * 4 + 3] = d;
    this.#taken[slot >> 3]! |= 1 << (slot & 7);
    this.#size++;
    return true;
  }

  has(a: number, b: number, c: number, d: number): boolean {
    return this.#find(a, b, c, d) < 0;
  }

  grown(): Segment {
    const larger = new Segment(Math.ceil(this.#capacity * GROWTH));
    const key = new Uint32Array(4);
    this.forEach(key, () => larger.add(key[0]!, key[1]!, key[2]!, key[3]!));
    return larger;
  }

  /** Puts one key after the other into `key`. */
  forEach(key: Uint32Array, visit: () => void): void {
    // Slots are in the order of the keys. A smaller set that took them in that order would fill up at one end first.
    for (let first = 0; first < STRIDE; first++) {
      for (let slot = first; slot < this.#capacity; slot += STRIDE) {
        if (!this.#isTaken(slot)) continue;
        for (let word = 0; word < 4; word++) key[word] = this.#keys[slot * 4 + word]!;
        visit();
      }
    }
  }

  /** The free slot for a key; -1 where the key is in. */
  #find(a: number, b: number, c: number, d: number): number {
    const keys = this.#keys;
    let slot = Math.floor((a * this.#capacity) / 2 ** 32);
    while (this.#isTaken(slot)) {
      const at = slot * 4;
      if (keys[at] === a && keys[at + 1] === b && keys[at + 2] === c && keys[at + 3] === d) return -1;
      slot = slot + 1 === this.#capacity ? 0 : slot + 1;
    }
    return slot;
  }

  #isTaken(slot: number): boolean {
    return (this.#taken[slot >> 3]! & (1 << (slot & 7))) !== 0;
  }
}

/** Reads 32 hex digits as four words; false where the text is not that. */
export function parseId(hex: string, target: Uint32Array): boolean {
  if (!/^[0-9a-f]{32}$/.test(hex)) return false;
  for (let word = 0; word < 4; word++) target[word] = Number.parseInt(hex.slice(word * 8, word * 8 + 8), 16);
  return true;
}
