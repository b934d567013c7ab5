/** A word longer than this is looked at up to here: some scripts have no blanks. */
const LONGEST_WORD = 64;

/**
 * Finds the words in bytes of unknown encoding that hold bytes beyond ASCII: runs of such bytes and ASCII letters. A character
 * of UTF-8 never reaches over the end of one. What is found hangs on nothing but the bytes, however they are cut.
 */
export class ByteWords {
  readonly #onWord: (word: Uint8Array) => void;
  readonly #word = new Uint8Array(LONGEST_WORD);
  #length = 0;
  #isBeyondAscii = false;

  /** @param onWord told of each word; the bytes are another's after it returns */
  constructor(onWord: (word: Uint8Array) => void) {
    this.#onWord = onWord;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte >= 0x80) this.#isBeyondAscii = true;
      else if (!isLetter(byte)) {
        this.end();
        continue;
      }
      if (this.#length < LONGEST_WORD) this.#word[this.#length++] = byte;
    }
  }

  /** Whether a word that holds bytes beyond ASCII, or may yet, is not at its end. */
  get isOpen(): boolean {
    return this.#length > 0;
  }

  /** Ends the word that is open. */
  end(): void {
    const length = this.#length;
    this.#length = 0;
    if (!this.#isBeyondAscii) return;
    this.#isBeyondAscii = false;
    this.#onWord(this.#word.subarray(0, length === LONGEST_WORD ? wholeCharacters(this.#word) : length));
  }
}

function isLetter(byte: number): boolean {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
}

/** Where the last character that may be cut begins. */
function wholeCharacters(word: Uint8Array): number {
  let at = word.length;
  while (at > word.length - 3 && (word[at - 1]! & 0xc0) === 0x80) at--;
  return word[at - 1]! >= 0xc0 ? at - 1 : at;
}
