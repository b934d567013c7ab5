/** Lets so many work at once; the others wait, first come, first served. */
export class Turns {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Waits for a turn, which end() gives back. @returns false where none came in so many milliseconds */
  async begin(milliseconds: number): Promise<boolean> {
    if (this.#free > 0) {
      this.#free--;
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const onTurn = () => resolve(true);
    this.#waiting.add(onTurn);
    const timer = setTimeout(() => {
      if (this.#waiting.delete(onTurn)) resolve(false);
    }, milliseconds);
    const hasTurn = await promise;
    clearTimeout(timer);
    return hasTurn;
  }

  /** Whether somebody waits for a turn. */
  get isWaitedFor(): boolean {
    return this.#waiting.size > 0;
  }

  /** Gives a turn back, to whoever waits longest. */
  end(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
