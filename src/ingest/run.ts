import {
  codecOf,
  type EarlierContent,
  EarlierContents,
  isRejectedForIdentity,
  type KeptTables,
  prepareTables,
  type ReadingPlan,
  readingPlan,
  recordedOutcome,
  type SourceFile,
  settingDifference,
  sourceFile,
  withdrawalOf,
} from '../lake/index.ts';
import { earlierSettingsHashes, inclusion, type Settings } from '../settings/index.ts';
import { type FileInfo, type LakeContext, type ListedFile, pathInZone, UnreadableFile } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { BATCH_BYTES, BATCH_FILES } from './announced-batch.ts';
import { type BatchOptions, ingestBatch } from './batch.ts';
import type { IngestCommit, Observer } from './observer.ts';
import type { Pace } from './pace.ts';
import { rejectedBeforeReport, rejectUnread } from './rejections.ts';
import {
  ALREADY_INGESTED,
  emptyReport,
  type FileReport,
  leftOutReport,
  SETTING_DIFFERS,
  STILL_CHANGING,
  takenInReport,
  unreadableReport,
  withdrawnReport,
} from './report.ts';
import { SecondReadings } from './second-reading.ts';
import { SMALL_FILE_BYTES } from './stored-bytes.ts';

export interface RunOptions {
  readonly observer?: Observer;
  /** Whether somebody asked for these very files: one that stands rejected is then reported as rejected, not as skipped. */
  readonly named: boolean;
  /** Whether the observer is told of no file that was skipped. */
  readonly isQuietOfSkipped?: boolean;
  /** Once it is aborted, reading ends, and nothing is committed any more. */
  readonly signal?: AbortSignal;
  readonly pace?: Pace;
  /** The tables as this process keeps them; left out, they are opened for this run alone. */
  readonly tables?: KeptTables;
  /** Whether files that are in and may be better read by now are left to the reconciliation. */
  readonly leavesSecondReadings?: boolean;
  /** Whether files and settings may change what the ids of events depend on: the lake remembers the new state then. */
  readonly changesIdentity?: boolean;
}

export interface Run {
  /** One for each path that was not left, in the order given. */
  readonly reports: readonly FileReport[];
  /** The table after the last file. */
  readonly snapshot: Snapshot;
}

/** A raw file by its path, as it was listed or looked at, or why it can be none. */
export type RawFile = string | ListedFile | UnreadableFile;

/**
 * Takes raw files into the table in the order given: small ones many to a commit, a large one alone.
 * @param files lake paths; one that is gone is skipped. What a listing or a look told of a file spares another look: if it
 * has changed since, that shows when it is read. One that cannot be read is reported so, and the others go in
 * @throws storage errors and TableError: what was committed before stands, and the rest is taken in by the next run
 */
export async function ingestPaths(
  context: LakeContext,
  settings: Settings,
  files: AsyncIterable<RawFile> | Iterable<RawFile>,
  options: RunOptions,
): Promise<Run> {
  const { tables } = options;
  if (tables !== undefined) return await ingestKept(context, settings, files, options, tables);
  const { events } = await prepareTables(context, options.observer);
  return await ingestInto(context, settings, files, events, options);
}

/** The same on top of tables that this process keeps. */
async function ingestKept(
  context: LakeContext,
  settings: Settings,
  files: AsyncIterable<RawFile> | Iterable<RawFile>,
  options: RunOptions,
  tables: KeptTables,
): Promise<Run> {
  const { observer } = options;
  const events = await tables.events(context, observer);
  const onCommit = (commit: IngestCommit): void => {
    tables.noteSealed(commit.version);
    observer?.onCommit?.(commit);
  };
  const run = await ingestInto(context, settings, files, events, { ...options, observer: { ...observer, onCommit } });
  await tables.seal(context, run.snapshot, observer);
  return run;
}

async function ingestInto(
  context: LakeContext,
  settings: Settings,
  files: AsyncIterable<RawFile> | Iterable<RawFile>,
  events: Snapshot,
  options: RunOptions,
): Promise<Run> {
  const ingestion = new Ingestion(context, settings, events, options);
  for await (const file of files) await ingestion.take(file);
  return await ingestion.finish();
}

/**
 * Records a raw file as rejected because it could not be read, without trying once more.
 * @param file what a look told of it, or the path of one that is gone
 * @throws storage errors and TableError
 */
export async function recordUnreadable(
  context: LakeContext,
  settings: Settings,
  file: string | FileInfo,
  explanation: string,
  options: RunOptions,
): Promise<void> {
  const { observer } = options;
  if (typeof file === 'string') {
    observer?.onReport?.(emptyReport(file, 'skipped', 'gone', null));
    return;
  }
  const { events } = await prepareTables(context, observer);
  const plan = readingPlan(settings, sourceFile(file), events);
  const given = batchOptions(settings, options);
  const { reports } = await rejectUnread(context, events, plan, explanation, given);
  for (const report of reports) observer?.onReport?.(report);
}

function batchOptions(settings: Settings, { observer, signal, pace, changesIdentity }: RunOptions): BatchOptions {
  return {
    codec: codecOf(settings),
    otherIds: changesIdentity === true ? 'taken' : 'rejected',
    ...(observer !== undefined && { observer }),
    ...(signal !== undefined && { signal }),
    ...(pace !== undefined && { pace }),
  };
}

/** A file that waits for its commit, and the place of its report. */
interface Waiting {
  readonly plan: ReadingPlan;
  readonly place: number;
}

class Ingestion {
  readonly #context: LakeContext;
  readonly #settings: Settings;
  readonly #options: RunOptions;
  readonly #isIncluded: (path: string) => boolean;
  readonly #earlier: EarlierContents;
  #snapshot: Snapshot;
  /** In the order of the paths; null until it is known. */
  readonly #reports: (FileReport | null)[] = [];
  /** The files of the next commit, by path. */
  readonly #batch = new Map<string, Waiting>();
  #batchBytes = 0;
  /** Files that are in and are to be read again, once all others are in. */
  readonly #dueAgain: Waiting[] = [];
  #secondReadings: SecondReadings | null = null;
  /** Files that an older version of the reader rejected: they are tried once more. */
  readonly #rejectedByOlder = new Set<string>();

  constructor(context: LakeContext, settings: Settings, snapshot: Snapshot, options: RunOptions) {
    this.#context = context;
    this.#settings = settings;
    this.#snapshot = snapshot;
    this.#options = options;
    this.#isIncluded = inclusion(settings);
    this.#earlier = new EarlierContents(context.storage);
  }

  /** Takes the next file. What has to be read waits until enough has come for a commit. */
  async take(file: RawFile): Promise<void> {
    const path = typeof file === 'string' ? file : file.path;
    const place = this.#reports.push(null) - 1;
    if (file instanceof UnreadableFile) {
      this.#note(place, unreadableReport(file));
      return;
    }
    if (!this.#isIncluded(pathInZone(path))) {
      this.#note(place, leftOutReport(path, this.#settings));
      return;
    }
    // One that is named twice is in by the second time.
    if (this.#batch.has(path)) await this.#commitBatch();
    const info = await this.#look(file);
    if (info instanceof UnreadableFile) {
      this.#note(place, unreadableReport(info));
      return;
    }
    const size = info?.size ?? 0;
    const isSmall = size <= SMALL_FILE_BYTES;
    const isFull = this.#batch.size >= BATCH_FILES || this.#batchBytes + size > BATCH_BYTES;
    if (!isSmall || isFull) await this.#commitBatch();
    const found = await this.#judge(path, info);
    if ('outcome' in found) {
      const mayGain = found.reason === ALREADY_INGESTED && this.#options.leavesSecondReadings !== true;
      const plan = info !== null && mayGain ? await this.#planAgain(info) : null;
      if (plan === null) this.#note(place, found);
      else this.#dueAgain.push({ plan, place });
      return;
    }
    this.#batch.set(path, { plan: found, place });
    this.#batchBytes += size;
    if (!isSmall) await this.#commitBatch();
  }

  async finish(): Promise<Run> {
    await this.#commitBatch();
    for (const each of this.#dueAgain) if (!this.#isOver) await this.#readAgain(each);
    return { reports: this.#reports.flatMap((report) => report ?? []), snapshot: this.#snapshot };
  }

  /** A file as it is now; what is known of it already spares the look. */
  async #look(file: string | ListedFile): Promise<FileInfo | UnreadableFile | null> {
    if (typeof file !== 'string' && file.etag !== undefined) return { ...file, etag: file.etag };
    const path = typeof file === 'string' ? file : file.path;
    return await this.#context.storage.head(path).catch((error: unknown) => {
      if (error instanceof UnreadableFile && error.path === path) return error;
      throw error;
    });
  }

  /** How a file is to be read, or, where it is not, its report. */
  async #judge(path: string, info: FileInfo | null): Promise<ReadingPlan | FileReport> {
    if (info === null) return emptyReport(path, 'skipped', 'gone', null);
    const source = sourceFile(info);
    const withdrawal = withdrawalOf(this.#snapshot, source);
    if (withdrawal !== null) return withdrawnReport(path, withdrawal);
    const plan = readingPlan(this.#settings, source, this.#snapshot);
    const outcome = recordedOutcome(this.#snapshot, plan);
    if (outcome === 'ingested') return takenInReport(path, this.#snapshot);
    const { changesIdentity = false } = this.#options;
    const difference = changesIdentity ? null : settingDifference(this.#settings, this.#snapshot, path);
    if (difference !== null) return emptyReport(path, 'skipped', SETTING_DIFFERS, difference);
    if (changesIdentity && isRejectedForIdentity(this.#snapshot, plan)) return plan;
    if (outcome === 'rejected') {
      const { named } = this.#options;
      const report = await rejectedBeforeReport(this.#context.storage, source, plan.settingsHash, named);
      // Nothing is known of its content, and what kept it from being read may have been seen to.
      return named && report.reason === 'unreadable' ? plan : report;
    }
    const earlier = earlierSettingsHashes(plan.settings);
    if (earlier.some((hash) => recordedOutcome(this.#snapshot, { ...plan, settingsHash: hash }) === 'rejected')) {
      this.#rejectedByOlder.add(path);
    }
    return plan;
  }

  /** How a file that is in is to be read again; null where it is not. */
  async #planAgain(info: FileInfo): Promise<ReadingPlan | null> {
    this.#secondReadings ??= await SecondReadings.load(this.#context.storage);
    const plan = readingPlan(this.#settings, sourceFile(info), this.#snapshot);
    return this.#secondReadings.claim(plan) ? plan : null;
  }

  get #isOver(): boolean {
    const { signal, pace } = this.#options;
    return signal?.aborted === true || (pace !== undefined && this.#context.host.now() >= pace.until);
  }

  async #readAgain({ plan, place }: Waiting): Promise<void> {
    const { path } = plan.source;
    const options = batchOptions(this.#settings, this.#options);
    const found = await this.#secondReadings?.take(this.#context, this.#snapshot, plan, options);
    this.#snapshot = found?.snapshot ?? this.#snapshot;
    this.#note(place, found?.report ?? takenInReport(path, this.#snapshot));
  }

  async #commitBatch(): Promise<void> {
    const waiting = [...this.#batch.values()];
    this.#batch.clear();
    this.#batchBytes = 0;
    if (waiting.length === 0) return;
    const byPath = new Map(waiting.map((each) => [each.plan.source.path, each]));
    const changed: Waiting[] = [];
    // The pace leaves some: of these there is no report.
    await this.#ingest(
      waiting.map(({ plan }) => plan),
      new Map(),
      (report) => {
        const each = byPath.get(report.path)!;
        if (report.reason === STILL_CHANGING) changed.push(each);
        else this.#note(each.place, report);
      },
    );
    for (const { plan, place } of changed) {
      const report = await this.#again(plan.source);
      if (report !== undefined) this.#note(place, report);
    }
  }

  /** A file that changed after it was looked at: once more, as what it is now. */
  async #again({ path, etag, size }: SourceFile): Promise<FileReport | undefined> {
    const info = await this.#look(path);
    if (info instanceof UnreadableFile) return unreadableReport(info);
    const found = await this.#judge(path, info);
    if ('outcome' in found) return found;
    // A writer that goes on only makes it longer; a shorter one took the place of a content that nobody has read.
    const isAnother = found.source.size < size;
    const unread = new Map(isAnother ? [[path, { etag, size, sha256: null }]] : []);
    return (await this.#ingest([found], unread))[0];
  }

  async #ingest(
    plans: readonly ReadingPlan[],
    unread: ReadonlyMap<string, EarlierContent>,
    onSettled: (report: FileReport) => void = () => undefined,
  ): Promise<readonly FileReport[]> {
    const options = {
      ...batchOptions(this.#settings, this.#options),
      ...{ earlier: this.#earlier, unread },
      onSettled: (report: FileReport) => onSettled(this.#asStanding(report)),
    };
    const { snapshot, reports } = await ingestBatch(this.#context, this.#snapshot, plans, options);
    this.#snapshot = snapshot;
    return reports.map((report) => this.#asStanding(report));
  }

  /** A file that is rejected as it was by an older reader: nothing is new, unless somebody asks for this very file. */
  #asStanding(report: FileReport): FileReport {
    const isStanding = report.outcome === 'rejected' && this.#rejectedByOlder.has(report.path) && !this.#options.named;
    return isStanding ? emptyReport(report.path, 'skipped', 'rejected_before', report.explanation) : report;
  }

  #note(place: number, report: FileReport): void {
    this.#reports[place] = report;
    const { observer, isQuietOfSkipped = false } = this.#options;
    if (!isQuietOfSkipped || report.outcome !== 'skipped') observer?.onReport?.(report);
  }
}
