import * as z from 'zod';
import { LANDING_STATE, type LakeContext } from '../storage/index.ts';
import {
  type NqlState,
  nqlStateOf,
  readStored,
  type StoredNqlState,
  storedNqlState,
  type UnderWay,
} from './nql-state.ts';
import { readAs } from './position-state.ts';
import { changeState, readState } from './state.ts';
import { afterWindow, type Position, type WindowRules } from './windows.ts';

/** A claim whose holder was ended is free after that time: it renews it before it asks, and gives the service less. */
const CLAIM_MS = 30_000;

/** An export that was started so long ago is given up. */
const GIVEN_UP_MS = 24 * 3_600_000;

/** No service asks to wait for longer than until its next day. */
const MOST_WAIT_MS = 26 * 3_600_000;

const waitState = readAs(z.object({ until: z.iso.datetime() }));

/** How an export ended. */
export interface Ended {
  /** Null where its query has a window of its own. */
  readonly rules: WindowRules | null;
  readonly isTruncated: boolean;
  /** Whether all of its window is to be pulled again, although the result has landed. */
  readonly isAgain?: boolean;
}

/** What is kept of a query, which several runs may change at the same time. */
export class NqlStore {
  readonly #context: LakeContext;
  readonly #name: string;
  readonly #waits: string;

  /** @param context of the states. @param folder of the API's states. @param name below it, without `.json` */
  constructor(context: LakeContext, folder: string, name: string) {
    this.#context = context;
    this.#name = `${folder}${name}.json`;
    this.#waits = `${folder}wait.json`;
  }

  async read(): Promise<NqlState> {
    return nqlStateOf(await readState(this.#context, this.#name, readStored));
  }

  /** What is under way, unless that is an export that was claimed or started too long ago. */
  live(underWay: UnderWay | null): UnderWay | null {
    if (underWay === null) return null;
    const age = this.#context.host.now() - underWay.at;
    // A clock that is behind that of whoever claimed it is no reason to wait for ever.
    const most = underWay.id === null ? CLAIM_MS : GIVEN_UP_MS;
    return Math.abs(age) > most ? null : underWay;
  }

  /**
   * Claims the next export, unless another one is under way: then that is returned.
   * @param next what is to be claimed, by the position; null where there is nothing to do
   */
  async claim(next: (position: Position | null) => UnderWay | null): Promise<UnderWay | null> {
    let claimed: UnderWay | null = null;
    await this.#change((now) => {
      const other = this.live(now.underWay);
      claimed = other ?? next(now.position);
      return other !== null || claimed === null ? now : { ...now, underWay: claimed };
    });
    return claimed;
  }

  /** Keeps a claim for another while: false where another one has taken its place meanwhile. */
  async renew(claimed: UnderWay): Promise<boolean> {
    const renewed = { ...claimed, at: this.#context.host.now() };
    const { underWay } = await this.#own(claimed, (now) => ({ ...now, underWay: renewed }));
    return underWay?.claim === claimed.claim;
  }

  /** An export was started for a claim: false where another one has taken its place meanwhile. */
  async begin(started: UnderWay): Promise<boolean> {
    const { underWay } = await this.#own(started, (now) => ({ ...now, underWay: started }));
    return underWay?.claim === started.claim;
  }

  /** Gives up what is under way, for good. */
  async release(underWay: UnderWay): Promise<void> {
    await this.#own(underWay, (now) => ({ ...now, underWay: null }));
  }

  /** What is under way has landed: the position goes on. @returns what is stored then */
  async end(underWay: UnderWay, { rules, isTruncated, isAgain = false }: Ended): Promise<NqlState> {
    return await this.#own(underWay, ({ position }) => {
      const { window, asOf } = underWay;
      if (window === null || rules === null || isAgain) return { position, underWay: null };
      return { position: afterWindow(position, rules, window, { asOf, isTruncated }), underWay: null };
    });
  }

  /** Removes all that is kept of the query. */
  async forget(): Promise<void> {
    await this.#context.storage.delete(LANDING_STATE + this.#name);
  }

  /** Until when nobody is to ask, in milliseconds since 1970; null where that is over. */
  async waitUntil(): Promise<number | null> {
    const state = await readState(this.#context, this.#waits, waitState);
    if (state === null) return null;
    const until = Date.parse(state.until);
    const ahead = until - this.#context.host.now();
    // No day lasts longer: whatever wrote that had another clock.
    return ahead <= 0 || ahead > MOST_WAIT_MS ? null : until;
  }

  async noteWait(until: number): Promise<void> {
    const bounded = Math.min(until, this.#context.host.now() + MOST_WAIT_MS);
    await changeState(this.#context, this.#waits, waitState, (now) =>
      now !== null && Date.parse(now.until) >= bounded ? now : { until: new Date(bounded).toISOString() },
    );
  }

  /** Changes the state where what is under way is still that. */
  async #own(underWay: UnderWay, change: (now: NqlState) => NqlState): Promise<NqlState> {
    return await this.#change((now) => (now.underWay?.claim === underWay.claim ? change(now) : now));
  }

  async #change(change: (now: NqlState) => NqlState): Promise<NqlState> {
    const stored = await changeState<StoredNqlState>(this.#context, this.#name, readStored, (found) => {
      const now = nqlStateOf(found);
      const next = change(now);
      return next === now && found !== null ? found : storedNqlState(next);
    });
    return nqlStateOf(stored);
  }
}
