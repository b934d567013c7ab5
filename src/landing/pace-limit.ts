const MINUTE_MS = 60_000;

/** Lets so many pass in a minute: all at once, or spread over it. */
export class PaceLimit {
  readonly #perMinute: number;
  readonly #now: () => number;
  #left: number;
  #countedAt: number;

  /** @param now milliseconds; where it goes back, nothing is gained and nothing lost */
  constructor(perMinute: number, now: () => number) {
    this.#perMinute = perMinute;
    this.#now = now;
    this.#left = perMinute;
    this.#countedAt = now();
  }

  /** Lets one pass. @returns 0, or after how many milliseconds the next one may */
  take(): number {
    const now = this.#now();
    const gained = (Math.max(0, now - this.#countedAt) * this.#perMinute) / MINUTE_MS;
    this.#left = Math.min(this.#perMinute, this.#left + gained);
    this.#countedAt = now;
    if (this.#left < 1) return Math.ceil(((1 - this.#left) * MINUTE_MS) / this.#perMinute);
    this.#left--;
    return 0;
  }
}
