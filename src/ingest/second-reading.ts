import { IdSet, textDigest } from '../events/index.ts';
import {
  afterCommit,
  type BadRowsFile,
  badRowsFiles,
  badRowsName,
  QuarantineTaken,
  type ReadingPlan,
  type RecordedReading,
  RecordedReadings,
  type SourceFile,
  type SourceOutcome,
  supersedingPlan,
} from '../lake/index.ts';
import {
  FileNotFound,
  type LakeContext,
  PreconditionFailed,
  type Storage,
  TRIED,
  UnreadableFile,
} from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { appendStaged } from './append.ts';
import type { BatchOptions } from './batch.ts';
import { EventPlaces } from './event-places.ts';
import { ALREADY_INGESTED, emptyReport, type FileReport, sourceReport } from './report.ts';
import { Staging, type StagingOptions } from './staging.ts';
import { unwritten } from './unwritten.ts';

/** Files that are read again in a run, and their stored bytes: the next run goes on. */
const MOST_FILES = 64;
const MOST_BYTES = 256 * 2 ** 20;

/** What came of reading a file again: a report where records of it went in. */
interface SecondReading {
  readonly snapshot: Snapshot;
  readonly report: FileReport | null;
}

/**
 * Raw files that are in, with records in quarantine that were put there under other settings, by another version of the
 * reader, or while the file had another time: today they may be good. Each is read again once, as long as nothing of that
 * changes.
 */
export class SecondReadings {
  readonly #storage: Storage;
  readonly #badRows: ReadonlyMap<string, readonly BadRowsFile[]>;
  readonly #tried: ReadonlySet<string>;
  readonly #recorded: RecordedReadings;
  #files = 0;
  #bytes = 0;

  private constructor(
    storage: Storage,
    badRows: ReadonlyMap<string, readonly BadRowsFile[]>,
    tried: ReadonlySet<string>,
  ) {
    this.#storage = storage;
    this.#badRows = badRows;
    this.#tried = tried;
    this.#recorded = new RecordedReadings(storage);
  }

  /** Asks the store for two listings, of files that mostly are few. Throws storage errors. */
  static async load(storage: Storage): Promise<SecondReadings> {
    const badRows = await badRowsFiles(storage);
    const tried = new Set<string>();
    if (badRows.size > 0)
      for await (const { path } of storage.list(TRIED, { onFault: () => undefined })) tried.add(path);
    return new SecondReadings(storage, badRows, tried);
  }

  /** Whether no file has records in quarantine. */
  get isEmpty(): boolean {
    return this.#badRows.size === 0;
  }

  /** Whether a file that is in is to be read again. It counts among those of this run then, of which there may be so many. */
  claim({ source, settingsHash }: Pick<ReadingPlan, 'source' | 'settingsHash'>): boolean {
    const files = this.#badRows.get(source.ingestId) ?? [];
    const isOtherwise =
      files.some((file) => file.settingsHash !== settingsHash) ||
      (files.length > 0 && files.every(({ lastModified }) => lastModified < source.landedAt));
    if (!isOtherwise || this.#tried.has(markPath(source, settingsHash, namesOf(files)))) return false;
    if (this.#files === MOST_FILES || (this.#files > 0 && this.#bytes + source.size > MOST_BYTES)) return false;
    this.#files++;
    this.#bytes += source.size;
    return true;
  }

  /** Whether reading a file again ended the process that tried it. */
  hasFailed({ source, settingsHash }: Pick<ReadingPlan, 'source' | 'settingsHash'>): boolean {
    return this.#tried.has(begunPath(source, settingsHash, namesOf(this.#badRows.get(source.ingestId))));
  }

  /**
   * Reads a file again, and takes in what is good of it now. Nothing is changed where nothing is gained, or where events that
   * are in would get other ids.
   * @throws storage errors and TableError, with nothing visible; safe to run again
   */
  async take(
    context: LakeContext,
    snapshot: Snapshot,
    usual: ReadingPlan,
    options: BatchOptions,
  ): Promise<SecondReading> {
    const { source, settingsHash } = usual;
    const files = this.#badRows.get(source.ingestId) ?? [];
    const plan = supersedingPlan(usual, files);
    const before = await this.#recorded.of(snapshot, source.ingestId);
    if (before === null) return { snapshot, report: null };
    const mark = Buffer.from(`${JSON.stringify(markOf(usual))}\n`);
    const names = namesOf(files);
    const begun = begunPath(source, settingsHash, names);
    await this.#storage.replace(begun, mark);
    try {
      const found = await this.#readAgain(context, snapshot, plan, before, options);
      const after = found.report === null ? names : [...names, badRowsName(plan)];
      await this.#storage.replace(markPath(source, settingsHash, after), mark);
      return found;
    } finally {
      // It stays where the process ends in the middle: then nobody who is not watching tries that again.
      await this.#storage.delete(begun).catch(() => undefined);
    }
  }

  async #readAgain(
    context: LakeContext,
    snapshot: Snapshot,
    plan: ReadingPlan,
    before: RecordedReading,
    options: BatchOptions,
  ): Promise<SecondReading> {
    const none: SecondReading = { snapshot, report: null };
    const { observer } = options;
    observer?.onFile?.(plan.source.path, plan.source.size, plan.source);
    const trying = { ...context, storage: unwritten(context.storage) };
    const places = new EventPlaces();
    const trial = await stage(trying, snapshot, plan, before, { ...options, places });
    if (trial === null) return none;
    if (trial !== 'other') await trial.discard();
    const isSame = trial !== 'other' && (await this.#findsAll(places, trying, snapshot, before, plan, options));
    if (!isSame) return { snapshot, report: otherEventsReport(plan.source.path) };
    const subject = `taking in more of ${plan.source.path}`;
    const stager = {
      subject,
      stage: async (on: Snapshot) => {
        const staging = await stage(context, on, plan, before, options);
        return staging === 'other' ? null : staging;
      },
    };
    const append = await appendStaged(context, snapshot, stager, options.signal);
    const [judged] = append.sources;
    if (append.outcome !== 'committed' || judged === undefined) return { ...none, snapshot: append.snapshot };
    const { snapshot: after, conflicts } = append;
    const head = await afterCommit(context, after, observer);
    observer?.onCommit?.({ version: after.version, files: 1, conflicts, head });
    const report = sourceReport(judged);
    return { snapshot: after, report: { ...report, warnings: [...report.warnings, 'read_again'] } };
  }

  /**
   * Whether a new reading of a file finds every event that it gave before, and where it stood. That shows by reading it as it was
   * read then: among all events of the table, one that another record gives now would pass for it.
   */
  async #findsAll(
    now: EventPlaces,
    context: LakeContext,
    snapshot: Snapshot,
    before: RecordedReading,
    { source }: ReadingPlan,
    { codec }: BatchOptions,
  ): Promise<boolean> {
    const recorded = await this.#recorded.planOf(snapshot.path, source.ingestId, before);
    if (recorded === null) return false;
    const places = new EventPlaces();
    const given = { codec, places, keepsNoRejections: true, keepsNoBadRows: true, wanted: new IdSet() };
    const staging = new Staging(context, snapshot, given);
    try {
      const { outcome } = await staging.add({ ...recorded, source: { ...source, landedAt: recorded.source.landedAt } });
      return outcome === 'ingested' && now.hasAll(places);
    } finally {
      await staging.discard();
    }
  }
}

/** A file that stays as it went in, since it would give other events than it gave. */
function otherEventsReport(path: string): FileReport {
  return emptyReport(
    path,
    'skipped',
    ALREADY_INGESTED,
    'it is in, with records in quarantine; read with the settings of today it gives other events in place of some that are in, so ' +
      'nothing of it was taken in: set what it was read with before (audit-lake history says it), or export it again',
  );
}

/**
 * A finished staging of a file that gains by being read again. With nothing left behind, null where it does not, and `other` where
 * there are more new events than records that were bad.
 */
async function stage(
  context: LakeContext,
  snapshot: Snapshot,
  plan: ReadingPlan,
  before: RecordedReading,
  options: StagingOptions & Pick<BatchOptions, 'observer'>,
): Promise<Staging | 'other' | null> {
  const staging = new Staging(context, snapshot, { ...options, keepsNoRejections: true });
  try {
    const source = await staging.add(plan, (bytes, rows) => options.observer?.onProgress?.(bytes, rows));
    await staging.finish();
    const gain = gainOf(source, before);
    if (gain === 'gain') return staging;
    await staging.discard();
    return gain === 'other' ? gain : null;
  } catch (error) {
    await staging.discard();
    // It changed, or cannot be read: whoever looks at it next says so.
    const isOfFile =
      error instanceof PreconditionFailed || error instanceof FileNotFound || error instanceof UnreadableFile;
    if (error instanceof QuarantineTaken || (isOfFile && error.path === plan.source.path)) return null;
    throw error;
  }
}

/**
 * Whether fewer records are bad than before, and no more rows come of it than there are more good records: further ones would
 * be events that are in already, under other ids.
 */
function gainOf(source: SourceOutcome, before: RecordedReading): 'gain' | 'other' | 'none' {
  if (source.outcome === 'rejected' || source.counts.bad >= before.bad) return 'none';
  const { records, bad } = source.counts;
  return source.committed <= records - bad - before.good ? 'gain' : 'other';
}

function namesOf(files: readonly BadRowsFile[] = []): string[] {
  return files.map(({ name }) => name);
}

/**
 * What says that a file was read again, as it is and with these settings, while the quarantine held these files of it: after a
 * replay, say, it holds others, and what gained nothing before may gain now. No commit names it.
 */
function markPath({ ingestId, landedAt }: SourceFile, settingsHash: string, names: readonly string[]): string {
  const held = [...new Set(names)].sort();
  return `${TRIED}${textDigest([ingestId, settingsHash, landedAt.toISOString(), ...held], 32)}.json`;
}

/** What stands there while it is read again. */
function begunPath(source: SourceFile, settingsHash: string, names: readonly string[]): string {
  return markPath(source, settingsHash, names).replace('.json', '-begun.json');
}

function markOf({ source, settingsHash }: ReadingPlan) {
  return { ingest_id: source.ingestId, settings_hash: settingsHash, landed_at: source.landedAt.toISOString() };
}
