/** Segments of an index that has outgrown its first one. */
const SEGMENTS = 64;
const FIRST_CAPACITY = 64;
/** Ids that one segment finds: most files have fewer, and many segments take longer to make than to fill. */
const MOST_IN_FIRST = 4096;
const LARGEST_LOAD = 0.8;
const GROWTH = 1.5;

const WORDS = 4;
/** A piece of the store holds 2^16 ids. */
const PIECE_BITS = 16;
const PIECE_MASK = 2 ** PIECE_BITS - 1;

/**
 * A set of 128-bit ids in typed arrays: 22 to 26 bytes an id, all bits compared. The ids lie one after the other in pieces
 * that are never copied; an index of 5 bytes a slot finds them. It grows one segment at a time, and no two at the same
 * size: memory is neither held twice nor given back in pieces that fit nothing.
 */
export class IdSet {
  #size = 0;
  readonly #ids = new IdStore();
  #segments: Segment[] = [new Segment(FIRST_CAPACITY)];

  get size(): number {
    return this.#size;
  }

  /** Adds an id given as four words; false where it is in already. */
  add(id: Uint32Array): boolean {
    if (!this.#index(id, this.#size)) return false;
    this.#ids.put(this.#size, id);
    this.#size++;
    if (this.#size === MOST_IN_FIRST && this.#segments.length === 1) this.#split();
    return true;
  }

  /** Adds every id of another set. */
  addAll(other: IdSet): void {
    const id = new Uint32Array(WORDS);
    for (let place = 0; place < other.#size; place++) {
      other.#ids.get(place, id);
      this.add(id);
    }
  }

  /** Whether every id of another set is in this one. */
  hasAll(other: IdSet): boolean {
    const id = new Uint32Array(WORDS);
    for (let place = 0; place < other.#size; place++) {
      other.#ids.get(place, id);
      if (!this.has(id)) return false;
    }
    return true;
  }

  has(id: Uint32Array): boolean {
    return this.#segments[id[3]! % this.#segments.length]!.find(this.#ids, id) < 0;
  }

  /** Notes where an id is; false where one that is equal is already. */
  #index(id: Uint32Array, place: number): boolean {
    const index = id[3]! % this.#segments.length;
    let segment = this.#segments[index]!;
    if (segment.isFull) {
      segment = segment.grown(this.#ids);
      this.#segments[index] = segment;
    }
    const slot = segment.find(this.#ids, id);
    if (slot < 0) return false;
    segment.put(slot, markOf(id), place);
    return true;
  }

  #split(): void {
    const smallest = (2 * MOST_IN_FIRST) / SEGMENTS;
    this.#segments = Array.from(
      { length: SEGMENTS },
      (_, index) => new Segment(Math.ceil(smallest * GROWTH ** (index / SEGMENTS))),
    );
    const id = new Uint32Array(WORDS);
    for (let place = 0; place < this.#size; place++) {
      this.#ids.get(place, id);
      this.#index(id, place);
    }
  }
}

/** Ids in the order they came. Places are below 2^32. */
class IdStore {
  readonly #pieces: Uint32Array[] = [new Uint32Array(FIRST_CAPACITY * WORDS)];

  put(place: number, id: Uint32Array): void {
    const index = place >>> PIECE_BITS;
    const at = (place & PIECE_MASK) * WORDS;
    let piece = this.#pieces[index];
    if (piece === undefined || at >= piece.length) {
      piece = enlarged(piece);
      this.#pieces[index] = piece;
    }
    piece[at] = id[0]!;
    piece[at + 1] = id[1]!;
    piece[at + 2] = id[2]!;
    piece[at + 3] = id[3]!;
  }

  get(place: number, id: Uint32Array): void {
    const piece = this.#pieces[place >>> PIECE_BITS]!;
    const at = (place & PIECE_MASK) * WORDS;
    for (let word = 0; word < WORDS; word++) id[word] = piece[at + word]!;
  }

  firstWord(place: number): number {
    return this.#pieces[place >>> PIECE_BITS]![(place & PIECE_MASK) * WORDS]!;
  }

  isAt(place: number, id: Uint32Array): boolean {
    const piece = this.#pieces[place >>> PIECE_BITS]!;
    const at = (place & PIECE_MASK) * WORDS;
    return piece[at] === id[0] && piece[at + 1] === id[1] && piece[at + 2] === id[2] && piece[at + 3] === id[3];
  }
}

/** Only the first piece is ever smaller than a whole one. */
function enlarged(piece: Uint32Array | undefined): Uint32Array {
  if (piece === undefined) return new Uint32Array((PIECE_MASK + 1) * WORDS);
  const larger = new Uint32Array(2 * piece.length);
  larger.set(piece);
  return larger;
}

/** A part of the index: where ids are in the store, by open addressing. */
class Segment {
  readonly #capacity: number;
  readonly #mostIds: number;
  /** 0 where a slot is free, else 7 bits of the id and a one. */
  readonly #marks: Uint8Array;
  readonly #places: Uint32Array;
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#mostIds = Math.floor(capacity * LARGEST_LOAD);
    this.#marks = new Uint8Array(capacity);
    this.#places = new Uint32Array(capacity);
  }

  get isFull(): boolean {
    return this.#size >= this.#mostIds;
  }

  /** The free slot for an id; -1 where the id is in. */
  find(ids: IdStore, id: Uint32Array): number {
    const marks = this.#marks;
    const mark = markOf(id);
    let slot = this.#home(id[0]!);
    for (let found = marks[slot]!; found !== 0; found = marks[slot]!) {
      if (found === mark && ids.isAt(this.#places[slot]!, id)) return -1;
      if (++slot === marks.length) slot = 0;
    }
    return slot;
  }

  put(slot: number, mark: number, place: number): void {
    this.#marks[slot] = mark;
    this.#places[slot] = place;
    this.#size++;
  }

  grown(ids: IdStore): Segment {
    const larger = new Segment(Math.ceil(this.#capacity * GROWTH));
    for (let slot = 0; slot < this.#capacity; slot++) {
      const mark = this.#marks[slot]!;
      if (mark === 0) continue;
      const place = this.#places[slot]!;
      larger.put(larger.#freeSlot(ids.firstWord(place)), mark, place);
    }
    return larger;
  }

  #freeSlot(firstWord: number): number {
    const marks = this.#marks;
    let slot = this.#home(firstWord);
    while (marks[slot] !== 0) if (++slot === marks.length) slot = 0;
    return slot;
  }

  #home(firstWord: number): number {
    return Math.floor((firstWord * this.#capacity) / 2 ** 32);
  }
}

function markOf(id: Uint32Array): number {
  return (id[1]! & 0xfe) + 1;
}

/** Reads 32 hex digits as four words; false where the text is not that. */
export function parseId(hex: string, target: Uint32Array): boolean {
  if (!/^[0-9a-f]{32}$/.test(hex)) return false;
  for (let word = 0; word < WORDS; word++) target[word] = Number.parseInt(hex.slice(word * 8, word * 8 + 8), 16);
  return true;
}
