import { UsageError } from '../present/index.ts';
import { nearest } from '../settings/index.ts';

/** What stands behind the question mark of an address, of what a page takes there. */
export interface TakenWords {
  /** Names that may stand there once. */
  readonly once?: readonly string[];
  /** Names that may stand there as often as they are wanted. */
  readonly often?: readonly string[];
}

/**
 * Refuses an address that says what its page would pass over: a name that there is not, or a second value where one counts.
 * A form sends what is empty as well, so of that there may be more.
 * @throws UsageError that names it, and what is near
 */
export function refuseOthers(params: URLSearchParams, { once = [], often = [] }: TakenWords): void {
  const known = [...once, ...often];
  for (const name of new Set(params.keys())) {
    if (!known.includes(name)) throw new UsageError(notTaken(name, known));
    const values = params.getAll(name).filter((each) => each.trim() !== '');
    if (once.includes(name) && values.length > 1) {
      throw new UsageError(`${name}: expected it once in the address, found it ${values.length} times`);
    }
  }
}

function notTaken(name: string, known: readonly string[]): string {
  const found = `found ${JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name)}`;
  if (known.length === 0) return `expected nothing behind the question mark of this address, ${found}`;
  const near = nearest(name, known);
  const advice = near === null ? '' : `; did you mean ${near}?`;
  return `expected one of ${known.join(', ')} in the address, ${found}${advice}`;
}
