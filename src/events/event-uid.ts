import { type Row, SOURCE_SYSTEMS } from '../source/index.ts';
import { NetstringDigest, putHex } from './digest.ts';
import { IdSet } from './id-set.ts';

/** Of the trail of Infinity, which the first place is. */
const VERSION = 'v1';
/** Of the classic trails: component and host are parts of it, since two Engines may do the same at the same time. */
const CLASSIC_VERSION = 'v2';

/** What of a record its identity is made of. */
export type IdentifiedRecord = Pick<
  Row,
  | ('system' | 'timeMicros' | 'code' | 'messageStart' | 'messageEnd')
  | ('actorNameStart' | 'actorNameEnd' | 'actorIdStart' | 'actorIdEnd' | 'componentStart' | 'componentEnd')
  | ('extraStarts' | 'extraEnds')
>;

/** The place of the host among the extra columns of a classic log. */
const HOST = 0;
const ABSENT = -1;

/** Repeated records whose ordinals are at hand: a file may hold millions, and most of them twice only. */
const MOST_COUNTED = 65_536;

/**
 * Gives each record of one file, or of each of the exports joined in it, its
 * `event_uid`: the first 32 hex digits of SHA-256 over eight netstrings (version, instance, source system, time in
 * microseconds, code, actor, message, ordinal); in the classic trails ten, with the component and the line's host before the ordinal. The actor
 * is the id where the export has that column, else the name, else empty. The ordinal tells records of one export apart that
 * are equal in everything else. A change to any of this is a new version, never an edit.
 */
export class EventUids {
  /** The ids given so far. */
  readonly ids = new IdSet();
  /** Whether an export before this one in the same file has the last id too: ordinals begin anew with each. */
  isRepeated = false;
  /** The last id as it is without an ordinal: equal for records that are equal. */
  readonly first = new Uint32Array(4);
  /** The ids of the export that is being read; all of the file's while it is the first. */
  #current = this.ids;
  /** The last id as 32 hex digits. */
  readonly hex = Buffer.alloc(32);
  /** By source system: what all its identities begin with. */
  readonly #prefixes: readonly { readonly digest: NetstringDigest; readonly length: number }[];
  /** That of the last record's source system. */
  #digest: NetstringDigest;
  /** Some of the records met again, by the id of the first: their last ordinal. */
  readonly #repeats = new Map<string, number>();

  constructor(instance: string) {
    this.#prefixes = SOURCE_SYSTEMS.map((system, place) => {
      const digest = new NetstringDigest();
      digest.putText(place === 0 ? VERSION : CLASSIC_VERSION);
      digest.putText(instance);
      digest.putText(system);
      return { digest, length: digest.length };
    });
    this.#digest = this.#prefixes[0]!.digest;
  }

  /** Begins the next of the exports that are joined in the file. */
  beginPart(): void {
    this.#current = new IdSet();
    this.#repeats.clear();
  }

  /** The next record's id as four words, valid until the next call; {@link hex} holds it as text. */
  next(bytes: Uint8Array, record: IdentifiedRecord): Uint32Array {
    const prefix = this.#prefixes[record.system]!;
    const { digest } = prefix;
    this.#digest = digest;
    digest.truncate(prefix.length);
    digest.putNumber(record.timeMicros);
    digest.putNumber(record.code);
    if (record.actorIdStart !== -1) digest.put(bytes, record.actorIdStart, record.actorIdEnd);
    else digest.put(bytes, record.actorNameStart, record.actorNameEnd);
    digest.put(bytes, record.messageStart, record.messageEnd);
    if (record.system !== 0) {
      digest.put(bytes, record.componentStart, record.componentEnd);
      digest.put(bytes, record.extraStarts[HOST] ?? ABSENT, record.extraEnds[HOST] ?? ABSENT);
    }
    const length = digest.length;
    this.#digestOrdinal(length, 0);
    this.first.set(digest.words);
    if (!this.#current.add(digest.words)) this.#countRepeat(length);
    this.isRepeated = this.#current !== this.ids && !this.ids.add(digest.words);
    putHex(digest.words, this.hex);
    return digest.words;
  }

  #countRepeat(length: number): void {
    const digest = this.#digest;
    putHex(digest.words, this.hex);
    const first = this.hex.toString('latin1');
    const last = this.#repeats.get(first);
    const ordinal = last === undefined ? this.#firstFreeOrdinal(length) : last + 1;
    if (last === undefined && this.#repeats.size === MOST_COUNTED) this.#repeats.clear();
    this.#repeats.set(first, ordinal);
    this.#digestOrdinal(length, ordinal);
    this.#current.add(digest.words);
  }

  /** The ids of all ordinals before it are given, and none after it: so it is found in few steps. */
  #firstFreeOrdinal(length: number): number {
    let taken = 0;
    let free = 1;
    for (; this.#isGiven(length, free); free *= 2) taken = free;
    while (free - taken > 1) {
      const middle = taken + Math.floor((free - taken) / 2);
      if (this.#isGiven(length, middle)) taken = middle;
      else free = middle;
    }
    return free;
  }

  #isGiven(length: number, ordinal: number): boolean {
    this.#digestOrdinal(length, ordinal);
    return this.#current.has(this.#digest.words);
  }

  #digestOrdinal(length: number, ordinal: number): void {
    this.#digest.truncate(length);
    this.#digest.putNumber(ordinal);
    this.#digest.digest();
  }
}
