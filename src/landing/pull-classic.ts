import { CallerRefused, NexthinkError, overNetwork, type Send } from '../nexthink/index.ts';
import type { Settings } from '../settings/index.ts';
import type { LakeContext, Storage } from '../storage/index.ts';
import { classicApi } from './classic-access.ts';
import { type LandedLog, landLog } from './land-log.ts';
import { NotConfigured } from './not-configured.ts';
import { takeLog } from './take-log.ts';
import { ownStore, sharedStore } from './trail-position.ts';
import { afterWindow, nextWindow, type PullWindow, type WindowRules } from './windows.ts';

/** What became of a window of a log. */
export interface PulledLog extends LandedLog {
  readonly window: PullWindow;
}

/** What became of a trail. */
export interface PulledTrail {
  /** `portal`, `engines`, or the host name of an Engine. */
  readonly trail: string;
  readonly logs: readonly PulledLog[];
  /** Windows that were too long to be taken, and were halved. */
  readonly halved: number;
  /** All before it is in the raw zone, in milliseconds since 1970; null where nothing is. */
  readonly reached: number | null;
  /** Whether nothing is left of it. */
  readonly isCaughtUp: boolean;
  /** So far the clock of Nexthink is ahead of the one here, in milliseconds; null where it did not say. */
  readonly clockAheadMs: number | null;
  /** What kept it from going on; the next run goes on where it stands. */
  readonly fault: Error | null;
}

/** What is pulled, and how. */
export interface ClassicPullOptions {
  /** What the positions are kept in: {@link openLandingState}. */
  readonly state: Storage;
  /** Ends the pull between two windows, and requests on their way. */
  readonly signal?: AbortSignal | undefined;
  /** Pulls this again instead of what is new, in milliseconds since 1970; positions stay as they are. */
  readonly range?: { readonly from: number; readonly to: number } | undefined;
  /** How requests are sent; by the network where it is left out. */
  readonly send?: Send | undefined;
  /** Told of each log once it is durable. */
  readonly onLog?: ((trail: string, log: PulledLog) => void) | undefined;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * Pulls the logs of the Audit Trail API (classic) that are new since the last pull into the raw zone, each trail by itself: one that fails
 * keeps no other from going on, unless it is the account that is refused. A position goes on only once its log is durable, so that
 * a pull that is ended anywhere leaves no gap.
 * @throws NotConfigured, StateError, the reason of the signal
 */
export async function pullClassic(
  context: LakeContext,
  settings: Settings,
  options: ClassicPullOptions,
): Promise<readonly PulledTrail[]> {
  const { host } = context;
  const send = options.send ?? overNetwork({ allowLoopback: settings.allowLoopback, now: host.now });
  const pull: Pull = { context, settings, options, api: classicApi(settings, send, host), rules: rulesOf(settings) };
  const trails: PulledTrail[] = [];
  for (const trail of trailsOf(settings)) {
    const refused = trails.find(({ fault }) => fault instanceof CallerRefused);
    // Each further try with a wrong password brings the account nearer to being locked.
    trails.push(refused === undefined ? await pullTrail(pull, trail) : skipped(trail, refused));
  }
  return trails;
}

interface Pull {
  readonly context: LakeContext;
  readonly settings: Settings;
  readonly options: ClassicPullOptions;
  readonly api: ReturnType<typeof classicApi>;
  readonly rules: WindowRules;
}

function rulesOf({ classicWindowHours, classicOverlapMinutes, classicStart }: Settings): WindowRules {
  const start = classicStart === '' ? null : Date.parse(classicStart);
  if (Number.isNaN(start)) {
    throw new NotConfigured(
      `AUDIT_LAKE_CLASSIC_START (--classic-start): expected an instant such as 2026-03-01T00:00:00Z, found ${classicStart}`,
    );
  }
  return {
    longest: classicWindowHours * HOUR_MS,
    shortest: HOUR_MS,
    step: 1000,
    overlap: classicOverlapMinutes * MINUTE_MS,
    start,
  };
}

/** Host names are the same in upper and lower case; what is asked for is spelt as it is set, since the service may see a difference. */
function trailsOf({ classicTrails }: Settings): readonly string[] {
  const lower = classicTrails.map((trail) => trail.toLowerCase());
  const trails = classicTrails.filter((trail, index) => lower.indexOf(trail.toLowerCase()) === index);
  const wrong = trails.find((trail) => !/^[a-z0-9]([a-z0-9_-]|\.(?=[a-z0-9_]))*$/i.test(trail));
  if (wrong === undefined)
    return trails.map((trail) => (/^(?:portal|engines)$/i.test(trail) ? trail.toLowerCase() : trail));
  throw new NotConfigured(
    `AUDIT_LAKE_CLASSIC_TRAILS (--classic-trails): expected portal, engines or the host name of an Engine, found ${wrong}`,
  );
}

function skipped(trail: string, { fault }: PulledTrail): PulledTrail {
  const text = `the log of ${trail} was not asked for: the same account or client was refused before (${fault?.message ?? ''})`;
  const refused = new NexthinkError(text, 401, false);
  return { trail, logs: [], halved: 0, reached: null, isCaughtUp: false, clockAheadMs: null, fault: refused };
}

/** A window that is as short as can be gives more than is taken. */
function tooLongAlways(fault: Error | null): NexthinkError {
  const advice =
    'a window of an hour is as short as can be; raise AUDIT_LAKE_CLASSIC_MAX_BYTES (--classic-max-bytes), and set ' +
    'AUDIT_LAKE_CLASSIC_TIME_ZONE (--classic-time-zone), without which windows in the past are a day longer';
  return new NexthinkError(`${fault?.message ?? 'the log is too long'}; ${advice}`, 200, false);
}

/** The zone of dates, as far as it was said: no default is right for a log that nobody documents. */
function zoneOf({ classicTimeZone, timeZone, origins }: Settings): string | null {
  if (classicTimeZone !== '') return classicTimeZone;
  return origins.timeZone === 'default' ? null : timeZone;
}

/** What is told of a trail while it is pulled. */
interface Progress {
  readonly logs: PulledLog[];
  halved: number;
  reached: number | null;
  clockAheadMs: number | null;
}

async function pullTrail(pull: Pull, trail: string): Promise<PulledTrail> {
  const { signal } = pull.options;
  const progress: Progress = { logs: [], halved: 0, reached: null, clockAheadMs: null };
  try {
    await pullWindows(pull, trail, progress);
    return { trail, ...progress, isCaughtUp: true, fault: null };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    return { trail, ...progress, isCaughtUp: false, fault: error };
  }
}

/** Pulls window after window, until nothing is left. */
async function pullWindows(
  { context, settings, options, api, rules }: Pull,
  trail: string,
  progress: Progress,
): Promise<void> {
  const { state, signal, range, onLog } = options;
  const { host } = context;
  const store =
    range === undefined ? sharedStore({ storage: state, host }, new URL(settings.classicUrl).host, trail) : ownStore();
  const limits = range === undefined ? rules : { ...rules, start: range.from };
  const started = host.now();
  const now = Math.min(range?.to ?? started, started);
  let at = await store.read();
  for (;;) {
    signal?.throwIfAborted();
    progress.reached = at.position?.reached ?? null;
    const window = nextWindow(at.position, limits, now);
    if (window === null) return;
    // What ends before now only a date can say.
    const asked = { ...window, isNewest: window.isNewest && now === started };
    const taken = await takeLog(
      { host, api, zone: zoneOf(settings), mostBytes: settings.classicMaxBytes, signal },
      trail,
      asked,
      (received) => landLog(context, settings, { trail, window }, received, at.emptyDay),
    );
    progress.clockAheadMs = taken.clockAheadMs ?? progress.clockAheadMs;
    if (taken.log === null) {
      if (window.to - window.from <= rules.shortest) throw tooLongAlways(taken.fault);
      progress.halved++;
    } else {
      const log = { ...taken.log, window };
      progress.logs.push(log);
      onLog?.(trail, log);
    }
    const isTruncated = taken.log === null;
    const position = afterWindow(at.position, limits, window, { asOf: taken.asOf, isTruncated });
    at = await store.move(at, { position, emptyDay: taken.log?.emptyDay ?? at.emptyDay });
    progress.reached = position.reached;
    if (window.isNewest && !isTruncated) return;
  }
}
