import { LANDING_STATE, type LakeContext, type Storage, utcDay } from '../storage/index.ts';
import { folderOfHost, StateError } from './state.ts';

/** What a call is for: `count` is the one that is kept back for the comparison. */
export type CallPurpose = 'pull' | 'count';

/** Whose calls are counted, and how many a day may have. */
export interface CallBudget {
  /** The host of the interface: each has a budget of its own. */
  readonly account: string;
  readonly perDay: number;
}

/** How a day stands. */
export interface CallsOfDay {
  /** UTC, `2026-11-28`. */
  readonly day: string;
  readonly used: number;
  /** What is left for pulls; what is kept back is not counted. */
  readonly leftToPull: number;
  readonly leftToCount: number;
}

const DAY_MS = 86_400_000;

/** Days of which the calls are kept. */
const KEPT_DAYS = 7;

/** So long a call may be on its way. */
const ON_ITS_WAY_MS = 60_000;

/**
 * Charges one call before it is made: a place of the day is taken by a file that nobody else can create, so that all who
 * share the state never take more places than the day has, whenever they are ended and whatever answers are lost. The last
 * place is kept back for the comparison. A call that may come in on either of two days is charged to both.
 * @returns how the day stands then; null where no place is left, and no call may be made
 * @throws StateError where the clock is days behind that of somebody else, storage errors
 */
export async function chargeCall(
  context: LakeContext,
  budget: CallBudget,
  purpose: CallPurpose,
): Promise<CallsOfDay | null> {
  const now = context.host.now();
  const stand = await takePlace(context, budget, purpose, now);
  const isLate = stand !== null && utcDay(now + ON_ITS_WAY_MS) > stand.day;
  return isLate ? await takePlace(context, budget, purpose, now + ON_ITS_WAY_MS) : stand;
}

async function takePlace(
  { storage, host }: LakeContext,
  budget: CallBudget,
  purpose: CallPurpose,
  now: number,
): Promise<CallsOfDay | null> {
  const { day, taken } = await theDay(storage, budget, now);
  const places = Array.from({ length: budget.perDay - 1 }, (_, index) => index + 1);
  if (purpose === 'count') places.unshift(budget.perDay);
  const content = Buffer.from(
    `${JSON.stringify({ purpose, at: new Date(host.now()).toISOString(), id: host.randomId() })}\n`,
  );
  for (const place of places) {
    if (taken.has(place)) continue;
    // More than the setting allows now may have been taken when it allowed more.
    if (taken.size >= budget.perDay) return null;
    const outcome = await storage.create(pathOf(budget, day, place), content);
    taken.add(place);
    if (outcome === 'created') return standOf(day, taken, budget);
  }
  return null;
}

/** How the day stands. Throws as `chargeCall` does. */
export async function callsOfDay(context: LakeContext, budget: CallBudget): Promise<CallsOfDay> {
  const { day, taken } = await theDay(context.storage, budget, context.host.now());
  return standOf(day, taken, budget);
}

/** Removes what is kept of days long over. */
export async function forgetCalls(
  { storage, host }: LakeContext,
  { account }: Pick<CallBudget, 'account'>,
): Promise<void> {
  const before = utcDay(host.now() - KEPT_DAYS * DAY_MS);
  for await (const { path } of storage.list(folderOf(account))) {
    if (placeOf(account, path).day < before) await storage.delete(path);
  }
}

/** Today, or the day after where somebody whose clock is ahead has begun it, and which places are taken. */
async function theDay(
  storage: Storage,
  { account }: CallBudget,
  now: number,
): Promise<{ day: string; taken: Set<number> }> {
  // A clock that is behind must not reopen a day that is over for another.
  const today = utcDay(now);
  const tomorrow = utcDay(now + DAY_MS);
  const taken = new Map<string, Set<number>>([[today, new Set()]]);
  for await (const { path } of storage.list(folderOf(account), { after: `${folderOf(account)}${today}` })) {
    const { day, place } = placeOf(account, path);
    if (day > tomorrow) {
      throw new StateError(
        `${path}: expected calls of ${today} or earlier, found calls of ${day}: the clock of this machine is behind, or another one was ahead; ` +
          'correct the clock, or remove that folder where its day is wrong',
      );
    }
    taken.set(day, (taken.get(day) ?? new Set()).add(place));
  }
  const day = taken.has(tomorrow) ? tomorrow : today;
  return { day, taken: taken.get(day) ?? new Set() };
}

function standOf(day: string, taken: ReadonlySet<number>, { perDay }: CallBudget): CallsOfDay {
  const left = Math.max(0, perDay - taken.size);
  const free = Array.from({ length: perDay - 1 }, (_, index) => index + 1).filter((place) => !taken.has(place)).length;
  return { day, used: taken.size, leftToPull: Math.min(left, free), leftToCount: left };
}

function folderOf(account: string): string {
  return `${LANDING_STATE}calls/${folderOfHost(account)}/`;
}

function pathOf({ account }: CallBudget, day: string, place: number): string {
  return `${folderOf(account)}${day}/${String(place).padStart(2, '0')}.json`;
}

function placeOf(account: string, path: string): { day: string; place: number } {
  const [day = '', name = ''] = path.slice(folderOf(account).length).split('/');
  return { day, place: Number.parseInt(name, 10) };
}
