import type { ReadingPlan } from '../lake/index.ts';
import type { Storage } from '../storage/index.ts';
import { openStored, type StoredBytes } from './stored-bytes.ts';

/** What is read at the same time at most, with the file that is worked on: a store far away answers many as fast as one. */
const MOST_FILES = 8;
const MOST_BYTES = 16 * 2 ** 20;

/** A raw file whose turn has come. */
export interface OpenedFile {
  readonly plan: ReadingPlan;
  /** Rejects as {@link openStored} does. */
  readonly stored: Promise<StoredBytes>;
}

/**
 * Opens raw files in the order given; the next small ones are read into memory while one is worked on. Once `goesOn` says
 * no, no further one is opened, and it ends with those that are.
 */
export function* readAhead(
  storage: Storage,
  plans: readonly ReadingPlan[],
  goesOn: () => boolean = () => true,
): Generator<OpenedFile> {
  const ahead: OpenedFile[] = [];
  let bytes = 0;
  let asked = 0;
  for (const { source } of plans) {
    for (let plan = plans[asked]; plan !== undefined; plan = plans[++asked]) {
      const { size } = plan.source;
      if (ahead.length > 0 && (ahead.length === MOST_FILES || bytes + size > MOST_BYTES)) break;
      if (!goesOn()) break;
      const stored = openStored(storage, plan.source);
      // Its turn may never come; if it does, it fails there.
      stored.catch(() => undefined);
      ahead.push({ plan, stored });
      bytes += size;
    }
    const [next] = ahead;
    if (next === undefined) return;
    yield next;
    ahead.shift();
    bytes -= source.size;
  }
}
