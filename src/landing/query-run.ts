import { NexthinkError, overNetwork, ResultTooLong, type Send } from '../nexthink/index.ts';
import type { Settings } from '../settings/index.ts';
import type { LakeContext, Storage } from '../storage/index.ts';
import { type CallPurpose, type CallsOfDay, callsOfDay, forgetCalls } from './calls.ts';
import { LandedDiffers } from './landed-file.ts';
import { nqlApi, nqlBudget, nqlStates } from './nql-access.ts';
import { NqlPatience } from './nql-patience.ts';
import type { NqlQuery } from './nql-query.ts';
import type { LandedResult } from './nql-result.ts';
import { finishExport, type NqlRun, startClaimed } from './nql-run.ts';
import type { UnderWay } from './nql-state.ts';
import { NqlStore } from './nql-store.ts';
import { nextWindow, type PullWindow, type WindowRules } from './windows.ts';

/** An export whose result is in the raw zone. */
export interface LandedExport extends LandedResult {
  readonly exportId: string;
  /** Null where the query has its own. */
  readonly window: PullWindow | null;
  /** Whether it was cut, and its window is pulled again, in halves. */
  readonly isHalved: boolean;
}

/** How a run ended. What is left, the next run goes on with. */
export type NqlOutcome =
  /** Nothing is left. */
  | 'done'
  /** The day has no call left. */
  | 'no_calls_left'
  /** Nexthink asks to wait. */
  | 'told_to_wait'
  /** An export is not ready yet. */
  | 'still_running'
  /** Another run is about to start an export. */
  | 'other_run'
  | 'failed';

/** What a run of a query has come to. */
export interface NqlPull {
  readonly outcome: NqlOutcome;
  readonly exports: readonly LandedExport[];
  /** Windows whose result was cut or too long, and which were halved. */
  readonly halved: number;
  /** All before it is in the raw zone, in milliseconds since 1970; null where nothing is, or the query has its own window. */
  readonly reached: number | null;
  readonly calls: CallsOfDay;
  /** Until when Nexthink asks to wait, in milliseconds since 1970. */
  readonly waitUntil: number | null;
  /** What kept it from going on. */
  readonly fault: Error | null;
}

/** What a run of a query takes from its caller. */
export interface NqlPullOptions {
  /** What the calls of the day and the positions are kept in: {@link openLandingState}. */
  readonly state: Storage;
  readonly signal?: AbortSignal | undefined;
  /** How requests are sent; by the network where it is left out. */
  readonly send?: Send | undefined;
  /** Told of each result once it is durable. */
  readonly onExport?: ((landed: LandedExport) => void) | undefined;
  /** Told what is being done, in a few words. */
  readonly onStep?: ((step: string) => void) | undefined;
}

/** What is run, and where it lands. */
interface Plan {
  readonly query: NqlQuery;
  readonly purpose: CallPurpose;
  /** A folder of the raw zone, with its slash. */
  readonly folder: string;
  /** What its state is called. */
  readonly state: string;
  /** Only what is before it is pulled, and its state is forgotten at the end, in milliseconds since 1970; null for all until now. */
  readonly until: number | null;
}

/** Runs a query until nothing is left, or it cannot go on. @throws NotConfigured, StateError, storage errors, the reason of the signal */
export async function runQuery(
  context: LakeContext,
  settings: Settings,
  options: NqlPullOptions,
  plan: Plan,
): Promise<NqlPull> {
  const { host } = context;
  const send = options.send ?? overNetwork({ allowLoopback: settings.allowLoopback, now: host.now });
  const api = nqlApi(settings, send, host);
  const budget = nqlBudget(settings);
  const states = { storage: options.state, host };
  const run: NqlRun = {
    ...{ api, budget, settings, context, states },
    query: plan.query,
    purpose: plan.purpose,
    rules: {
      folder: plan.folder,
      rowCap: settings.nqlRowCap,
      mostBytes: settings.nqlMaxBytes,
      maxFileBytes: settings.maxFileBytes,
      maxCompressionRatio: settings.maxCompressionRatio,
      maxFrames: settings.maxFrames,
      maxWindowBytes: settings.maxWindowBytes,
    },
    store: new NqlStore(states, nqlStates(settings), plan.state),
    signal: options.signal,
    onStep: options.onStep ?? (() => undefined),
  };
  const progress: Progress = { exports: [], halved: 0, waitUntil: null, onExport: options.onExport };
  const { outcome, fault } = await untilDone(run, plan, progress);
  const { exports, halved, waitUntil } = progress;
  const { position } = await run.store.read();
  if (plan.until !== null && outcome === 'done') await run.store.forget();
  await forgetCalls(states, budget);
  const calls = await callsOfDay(states, budget);
  return { outcome, exports, halved, reached: position?.reached ?? null, calls, waitUntil, fault };
}

/** What is told of a run while it goes on. */
interface Progress {
  readonly exports: LandedExport[];
  halved: number;
  waitUntil: number | null;
  readonly onExport: ((landed: LandedExport) => void) | undefined;
}

interface End {
  readonly outcome: NqlOutcome;
  readonly fault: Error | null;
}

const DONE: End = { outcome: 'done', fault: null };

async function untilDone(run: NqlRun, plan: Plan, progress: Progress): Promise<End> {
  const { signal, context, store, settings } = run;
  // As long as another run may take to start an export.
  const patience = new NqlPatience(context.host, settings.nqlWaitMinutes * 60_000, signal);
  for (;;) {
    signal?.throwIfAborted();
    const end = await oneExport(run, plan, progress, patience);
    progress.waitUntil = await store.waitUntil();
    if (end !== null) return end;
  }
}

/** Runs one export to its end. Null where there may be more to do. */
async function oneExport(run: NqlRun, plan: Plan, progress: Progress, patience: NqlPatience): Promise<End | null> {
  const { store, context, signal } = run;
  const { host } = context;
  const waitUntil = await store.waitUntil();
  if (waitUntil !== null) {
    run.onStep('told to wait');
    return (await patience.wait(waitUntil - host.now())) ? null : { outcome: 'told_to_wait', fault: null };
  }
  const id = host.randomId();
  const found = await store.claim((position) => nextClaim(run, plan, id, position));
  if (found === null) return DONE;
  const isMine = found.claim === id;
  if (!isMine && found.id === null) {
    run.onStep('another run is starting an export');
    return (await patience.wait()) ? null : { outcome: 'other_run', fault: null };
  }
  try {
    if (!isMine) return await landedEnd(run, found, progress);
    run.onStep('starting an export');
    const started = await startClaimed(run, found);
    if (started.kind === 'no_calls') return { outcome: 'no_calls_left', fault: null };
    return started.kind === 'taken' ? null : await landedEnd(run, started.export, progress);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof NexthinkError || error instanceof LandedDiffers)) throw error;
    const isTold = error instanceof NexthinkError && error.status === 429;
    return { outcome: isTold ? 'told_to_wait' : 'failed', fault: error };
  }
}

function nextClaim(
  run: NqlRun,
  { until }: Plan,
  claim: string,
  position: Parameters<typeof nextWindow>[0],
): UnderWay | null {
  const { query, settings, context } = run;
  const now = context.host.now();
  const window = query.rules === null ? null : nextWindow(position, query.rules, Math.min(now, until ?? now));
  if (query.rules !== null && window === null) return null;
  return { claim, at: now, id: null, asOf: now, compression: settings.nqlCompression, window };
}

/** Waits for an export, lands it, and moves the position on. */
async function landedEnd(run: NqlRun, underWay: UnderWay, progress: Progress): Promise<End | null> {
  const { store, query } = run;
  const { rules } = query;
  const ended = await finished(run, underWay, progress);
  if (ended === null || 'outcome' in ended) return ended;
  const { result } = ended;
  const { window } = underWay;
  const isHalved = result.isTruncated && canBeHalved(window, rules);
  const landed: LandedExport = { ...result, exportId: underWay.id ?? '', window, isHalved };
  await store.end(underWay, { rules, isTruncated: result.isTruncated, isAgain: result.isUnreadable });
  progress.exports.push(landed);
  progress.onExport?.(landed);
  if (result.isUnreadable) return { outcome: 'failed', fault: unreadable(result) };
  if (isHalved) progress.halved++;
  return window === null || (window.isNewest && !isHalved) ? DONE : null;
}

/** Its result. Null where its window was halved, and is to be asked for again. */
async function finished(
  run: NqlRun,
  underWay: UnderWay,
  progress: Progress,
): Promise<End | { readonly result: LandedResult } | null> {
  const { store, query } = run;
  const { rules } = query;
  try {
    const outcome = await finishExport(run, underWay);
    if (outcome.kind === 'landed') return { result: outcome.result };
    if (outcome.kind === 'waits') return { outcome: 'still_running', fault: outcome.fault };
    await store.release(underWay);
    return { outcome: 'failed', fault: outcome.fault };
  } catch (error) {
    if (!(error instanceof ResultTooLong)) throw error;
    if (!canBeHalved(underWay.window, rules)) {
      await store.release(underWay);
      return { outcome: 'failed', fault: error };
    }
    progress.halved++;
    await store.end(underWay, { rules, isTruncated: true });
    return null;
  }
}

function canBeHalved(window: PullWindow | null, rules: WindowRules | null): boolean {
  return window !== null && rules !== null && window.to - window.from > rules.shortest;
}

function unreadable({ path }: LandedResult): NexthinkError {
  return new NexthinkError(
    `${path}: expected a result that can be decompressed, found another one; it stands there as it came, and is asked for again by the next run`,
    200,
    true,
  );
}
