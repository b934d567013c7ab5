import type { Host } from '../storage/index.ts';

/** How ingestion keeps to its time where other files wait. Milliseconds. */
export interface Pace {
  /** What was read for so long is committed before more is read: an end in the middle costs no more. */
  readonly commitMs: number;
  /** A file that takes longer is left, for the caller to come back to. */
  readonly fileMs: number;
  /** Since 1970; from then on no file is begun. */
  readonly until: number;
}

/** No file waits for another one: all are read, and committed when enough has come together. */
export const UNHURRIED: Pace = {
  commitMs: Number.POSITIVE_INFINITY,
  fileMs: Number.POSITIVE_INFINITY,
  until: Number.POSITIVE_INFINITY,
};

/** A file that takes too long is left in the middle. */
export class FileLeft extends Error {}

/** The clock of one staging. */
export class StagingClock {
  readonly #host: Pick<Host, 'now'>;
  readonly #pace: Pace;
  readonly #signal: AbortSignal | undefined;
  readonly #begun: number;
  #fileBegun: number;

  constructor(host: Pick<Host, 'now'>, pace: Pace, signal: AbortSignal | undefined) {
    this.#host = host;
    this.#pace = pace;
    this.#signal = signal;
    this.#begun = host.now();
    this.#fileBegun = this.#begun;
  }

  /** Notes that a file is begun. @throws the signal's reason */
  beginFile(): void {
    this.#signal?.throwIfAborted();
    this.#fileBegun = this.#host.now();
  }

  /** Whether what was read is to be committed before another file is begun. */
  get isDue(): boolean {
    const now = this.#host.now();
    return now - this.#begun >= this.#pace.commitMs || this.isOver;
  }

  /** Whether no further file is to be begun. */
  get isOver(): boolean {
    return this.#host.now() >= this.#pace.until;
  }

  /**
   * Told between the pieces of a file.
   * @param mayLeave whether the file can be left without harm to what was read before it
   * @param isFirst whether nothing was read before it
   * @throws FileLeft, the signal's reason
   */
  piece(mayLeave: boolean, isFirst: boolean): void {
    this.#signal?.throwIfAborted();
    if (!mayLeave) return;
    const { fileMs, commitMs } = this.#pace;
    // What was read before it is then committed without it.
    const mostMs = isFirst ? fileMs : Math.min(fileMs, commitMs);
    if (this.#host.now() - this.#fileBegun >= mostMs) throw new FileLeft();
  }
}
