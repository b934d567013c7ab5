import { Option } from 'commander';
import { dayOfDate } from '../events/index.ts';
import type { Scope } from '../ingest/index.ts';
import { type Replay, replayTable } from '../maintenance/index.ts';
import { UsageError, visible } from '../present/index.ts';
import { counted, systemHost } from '../storage/index.ts';
import { command, DRY_RUN, REASON } from './command.ts';
import { notes } from './notes.ts';
import { progressOn } from './progress.ts';
import { tablesToChange } from './tables.ts';
import { whoRuns } from './who.ts';

interface ReplayFlags {
  /** `YYYY-MM-DD`, both included. */
  readonly from?: string;
  readonly to?: string;
  readonly reason?: string;
  readonly dryRun: boolean;
}

/** Reads raw files again and says what came of it. */
export const register = command<ReplayFlags, []>({
  name: 'replay',
  flags: [
    new Option('--from <date>', 'only events of this day and later, such as 2026-03-01'),
    new Option('--to <date>', 'only events of this day and earlier'),
    REASON,
    DRY_RUN,
  ],
  json: 'one JSON object',
  settings: 'all',
  run: async ({ settings, flags }) => {
    const { reason = 'replay with the catalogue and the settings of today', dryRun } = flags;
    const given = settings();
    const scope = scopeOf(flags);
    const observer = progressOn(notes, 0);
    const { storage, events } = await tablesToChange(given, dryRun, observer);
    const by = dryRun ? null : await whoRuns(given);
    const options = { scope, reason, by, dryRun, observer };
    const replay = await replayTable({ storage, host: systemHost }, given, events, options).finally(() =>
      observer.stop(),
    );
    return { json: () => report(replay, flags), text: () => describe(replay, dryRun).join('\n') };
  },
});

function scopeOf({ from, to }: ReplayFlags): Scope | null {
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

function report(replay: Replay, { from, to, dryRun }: ReplayFlags) {
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
    `read ${counted(sources, 'raw file')} again, ${counted(records, 'record')}`,
    dryRun
      ? `would put ${counted(rowsAfter, 'row')} in place of ${rowsBefore}; nothing was changed`
      : `put ${counted(rowsAfter, 'row')} in place of ${rowsBefore}, in version ${version}`,
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
          `${counted(dropped, 'row')} ${dryRun ? 'would go' : 'went'} that no raw file gives, or that were erased or past the retention and had come back`,
        ]),
    ...replay.damaged.map((file) => `made anew from raw files, since it could not be read: ${visible(file)}`),
    ...skipped.map(({ path, reason }) => `not read again: ${visible(path)}, ${reasons[reason]}`),
    ...(carriedOver === 0 ? [] : [`${carriedOver} rows stay as they are, since their raw file was not read again`]),
  ];
}
