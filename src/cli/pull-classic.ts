import process from 'node:process';
import { checkLoopback, openLandingState, type PulledTrail, pullClassic } from '../landing/index.ts';
import { sizeText, visible } from '../present/index.ts';
import { SETTINGS, type Settings } from '../settings/index.ts';
import { counted, systemHost } from '../storage/index.ts';
import type { CommandOutcome } from './command.ts';
import { EXIT_DONE, EXIT_FAULT, EXIT_FOUND } from './exit-codes.ts';
import { said } from './failure.ts';
import { interruption, openLakeHere } from './interruption.ts';
import { rangeOf } from './pull-range.ts';
import { againText, faultText, ingestText, isoOf } from './pull-text.ts';

/** The settings that `pull classic` takes. */
export const CLASSIC_SETTINGS: readonly (keyof Settings)[] = [
  ...(['classicPrefix', 'classicTimeZone', 'timeZone'] as const),
  ...SETTINGS.filter(({ landing }) => landing === true)
    .map(({ name }) => name as keyof Settings)
    .filter((name) => name.startsWith('classic')),
];

/** Pulls the logs of the Audit Trail API (classic). @throws as `pullClassic`, UsageError */
export async function pullClassicHere(
  settings: Settings,
  flags: { readonly from?: string; readonly to?: string },
): Promise<CommandOutcome> {
  checkLoopback(settings, process.env);
  const range = rangeOf(flags, systemHost.now());
  const storage = openLakeHere(settings);
  const state = openLandingState(settings);
  const trails = await pullClassic({ storage, host: systemHost }, settings, { state, range, signal: interruption });
  return {
    exitCode: exitCodeOf(trails),
    json: () => ({ trails: trails.map(report) }),
    text: () => [...trails.flatMap((trail) => [...describe(trail, range)]), ...nextStep(trails, settings)].join('\n'),
  };
}

function exitCodeOf(trails: readonly PulledTrail[]): number {
  const failed = trails.filter(({ fault }) => fault !== null).length;
  if (failed === 0) return EXIT_DONE;
  return failed < trails.length ? EXIT_FOUND : EXIT_FAULT;
}

function report({ trail, logs, halved, reached, isCaughtUp, clockAheadMs, fault }: PulledTrail) {
  return {
    trail,
    logs: logs.map(({ path, bytes, outcome, window }) => ({
      path,
      bytes,
      outcome,
      from: isoOf(window.from),
      to: isoOf(window.to),
    })),
    windows_halved: halved,
    reached: reached === null ? null : isoOf(reached),
    caught_up: isCaughtUp,
    clock_ahead_seconds: clockAheadMs === null ? null : Math.round(clockAheadMs / 1000),
    fault: fault === null ? null : said(fault.message),
  };
}

/** Clocks that differ by more than this are worth a word. */
const SKEW_MS = 5 * 60_000;

function nextStep(trails: readonly PulledTrail[], settings: Settings): string[] {
  const isLanded = trails.some(({ logs }) => logs.some(({ path }) => path !== null));
  return isLanded ? [ingestText(settings)] : [];
}

function* describe(
  { trail, logs, reached, clockAheadMs, fault }: PulledTrail,
  range: ReturnType<typeof rangeOf>,
): Generator<string> {
  const bytes = logs.reduce((sum, log) => sum + log.bytes, 0);
  const reachedText = reached === null ? 'nothing was pulled yet' : `pulled up to ${isoOf(reached)}`;
  const againOr = fault === null ? againText : () => 'the position stays as it is';
  const upTo = range === undefined ? reachedText : againOr(range);
  yield `${visible(trail)}: ${counted(logs.length, 'window')}, ${sizeText(bytes)}; ${upTo}`;
  for (const { path, bytes, outcome } of logs) {
    if (path !== null) yield `  ${visible(path)}: ${sizeText(bytes)}${outcome === 'exists' ? ', there already' : ''}`;
  }
  if (clockAheadMs !== null && Math.abs(clockAheadMs) > SKEW_MS) {
    const minutes = Math.round(Math.abs(clockAheadMs) / 60_000);
    yield `  the clock here is ${counted(minutes, 'minute')} ${clockAheadMs > 0 ? 'behind' : 'ahead of'} that of Nexthink: correct it, or less than it seems was pulled`;
  }
  if (fault !== null) yield `  ${faultText(fault)}`;
}
