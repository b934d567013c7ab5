import process from 'node:process';
import { checkLoopback, type LandedExport, type NqlPull, openLandingState, pullNql } from '../landing/index.ts';
import { sizeText, visible } from '../present/index.ts';
import { SETTINGS, type Settings } from '../settings/index.ts';
import { counted, systemHost } from '../storage/index.ts';
import type { CommandOutcome } from './command.ts';
import { EXIT_DONE, EXIT_FAULT, EXIT_FOUND } from './exit-codes.ts';
import { said } from './failure.ts';
import { interruption, openLakeHere } from './interruption.ts';
import { notes } from './notes.ts';
import { stepsOn } from './progress.ts';
import { rangeOf } from './pull-range.ts';
import { againText, faultText, ingestText, isoOf } from './pull-text.ts';

/** The settings that `pull nql` takes. */
export const NQL_SETTINGS: readonly (keyof Settings)[] = [
  'nqlPrefix',
  ...SETTINGS.filter(({ landing }) => landing === true)
    .map(({ name }) => name as keyof Settings)
    .filter((name) => name.startsWith('nql') && !name.startsWith('nqlCount')),
];

/** Pulls the results of a saved NQL query. @throws as `pullNql`, UsageError */
export async function pullNqlHere(
  settings: Settings,
  flags: { readonly from?: string; readonly to?: string },
): Promise<CommandOutcome> {
  checkLoopback(settings, process.env);
  const range = rangeOf(flags, systemHost.now());
  const storage = openLakeHere(settings);
  const state = openLandingState(settings);
  const progress = stepsOn(notes, 'pull nql');
  try {
    const pulled = await pullNql({ storage, host: systemHost }, settings, {
      ...{ state, range, signal: interruption },
      onStep: (step) => progress.onStep(step, 0, null),
    });
    const text = () => [...describe(pulled, settings, range)].join('\n');
    return { exitCode: exitCodeOf(pulled), json: () => report(pulled), text };
  } finally {
    progress.stop();
  }
}

/** A result that was cut is no whole one, unless its window is pulled again. */
function exitCodeOf({ outcome, exports }: NqlPull): number {
  if (outcome === 'failed') return EXIT_FAULT;
  const isWhole = exports.every(({ isTruncated, isHalved }) => !isTruncated || isHalved);
  return outcome === 'done' && isWhole ? EXIT_DONE : EXIT_FOUND;
}

function report({ outcome, exports, halved, reached, calls, waitUntil, fault }: NqlPull) {
  return {
    outcome,
    exports: exports.map(({ exportId, path, size, records, outcome, isTruncated, isHalved, window }) => ({
      export_id: exportId,
      path,
      bytes: size,
      records,
      outcome,
      truncated: isTruncated,
      pulled_again: isHalved,
      from: window === null ? null : isoOf(window.from),
      to: window === null ? null : isoOf(window.to),
    })),
    windows_halved: halved,
    reached: reached === null ? null : isoOf(reached),
    calls: { day: calls.day, used: calls.used, left: calls.leftToPull },
    wait_until: waitUntil === null ? null : isoOf(waitUntil),
    fault: fault === null ? null : said(fault.message),
  };
}

const LEFT: Readonly<Record<Exclude<NqlPull['outcome'], 'done' | 'failed'>, string>> = {
  no_calls_left: 'the day has no call left (one is kept back for the comparison); run again after midnight, UTC',
  told_to_wait: 'Nexthink asks to wait; run again then',
  still_running: 'the export is not ready yet; run again, which goes on with it and costs no call',
  other_run: 'another run is about to start an export; run again in a minute',
};

type Range = ReturnType<typeof rangeOf>;

function* describe(pulled: NqlPull, settings: Settings, range: Range): Generator<string> {
  const { outcome, exports, reached, calls, waitUntil, fault } = pulled;
  const isAgain = range !== undefined && outcome === 'done';
  const upTo = reached === null || range !== undefined ? '' : `; pulled up to ${isoOf(reached)}`;
  const kept = calls.leftToCount - calls.leftToPull;
  const left = `${calls.leftToPull} left${kept > 0 ? `, ${kept} more kept back for counting` : ''}`;
  yield `${counted(exports.length, 'result')} landed${isAgain ? `; ${againText(range)}` : upTo}; ${counted(calls.used, 'call')} of ${calls.day} used, ${left}`;
  for (const landed of exports) yield `  ${lineOf(landed)}`;
  if (outcome !== 'done' && outcome !== 'failed') yield `  ${LEFT[outcome]}`;
  if (waitUntil !== null) yield `  Nexthink asks to wait until ${isoOf(waitUntil)}`;
  if (fault !== null) yield `  ${faultText(fault)}`;
  if (exports.length > 0) yield ingestText(settings);
}

function lineOf({ path, size, records, outcome, isTruncated, isHalved }: LandedExport): string {
  const cut = isHalved
    ? '; cut by Nexthink, and its window pulled again in halves'
    : '; cut by Nexthink: records are missing, ask for a shorter window';
  const amount = records === null ? sizeText(size) : `${counted(records, 'record')}, ${sizeText(size)}`;
  return `${visible(path)}: ${amount}${outcome === 'exists' ? ', there already' : ''}${isTruncated ? cut : ''}`;
}
