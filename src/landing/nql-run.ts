import {
  type ExportStatus,
  exportStatus,
  NexthinkError,
  type NqlApi,
  startExport,
  TokenRefused,
} from '../nexthink/index.ts';
import type { Settings } from '../settings/index.ts';
import type { LakeContext } from '../storage/index.ts';
import { type CallBudget, type CallPurpose, chargeCall } from './calls.ts';
import { NqlPatience } from './nql-patience.ts';
import type { NqlQuery } from './nql-query.ts';
import { type LandedResult, landedBefore, landResult, type ResultRules } from './nql-result.ts';
import type { UnderWay } from './nql-state.ts';
import type { NqlStore } from './nql-store.ts';

/** What it takes to run a query. */
export interface NqlRun {
  readonly api: NqlApi;
  readonly query: NqlQuery;
  readonly purpose: CallPurpose;
  readonly budget: CallBudget;
  readonly rules: ResultRules;
  readonly settings: Pick<Settings, 'nqlCompression' | 'nqlWaitMinutes'>;
  /** The raw zone. */
  readonly context: LakeContext;
  /** The states. */
  readonly states: LakeContext;
  readonly store: NqlStore;
  readonly signal: AbortSignal | undefined;
  /** Told what is being waited for. */
  readonly onStep: (step: string) => void;
}

/** What became of one export. */
export type ExportOutcome =
  | { readonly kind: 'landed'; readonly export: UnderWay; readonly result: LandedResult }
  /** The service could not do it, or does not know it any more. */
  | { readonly kind: 'lost'; readonly export: UnderWay; readonly fault: NexthinkError }
  /** It is not ready yet; the next run goes on with it. */
  | { readonly kind: 'waits'; readonly export: UnderWay; readonly fault: NexthinkError | null };

/** Tries of a download, each with a fresh address. */
const MOST_DOWNLOADS = 8;

/** What became of a claim. */
export type StartOutcome =
  | { readonly kind: 'started'; readonly export: UnderWay }
  /** The day has no call left. */
  | { readonly kind: 'no_calls' }
  /** Another run has taken it over, since this one took too long. */
  | { readonly kind: 'taken' };

/**
 * Starts an export for a claim, which is one call of the day.
 * @throws NexthinkError, StateError, storage errors, the reason of the signal; the claim is then given up
 */
export async function startClaimed(run: NqlRun, claimed: UnderWay): Promise<StartOutcome> {
  const { settings, signal, store } = run;
  const patience = new NqlPatience(run.context.host, settings.nqlWaitMinutes * 60_000, signal);
  for (let tries = 1; ; tries++) {
    let id: string | null = null;
    try {
      // A call is not spent where no token is to be had.
      await patience.through(() => run.api.tokens.get(signal));
      if (!(await store.renew(claimed))) return { kind: 'taken' };
      if ((await chargeCall(run.states, run.budget, run.purpose)) === null) {
        await store.release(claimed);
        return { kind: 'no_calls' };
      }
      const started = await start(run, claimed);
      id = started.id;
      return (await store.begin(started)) ? { kind: 'started', export: started } : { kind: 'taken' };
    } catch (error) {
      if (await mayTryAgain(run, error, tries, patience)) continue;
      // Whether it was started is not known, and what it is called even less: nobody can go on with it.
      if (id === null) await store.release(claimed).catch(() => undefined);
      throw error;
    }
  }
}

async function start({ api, query, signal }: NqlRun, claimed: UnderWay): Promise<UnderWay> {
  const { compression, window, asOf } = claimed;
  const request = { queryId: query.id, parameters: query.parameters(window), compression };
  const { id, date } = await startExport(api, request, signal);
  return { ...claimed, id, asOf: Math.min(asOf, date ?? asOf) };
}

/** Whether a start was refused for a reason that is over by now: each try is another call. */
async function mayTryAgain(
  { store, context, onStep }: NqlRun,
  error: unknown,
  tries: number,
  patience: NqlPatience,
): Promise<boolean> {
  if (!(error instanceof NexthinkError)) return false;
  if (error instanceof TokenRefused) return tries === 1;
  if (error.status !== 429) return false;
  await store.noteWait(context.host.now() + (error.retryAfterMs ?? 0));
  onStep('told to wait');
  return error.retryAfterMs !== undefined && (await patience.wait(error.retryAfterMs));
}

/** Waits for an export that was started, and lands its result. @throws NexthinkError, storage errors, the reason of the signal */
export async function finishExport(run: NqlRun, underWay: UnderWay): Promise<ExportOutcome> {
  const { query, rules, context, signal, settings } = run;
  const { id, at, compression } = underWay;
  if (id === null) throw new Error('expected an export that was started, found none');
  const name = { query: query.id, at, id, compression };
  const before = await landedBefore(context.storage, rules, name);
  if (before !== null) return { kind: 'landed', export: underWay, result: before };
  const patience = new NqlPatience(context.host, settings.nqlWaitMinutes * 60_000, signal);
  for (let downloads = 1; ; downloads++) {
    const status = await statusOf(run, id, patience);
    if (status.state === 'waits') return { kind: 'waits', export: underWay, fault: status.fault };
    if (status.state !== 'completed') return { kind: 'lost', export: underWay, fault: lost(status.state) };
    try {
      run.onStep('downloading');
      const result = await landResult(run.api, context.storage, rules, name, status, signal);
      return { kind: 'landed', export: underWay, result };
    } catch (error) {
      if (!(error instanceof NexthinkError) || !canBeHadAgain(error)) throw error;
      run.onStep('downloading again');
      if (downloads >= MOST_DOWNLOADS || !(await patience.wait(error.retryAfterMs))) {
        return { kind: 'waits', export: underWay, fault: error };
      }
    }
  }
}

/** Whether another address, or the same a moment later, may give it: an address is good for a quarter of an hour. */
function canBeHadAgain({ transient, status }: NexthinkError): boolean {
  return transient || status === 400 || status === 401 || status === 403 || status === 404 || status === 410;
}

type Awaited =
  | Exclude<ExportStatus, { readonly state: 'running' }>
  | { readonly state: 'waits'; readonly fault: NexthinkError | null };

async function statusOf(
  { api, signal, store, context, onStep }: NqlRun,
  id: string,
  patience: NqlPatience,
): Promise<Awaited> {
  for (let refusals = 0; ; ) {
    try {
      const status = await exportStatus(api, id, signal);
      if (status.state !== 'running') {
        patience.reset();
        return status;
      }
      onStep('waiting for the export');
      if (!(await patience.wait())) return { state: 'waits', fault: null };
    } catch (error) {
      if (!(error instanceof NexthinkError)) throw error;
      // A token that was refused is renewed once: each further try may be one too many.
      const isPassing = error.transient || (error instanceof TokenRefused && ++refusals === 1);
      if (!isPassing) throw error;
      if (error.status === 429) await store.noteWait(context.host.now() + (error.retryAfterMs ?? 0));
      if (!(await patience.wait(error.retryAfterMs))) return { state: 'waits', fault: error };
    }
  }
}

function lost(state: 'failed' | 'gone'): NexthinkError {
  return state === 'failed'
    ? new NexthinkError(
        'an NQL export ended with ERROR: expected COMPLETED; run the saved query in Nexthink, with its parameters, to see why',
        200,
        false,
      )
    : new NexthinkError(
        'an NQL export is not known any more: expected its result; it has to be started again',
        404,
        true,
      );
}
