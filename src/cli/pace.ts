/** Over how long a pace is averaged: long enough to be steady, short enough to follow. */
const SMOOTHING_MS = 10_000;

/** Before this, what is left would be a guess. */
const FIRST_MS = 2_000;

/** Shorter steps are taken together: a clock of milliseconds says little of them. */
const LEAST_STEP_MS = 100;

/** How fast something goes, averaged over the last seconds. */
export class Pace {
  #begun: number | null = null;
  #seen = 0;
  #done = 0;
  /** What was done lately, and in how many milliseconds: what is longer ago counts for less. */
  #amount = 0;
  #time = 0;

  /** @param done in all, since the beginning. @param now milliseconds */
  see(done: number, now: number): void {
    if (this.#begun === null) {
      [this.#begun, this.#seen, this.#done] = [now, now, done];
      return;
    }
    const elapsed = now - this.#seen;
    if (elapsed < LEAST_STEP_MS) return;
    const kept = Math.exp(-elapsed / SMOOTHING_MS);
    this.#amount = this.#amount * kept + Math.max(done - this.#done, 0);
    this.#time = this.#time * kept + elapsed;
    [this.#seen, this.#done] = [now, done];
  }

  /** Per second; null as long as nothing can be said. */
  get perSecond(): number | null {
    const lasted = this.#begun === null ? 0 : this.#seen - this.#begun;
    return lasted < FIRST_MS || this.#amount === 0 ? null : (this.#amount / this.#time) * 1000;
  }

  /** How long the rest takes at this pace, as `40 s left`; null as long as nothing can be said. */
  left(rest: number): string | null {
    const { perSecond } = this;
    return perSecond === null ? null : timeLeft(rest / perSecond);
  }
}

/** A time in seconds, no more exact than an estimate can be. */
function timeLeft(seconds: number): string {
  if (seconds <= 10) return `${Math.max(Math.round(seconds), 1)} s left`;
  if (seconds <= 90) return `${Math.round(seconds / 5) * 5} s left`;
  if (seconds <= 90 * 60) return `${Math.round(seconds / 60)} min left`;
  return `${Math.round(seconds / 3600)} h left`;
}

/** A pace as people read it: `35/s`, `12,300 rows/s`. */
export function paceText(perSecond: number, unit = ''): string {
  const shown = perSecond >= 100 ? Number(perSecond.toPrecision(3)) : Math.round(perSecond * 10) / 10;
  return `${shown.toLocaleString('en-US')}${unit === '' ? '' : ` ${unit}`}/s`;
}
