import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of a value in the engine's memory: a text has its length, its beginning and where it is. */
const BYTES_A_CELL = 16;

/** Bytes that were given since the collector looked at what is new, and at all. */
const SOME = 2e6;
const MUCH = 24e6;

type Collect = (options: { readonly type: 'major' | 'minor'; readonly execution: 'sync' }) => void;

let collect: Collect | null = null;

/**
 * Has the memory of rows freed that were taken from the engine. It is freed once the object that stands for it is collected,
 * and that object is so small that the collector sees no reason to: a million wide rows held two gigabytes. The collector is
 * asked to look at what is new time and again, which is a millisecond, and at all once what may have grown old weighs much.
 */
export class FreedMemory {
  #new = 0;
  #old = 0;

  /** To be called when nothing refers to rows any more as the engine gave them. @param cells how many values they had */
  gave(cells: number): void {
    this.#new += cells * BYTES_A_CELL;
    if (this.#new < SOME) return;
    this.#old += this.#new;
    this.#new = 0;
    const isMuch = this.#old >= MUCH;
    if (isMuch) this.#old = 0;
    collect ??= collector();
    collect({ type: isMuch ? 'major' : 'minor', execution: 'sync' });
  }
}

function collector(): Collect {
  setFlagsFromString('--expose-gc');
  const found: Collect = runInNewContext('gc');
  return found;
}
