import { isAscii, isUtf8 } from 'node:buffer';
import { ByteWords } from './byte-words.ts';
import { likelyEncodings } from './encoding-guess.ts';
import { RejectedFile } from './rejection.ts';

/** From so many words on that are no UTF-8, and hardly any that is, the rest decides nothing. */
const ENOUGH_BAD = 1000;
/** From so many words of UTF-8 on, and few that are none, what is none is damage. */
const ENOUGH_GOOD = 64;
/** Bytes of another encoding can be UTF-8 by chance: in Chinese or Korean texts a few words in a hundred are. */
const BAD_PER_GOOD = 4;
/** A single one is no encoding: a bit that is turned makes an é of an i. Of a few lines it is: bits are turned seldom. */
const LEAST_BAD = 2;
const FEW_LINES = 8;
const LF = 0x0a;
const CR = 0x0d;
const MOST_SAMPLES = 200;
/** What of a chunk of ASCII alone can belong to a word that reaches over its ends. */
const EDGE = 64;

/**
 * Passes on text that is to be UTF-8 and of which nobody said so. Damage in it is the reader's business, record by record; where
 * all of its words beyond ASCII are none it is another encoding, and the person who knows which has to say it.
 * @throws RejectedFile `encoding_unknown`, at the end at the latest. Errors of `chunks` pass unchanged.
 */
export async function* expectUtf8(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const check = new Utf8Check();
  for await (const chunk of chunks) {
    check.push(chunk);
    if (check.verdict === 'other') throw check.rejection();
    yield chunk;
  }
  check.end();
  if (check.verdict === 'other') throw check.rejection();
}

/** Judges by the words of a text whether it is UTF-8. The verdict hangs on the bytes alone, not on how they are cut. */
class Utf8Check {
  verdict: 'open' | 'utf-8' | 'other' = 'open';
  #good = 0;
  #bad = 0;
  /** Whether some of them is more than a byte alone. */
  #isWord = false;
  #lineFeeds = 0;
  #returns = 0;
  readonly #samples: Uint8Array[] = [];
  readonly #words = new ByteWords((word) => this.#take(word));

  push(chunk: Uint8Array): void {
    if (this.verdict !== 'open') return;
    this.#countLines(chunk);
    if (!isAscii(chunk) || chunk.length <= 2 * EDGE) {
      this.#words.push(chunk);
      return;
    }
    this.#words.push(chunk.subarray(0, EDGE));
    this.#words.end();
    this.#words.push(chunk.subarray(chunk.length - EDGE));
  }

  end(): void {
    this.#words.end();
    if (this.verdict !== 'open') return;
    const isFew = Math.max(this.#lineFeeds, this.#returns) <= FEW_LINES;
    const isEnough = this.#bad >= LEAST_BAD || (isFew && this.#bad > 0 && this.#isWord);
    this.verdict = isEnough && this.#isOther() ? 'other' : 'utf-8';
  }

  rejection(): RejectedFile {
    return encodingUnknown(this.#bad, this.#samples);
  }

  /** Counts line ends as far as there are few. */
  #countLines(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && this.#lineFeeds <= FEW_LINES && this.#returns <= FEW_LINES; at++) {
      if (chunk[at] === LF) this.#lineFeeds++;
      else if (chunk[at] === CR) this.#returns++;
    }
  }

  #isOther(): boolean {
    return this.#bad > BAD_PER_GOOD * this.#good;
  }

  #take(word: Uint8Array): void {
    if (this.verdict !== 'open' || isAscii(word)) return;
    if (isUtf8(word)) this.#good++;
    else {
      this.#bad++;
      if (word.length > 1) this.#isWord = true;
      if (this.#samples.length < MOST_SAMPLES) this.#samples.push(word.slice());
    }
    if (this.#good >= ENOUGH_GOOD && !this.#isOther()) this.verdict = 'utf-8';
    else if (this.#bad >= ENOUGH_BAD && this.#isOther()) this.verdict = 'other';
  }
}

/** Why text is refused that is in some encoding which nobody named. */
export function encodingUnknown(bad: number, samples: readonly Uint8Array[]): RejectedFile {
  const encodings = likelyEncodings(samples);
  const guesses = encodings.map(({ encoding, example }) => `--encoding ${encoding} (it reads ${example})`);
  const [likely] = encodings;
  return new RejectedFile(
    'encoding_unknown',
    `expected UTF-8, found ${bad} ${bad === 1 ? 'word' : 'words'} with other bytes: not UTF-8` +
      `${likely === undefined ? '' : `, ${likely.encoding} likely`}; export as UTF-8, or set ` +
      `${guesses.length === 0 ? '--encoding NAME' : guesses.join(' or ')}; with --encoding utf-8 such records go to quarantine`,
    { alternatives: encodings.map(({ encoding }) => ({ encoding })) },
  );
}
