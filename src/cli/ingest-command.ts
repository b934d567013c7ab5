import { Option } from 'commander';
import { type FileReport, ingestPaths, isHardlyRead, type Totals, totalsOf, waits } from '../ingest/index.ts';
import {
  isRejectedForTime,
  openEventsToWrite,
  rawFiles,
  readingPlan,
  recognisedRecord,
  rejectedPaths,
  settingDifference,
  sourceFile,
} from '../lake/index.ts';
import { type ForeignRemoval, foreignRemovals } from '../maintenance/index.ts';
import { UsageError, wrapped } from '../present/index.ts';
import type { Settings } from '../settings/index.ts';
import { CURATED, RAW, type Storage, systemHost } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { removalAdvice } from './change-sentence.ts';
import { type CommandOutcome, command, VERBOSE } from './command.ts';
import { EXIT_DONE, EXIT_FOUND } from './exit-codes.ts';
import { byContent, type LeftFile } from './folder-files.ts';
import { interruption, openLakeHere } from './interruption.ts';
import { placeIn } from './lake-place.ts';
import { notes } from './notes.ts';
import { optionsOf } from './offered-options.ts';
import { progressOn } from './progress.ts';
import { copyIntoRaw, type IsMistimed, type LocalFile, localFile, localFiles, targetOf } from './raw-copy.ts';
import { STANDARD_INPUT, spoolInput } from './standard-input.ts';
import { leftFiles, summary } from './summary.ts';
import { countOf } from './tables.ts';

interface IngestOptions {
  /** Files and folders on this machine; none: whatever the raw zone holds and the table lacks. */
  readonly files: readonly string[];
  /** Where below the raw zone copies go. */
  readonly into: string;
  /** What standard input is called below the raw zone. */
  readonly as?: string;
  /** Only the raw files that stand rejected. */
  readonly rejected: boolean;
  /** Whether files and settings may change what the ids of events depend on. */
  readonly changeIdentity: boolean;
  readonly json: boolean;
  /** Whether all is said of what was rejected. */
  readonly verbose: boolean;
}

/** Copies files into the raw zone and takes them into the table; says what came of each file. */
export const register = command<
  Pick<IngestOptions, 'into' | 'as' | 'rejected' | 'changeIdentity' | 'verbose'>,
  [files: readonly string[]]
>({
  name: 'ingest',
  words: [['[file...]', 'export files, or folders of them; - is standard input']],
  flags: [
    new Option('--into <prefix>', 'where below the raw zone the copies go').default('', 'its top'),
    new Option('--as <name>', 'what standard input is called there (a name made of its SHA-256 where it is left out)'),
    new Option('--rejected', 'try again the raw files that were rejected, with the settings of today'),
    new Option(
      '--change-identity',
      'take in what gives events other ids than the lake remembers (zone, day or month first, precision, actor column, instance), ' +
        'and remember that from now on',
    ),
    VERBOSE,
  ],
  json: 'one JSON object',
  settings: 'all',
  run: async ({ settings, flags, json }, files) => await takeIn(settings(), { ...flags, files, json }),
});

/** What {@link register} does, for whoever has the settings. */
export async function takeIn(
  settings: Settings,
  options: IngestOptions,
): Promise<Required<Pick<CommandOutcome, 'exitCode' | 'json' | 'text'>>> {
  const storage = openLakeHere(settings);
  if (options.rejected && options.files.length > 0) {
    throw new UsageError(
      'ingest takes files or --rejected, not both: --rejected tries again what stands rejected in the log',
    );
  }
  if (options.into !== '' && options.files.length === 0)
    throw new UsageError('--into says where copies of FILES go; name some');
  const hasInput = options.files.includes(STANDARD_INPUT);
  if (options.as !== undefined && !hasInput) throw new UsageError('--as names standard input; give - as the file');
  const named = options.rejected || options.files.length > 0;
  if (options.files.length === 0) await checkLake(storage, settings.lake);
  const { copied, left } = await copyGiven(storage, settings, options);
  const again = options.rejected ? await rejectedPaths(storage) : [];
  const paths = named ? new Set([...again, ...copied]) : null;
  const progress = progressOn(notes, paths?.size ?? (await countOf(rawFiles(storage, settings, { anyOrder: true }))));
  try {
    const run = await ingestPaths({ storage, host: systemHost }, settings, paths ?? rawFiles(storage, settings), {
      observer: progress,
      named,
      signal: interruption,
      changesIdentity: options.changeIdentity,
    });
    progress.stop();
    const totals = totalsOf(run.reports);
    const removals = await foreignRemovals(storage, run.snapshot);
    const advice = removals.map(removalAdvice);
    if (options.json) process.stderr.write(advice.map((each) => `${each}\n`).join(''));
    const table = placeIn(settings.lake, run.snapshot.path);
    const isWhole =
      totals.rejected === 0 && removals.length === 0 && !run.reports.some((each) => isHardlyRead(each) || waits(each));
    return {
      exitCode: isWhole ? EXIT_DONE : EXIT_FOUND,
      json: () => ({
        ...report(run.reports, totals, run.snapshot.version, removals, options.verbose),
        ...(left.length > 0 && { left }),
      }),
      text: () => [summary(run.reports, totals, table, options.verbose), ...leftFiles(left), ...advice].join('\n\n'),
    };
  } finally {
    progress.stop();
  }
}

/** Copies what was given into the raw zone. Gives the lake paths of the copies, and what was left of folders. */
async function copyGiven(storage: Storage, settings: Settings, { files, into, as, changeIdentity }: IngestOptions) {
  const left: LeftFile[] = [];
  const named = files.filter((file) => file !== STANDARD_INPUT);
  const leftFor = byContent(settings, (within) => targetOf(into, within));
  const local = await localFiles(named, into, settings.lake, leftFor, (each) => left.push(each));
  const input = files.length > named.length ? await spoolInput() : null;
  try {
    if (input !== null) local.push(localFile(input.file, into, as ?? input.name));
    // Before anything is copied.
    const events = local.length === 0 ? null : await openEventsToWrite(storage);
    if (events !== null && !changeIdentity) checkIdentity(settings, events, local);
    const isMistimed = events === null ? undefined : mistimed(storage, settings, events);
    const copied: string[] = [];
    for (const file of local) copied.push(await copyIntoRaw(storage, file, isMistimed));
    return { copied, left };
  } finally {
    await input?.remove();
  }
}

/** @throws UsageError where settings would give events of these files other ids than the lake remembers */
function checkIdentity(settings: Settings, events: Snapshot, files: readonly LocalFile[]): void {
  for (const { target } of files) {
    const difference = settingDifference(settings, events, `${RAW}${target}`);
    if (difference !== null) throw new UsageError(`nothing was taken in:\n${wrapped(difference)}`);
  }
}

/** Knows raw files that stand rejected for their own time. */
function mistimed(storage: Storage, settings: Settings, events: Snapshot): IsMistimed {
  return async (path, modified) => {
    const info = await storage.head(path);
    if (info === null || info.lastModified.getTime() === modified.getTime()) return false;
    return isRejectedForTime(events, readingPlan(settings, sourceFile(info), events));
  };
}

/** A lake that is not there is mostly one that was meant to be another. @throws UsageError */
async function checkLake(storage: Storage, lake: string): Promise<void> {
  let faults = 0;
  const onFault = () => faults++;
  for (const zone of [RAW, CURATED]) for await (const _ of storage.list(zone, { onFault })) return;
  if (faults > 0) return;
  throw new UsageError(`there is no lake in ${lake} yet; make one with: audit-lake ingest FILE --lake ${lake}`);
}

function report(
  reports: readonly FileReport[],
  totals: Totals,
  version: number,
  removals: readonly ForeignRemoval[],
  isVerbose: boolean,
) {
  return {
    files: reports.map(
      ({ quarantineReasons, possibleNewFields, repeatedHeaders, details, recognised, alternatives, ...report }) => ({
        ...report,
        ...(isVerbose && details !== null && { details }),
        recognised: recognised.map(recognisedRecord),
        ...(alternatives !== undefined && { options: optionsOf(alternatives) }),
        repeated_headers: repeatedHeaders,
        quarantine_reasons: quarantineReasons,
        possible_new_fields: possibleNewFields,
      }),
    ),
    totals: snakeCase(totals),
    table_version: version,
    ...(removals.length > 0 && { foreign_removals: removals }),
  };
}

function snakeCase({ quarantineReasons, ...totals }: Totals) {
  return { ...totals, quarantine_reasons: quarantineReasons };
}
