import { cut } from '../present/index.ts';
import { clearAtEnd } from './interruption.ts';

/** What of a stream a progress needs. */
export type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> & { write(text: string): unknown };

/** Eight times a second is often enough to look alive. */
const BETWEEN_BARS_MS = 125;

/** Where nobody watches, a line now and then is enough. */
const BETWEEN_LINES_MS = 10_000;

/** Where the line begins, and what clears it from where it is written to. */
const [TO_START, CLEAR] = ['\r', '\u001b[K'];

/** Characters of the bar itself. */
const BAR_LENGTH = 20;

/**
 * One line that says how far something is. On a terminal it is drawn in place, and gone at the end; elsewhere it is a plain
 * line now and then.
 */
export class ProgressLine {
  readonly #stream: Terminal;
  readonly #now: () => number;
  /** When the next is due. */
  #next: number;
  #isShown = false;
  #forget: () => void = () => undefined;

  /** @param now milliseconds */
  constructor(stream: Terminal, now: () => number) {
    this.#stream = stream;
    this.#now = now;
    this.#next = stream.isTTY ? 0 : now() + BETWEEN_LINES_MS;
  }

  get isOnTerminal(): boolean {
    return this.#stream.isTTY;
  }

  /** @param share 0 to 1, for the bar; null where nobody knows how much there is */
  show(share: number | null, text: () => string): void {
    const now = this.#now();
    if (now < this.#next) return;
    this.#next = now + (this.#stream.isTTY ? BETWEEN_BARS_MS : BETWEEN_LINES_MS);
    if (!this.#stream.isTTY) {
      this.#stream.write(`${text()}\n`);
      return;
    }
    if (!this.#isShown) this.#forget = clearAtEnd(() => this.stop());
    this.#isShown = true;
    const bar = share === null ? '' : `${'█'.repeat(share * BAR_LENGTH).padEnd(BAR_LENGTH, '░')} `;
    // A line that reaches the last column is wrapped by some terminals.
    this.#stream.write(TO_START + cut(`${bar}${text()}`, (this.#stream.columns || 80) - 1) + CLEAR);
  }

  /** Writes lines in place of the bar, which comes again below them. */
  write(text: string): void {
    this.stop();
    this.#stream.write(text);
  }

  /** Takes the bar away. */
  stop(): void {
    if (!this.#isShown) return;
    this.#forget();
    this.#isShown = false;
    this.#stream.write(TO_START + CLEAR);
    this.#next = 0;
  }
}
