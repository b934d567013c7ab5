import { dayOfDate } from '../events/index.ts';
import type { Scope } from '../ingest/index.ts';
import { systemHost } from '../lake/index.ts';
import { type Replay, replayTable } from '../maintenance/index.ts';
import type { Settings } from '../settings/index.ts';
import { changeObserver } from './commit-warnings.ts';
import { EXIT_DONE, UsageError } from './failure.ts';
import { tableToChange } from './tables.ts';
import { visible, visibleJson } from './visible.ts';

export interface ReplayCommandOptions {
  /** `YYYY-MM-DD`, both included. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly reason: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Reads raw files again and prints what came of it. */
export async function replayCommand(settings: Settings, options: ReplayCommandOptions): Promise<number> {
  const { dryRun } = options;
  const scope = scopeOf(options);
  const observer = changeObserver(process.stderr);
  const { storage, events } = await tableToChange(settings, dryRun, observer);
  const reason = options.reason ?? 'replay with the catalogue and the settings of today';
  const replay = await replayTable(storage, systemHost, settings, events, { scope, reason, dryRun, observer });
  process.stdout.write(
    options.json ? `${visibleJson(report(replay, options))}\n` : `${describe(replay, dryRun).join('\n')}\n`,
  );
  return EXIT_DONE;
}

function scopeOf({ from, to }: ReplayCommandOptions): Scope | null {
  if (from === undefined && to === undefined) return null;
  const scope = {
    from: from === undefined ? Number.NEGATIVE_INFINITY : dayOf('--from', from),
    to: to === undefined ? Number.POSITIVE_INFINITY : dayOf('--to', to),
  };
  if (scope.from > scope.to) throw new UsageError(`--from ${from} is after --to ${to}; both days are included`);
  return scope;
}

function dayOf(option: string, text: string): number {
  const day = dayOfDate(text);
  if (day === null) throw new UsageError(`${option} takes a date such as 2026-03-01, found ${text}`);
  return day;
}

function report(replay: Replay, { from, to, dryRun }: ReplayCommandOptions) {
  return {
    dry_run: dryRun,
    version: replay.version,
    table_version: replay.snapshot.version,
    from: from ?? null,
    to: to ?? null,
    sources: replay.sources,
    records: replay.records,
    rows_before: replay.rowsBefore,
    rows_after: replay.rowsAfter,
    carried_over: replay.carriedOver,
    ids_changed: replay.idsChanged,
    vanished: replay.vanished,
    dropped: replay.dropped,
    made_good: replay.madeGood,
    appeared: replay.appeared,
    damaged: replay.damaged,
    skipped: replay.skipped,
  };
}

function describe(replay: Replay, dryRun: boolean): string[] {
  const {
    version,
    sources,
    records,
    rowsBefore,
    rowsAfter,
    carriedOver,
    vanished,
    dropped,
    appeared,
    madeGood,
    skipped,
  } = replay;
  if (!dryRun && version === null)
    return ['nothing to do: the table holds no rows of these days, nor do the raw files'];
  const reasons = {
    gone: 'it is no longer there',
    changed: 'it holds something else by now',
    archived: 'it is in the archive tier; rehydrate it and replay again',
    rejected: 'it is no export by the settings of today',
  };
  return [
    `read ${sources} raw files again, ${records} records`,
    dryRun
      ? `would put ${rowsAfter} rows in place of ${rowsBefore}; nothing was changed`
      : `put ${rowsAfter} rows in place of ${rowsBefore}, in version ${version}`,
    vanished + appeared === 0 || (vanished === 0 && madeGood.length > 0)
      ? 'no id of an event changes'
      : `${replay.idsChanged} ids of events change: so many that the table holds ${dryRun ? 'would be' : 'are'} gone and ` +
        `${appeared} new, since settings or the reader changed what makes an event, or which records are good`,
    ...(madeGood.length === 0
      ? []
      : [
          `${appeared} events ${dryRun ? 'would be' : 'are'} back that were not there: rows were removed in version ${madeGood.join(', ')} by another engine`,
        ]),
    ...(dropped === 0
      ? []
      : [
          `${dropped} rows ${dryRun ? 'would go' : 'went'} that no raw file gives, or that were erased or past the retention and had come back`,
        ]),
    ...replay.damaged.map((file) => `made anew from raw files, since it could not be read: ${visible(file)}`),
    ...skipped.map(({ path, reason }) => `not read again: ${visible(path)}, ${reasons[reason]}`),
    ...(carriedOver === 0 ? [] : [`${carriedOver} rows stay as they are, since their raw file was not read again`]),
  ];
}
