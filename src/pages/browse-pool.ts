import type { LakeSession } from '../asking/index.ts';

/** What a view of the lake needs. */
export type Need = 'tables' | 'quarantine';

/** What the pool asks of the world. */
export interface Pooled {
  /** Opens the lake as it stands. */
  readonly open: (need: Need) => Promise<LakeSession>;
  /** Whether there is a commit after this version. */
  readonly isOutdated: (version: number) => Promise<boolean>;
  /** Milliseconds. */
  readonly now: () => number;
}

export interface PoolLimits {
  /** How long a page may take, in milliseconds. */
  readonly patienceMs: number;
  /** How old what is known of the newest version may be, in milliseconds; 0 where each page looks for it: one request. */
  readonly checkedEveryMs: number;
  /** Sessions of each kind at the same time: each is an engine of its own. */
  readonly sessions: number;
}

const POOL_LIMITS: PoolLimits = { patienceMs: 30_000, checkedEveryMs: 0, sessions: 2 };

/** How often an engine is told to stop that has begun something anew since. */
const INTERRUPTED_EVERY_MS = 25;

/** A page took longer than a page may. */
export class TookTooLong extends Error {
  readonly seconds: number;

  constructor(seconds: number) {
    super(`expected an answer within ${seconds} seconds, found none`);
    this.seconds = seconds;
  }
}

/** Sessions of one kind. */
interface Shelf {
  readonly idle: LakeSession[];
  /** Idle or in use. */
  count: number;
  /** Those who wait for one, the first at the front. */
  readonly waiting: (() => void)[];
}

/** The sessions that pages ask, all of one version; once the lake has a newer one, whatever is asked next sees that. */
export class LakePool {
  readonly #pooled: Pooled;
  readonly #limits: PoolLimits;
  readonly #shelves: Record<Need, Shelf> = { tables: shelf(), quarantine: shelf() };
  /** Sessions that were opened before the newest version was heard of. */
  readonly #outdated = new WeakSet<LakeSession>();
  readonly #open = new Set<LakeSession>();
  #checkedAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(pooled: Pooled, limits: PoolLimits = POOL_LIMITS) {
    this.#pooled = pooled;
    this.#limits = limits;
  }

  /**
   * Uses a session that nobody else uses meanwhile. Whoever gives up, or takes too long, stops the engine.
   * @throws TookTooLong; the signal's reason; what opening and using throw
   */
  async ask<T>(need: Need, signal: AbortSignal, use: (session: LakeSession) => Promise<T>): Promise<T> {
    const { patienceMs } = this.#limits;
    const late = AbortSignal.timeout(patienceMs);
    try {
      return await this.#within(need, AbortSignal.any([signal, late]), use);
    } catch (error) {
      signal.throwIfAborted();
      if (late.aborted) throw new TookTooLong(patienceMs / 1000);
      throw error;
    }
  }

  /** Closes what is idle, and whatever is in use once it is not. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#closeIdle();
  }

  async #within<T>(need: Need, signal: AbortSignal, use: (session: LakeSession) => Promise<T>): Promise<T> {
    const session = await this.#acquire(need, signal);
    const stop = (): void => session.interrupt();
    // What begins a statement after the first interruption has to hear of it as well.
    const again = setInterval(() => signal.aborted && stop(), INTERRUPTED_EVERY_MS);
    signal.addEventListener('abort', stop);
    try {
      signal.throwIfAborted();
      return await use(session);
    } finally {
      clearInterval(again);
      signal.removeEventListener('abort', stop);
      await this.#release(need, session);
    }
  }

  async #acquire(need: Need, signal: AbortSignal): Promise<LakeSession> {
    const place = this.#shelves[need];
    await this.#refresh();
    while (place.count >= this.#limits.sessions && place.idle.length === 0) await turn(place, signal);
    const idle = place.idle.pop();
    if (idle !== undefined) return idle;
    place.count++;
    try {
      const session = await this.#pooled.open(need);
      this.#open.add(session);
      return session;
    } catch (error) {
      place.count--;
      place.waiting.shift()?.();
      throw error;
    }
  }

  async #refresh(): Promise<void> {
    const { now, isOutdated } = this.#pooled;
    const version = Math.max(...[...this.#open].map((each) => each.version), -1);
    if (version < 0 || now() - this.#checkedAt < this.#limits.checkedEveryMs) return;
    this.#checkedAt = now();
    if (!(await isOutdated(version))) return;
    for (const session of this.#open) this.#outdated.add(session);
    await this.#closeIdle();
  }

  async #release(need: Need, session: LakeSession): Promise<void> {
    const place = this.#shelves[need];
    if (this.#isClosed || this.#outdated.has(session)) {
      place.count--;
      await this.#end(session);
    } else place.idle.push(session);
    place.waiting.shift()?.();
  }

  async #closeIdle(): Promise<void> {
    for (const place of Object.values(this.#shelves)) {
      const idle = place.idle.splice(0);
      place.count -= idle.length;
      for (const session of idle) await this.#end(session);
    }
  }

  async #end(session: LakeSession): Promise<void> {
    this.#open.delete(session);
    await session.close();
  }
}

function shelf(): Shelf {
  return { idle: [], count: 0, waiting: [] };
}

/** Waits until a session is given back. @throws the signal's reason */
async function turn({ waiting }: Shelf, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const giveUp = (): void => reject(signal.reason);
  waiting.push(resolve);
  signal.addEventListener('abort', giveUp);
  try {
    signal.throwIfAborted();
    await promise;
  } finally {
    signal.removeEventListener('abort', giveUp);
    const place = waiting.indexOf(resolve);
    if (place >= 0) waiting.splice(place, 1);
    // Whose turn it was has gone: it is the next one's.
    else if (signal.aborted) waiting.shift()?.();
  }
}
