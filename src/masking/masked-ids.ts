import { createCipheriv, createDecipheriv, createHmac, type KeyObject } from 'node:crypto';

/** An id of an event, and of a file in a folder: 128 bits, one block of the cipher. */
const BLOCK_ID = /^[0-9a-f]{32}$/;
const BLOCK_BYTES = 16;
const HEX = /^[0-9a-f]{1,64}$/;
/** Digits of what stands in place of an id that is not hexadecimal. */
const DIGITS = 32;
/** Ids and digests in a sentence: of an ingestion, an event or a file, of content. */
const IN_TEXT = /(?<![\p{L}\p{N}])(?:[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{16})(?![\p{L}\p{N}])/gu;

/** So many ids that are no block are kept: each file has one, and each of its rows has it. */
const MOST_KEPT = 100_000;

/**
 * Gives ids in place of ids that are digests of what a record says: without a key, whoever has a list of names could make the
 * id of each and compare. One of 32 hex digits becomes another, by which it is found again; of any other a digest of the same
 * length stands in its place. Sources: FIPS 197 (AES, one block each: no two ids are equal), RFC 2104 (HMAC).
 */
export class MaskedIds {
  readonly #key: Buffer;
  readonly #secret: KeyObject;
  readonly #kept = new Map<string, string>();

  constructor(secret: KeyObject) {
    this.#secret = secret;
    this.#key = createHmac('sha256', secret).update('key of ids\0').digest().subarray(0, BLOCK_BYTES);
  }

  /** What stands in place of each; of null that. */
  shown(ids: readonly (string | null)[]): (string | null)[] {
    const blocks = ids.filter((id) => id !== null && BLOCK_ID.test(id));
    const cipher = createCipheriv('aes-128-ecb', this.#key, null).setAutoPadding(false);
    const made = cipher.update(blocks.join(''), 'hex', 'hex') + cipher.final('hex');
    let at = 0;
    return ids.map((id) => {
      if (id === null || id === '') return id;
      if (!BLOCK_ID.test(id)) return this.#digest(id);
      at += DIGITS;
      return made.slice(at - DIGITS, at);
    });
  }

  /** The id of 32 hex digits in whose place another stands; of any other text null. */
  real(shown: string): string | null {
    if (!BLOCK_ID.test(shown)) return null;
    const cipher = createDecipheriv('aes-128-ecb', this.#key, null).setAutoPadding(false);
    return cipher.update(shown, 'hex', 'hex') + cipher.final('hex');
  }

  /** A sentence of the program with other ids and digests in place of those that it has. */
  text(given: string): string {
    return given.replace(IN_TEXT, (id) => this.shown([id])[0] ?? id);
  }

  #digest(id: string): string {
    const kept = this.#kept.get(id);
    if (kept !== undefined) return kept;
    const digest = createHmac('sha256', this.#secret).update(`id\0${id}`, 'utf8').digest('hex');
    const made = digest.slice(0, HEX.test(id) ? id.length : DIGITS);
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(id, made);
    return made;
  }
}
