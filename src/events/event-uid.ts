import { NetstringDigest, putHex } from './digest.ts';
import { IdSet } from './id-set.ts';

const VERSION = 'v1';

/**
 * Gives each record of one file its `event_uid`: the first 32 hex digits of SHA-256 over eight netstrings (version,
 * instance, source system, time in microseconds, code, actor, message, ordinal). The ordinal tells records of the file
 * apart that are equal in everything else. A change to any of this is a new version, never an edit.
 */
export class EventUids {
  /** The ids given so far. */
  readonly ids = new IdSet();
  /** The last id as 32 hex digits. */
  readonly hex = Buffer.alloc(32);
  readonly #digest = new NetstringDigest();
  readonly #prefixLength: number;
  /** Records met again, by the id of the first: how many so far. */
  readonly #repeats = new Map<string, number>();

  constructor(instance: string, sourceSystem: string) {
    this.#digest.putText(VERSION);
    this.#digest.putText(instance);
    this.#digest.putText(sourceSystem);
    this.#prefixLength = this.#digest.length;
  }

  /**
   * The next record's id as four words, valid until the next call; {@link hex} holds it as text. The actor is empty
   * (start = end) where the export names none.
   */
  next(
    bytes: Uint8Array,
    timeMicros: number,
    code: number,
    actorStart: number,
    actorEnd: number,
    messageStart: number,
    messageEnd: number,
  ): Uint32Array {
    const digest = this.#digest;
    digest.truncate(this.#prefixLength);
    digest.putNumber(timeMicros);
    digest.putNumber(code);
    digest.put(bytes, actorStart, actorEnd);
    digest.put(bytes, messageStart, messageEnd);
    const length = digest.length;
    digest.putNumber(0);
    digest.digest();
    if (!this.ids.add(digest.words)) this.#countRepeat(length);
    putHex(digest.words, this.hex);
    return digest.words;
  }

  #countRepeat(length: number): void {
    const digest = this.#digest;
    putHex(digest.words, this.hex);
    const first = this.hex.toString('latin1');
    const ordinal = (this.#repeats.get(first) ?? 0) + 1;
    this.#repeats.set(first, ordinal);
    digest.truncate(length);
    digest.putNumber(ordinal);
    digest.digest();
    this.ids.add(digest.words);
  }
}
