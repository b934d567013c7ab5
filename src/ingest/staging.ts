import { IdSet, Partitions } from '../events/index.ts';
import {
  DataFiles,
  type EarlierContent,
  Identities,
  KNOWN_EVENTS,
  KnownIds,
  ownerOf,
  type QuarantineFile,
  type ReadingPlan,
  type ReadSource,
  type RejectedSource,
  type RejectionFile,
  rejectionFile,
  type SourceOutcome,
  Withheld,
} from '../lake/index.ts';
import type { Codec } from '../parquet/index.ts';
import { BAD, END, type ExportReader, NEED_INPUT, openExport, RejectedFile } from '../source/index.ts';
import { digestOf, type LakeContext } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { BadExamples } from './bad-examples.ts';
import type { EventPlaces } from './event-places.ts';
import { rejectionOf } from './mapping-setting.ts';
import { refuseUnreadable } from './nothing-readable.ts';
import { otherIds } from './other-ids.ts';
import { refuseDaySecond } from './second-place-days.ts';
import { type OnProgress, type Scope, SourceReading } from './source-reading.ts';
import { openStored, type StoredBytes } from './stored-bytes.ts';

/** How much of a rejected file is kept with its rejection, in bytes. */
const BEGINNING_BYTES = 1024;

export interface StagingOptions {
  /** How the data files are compressed. */
  readonly codec: Codec;
  /** The only days whose rows are wanted; all where it is left out. */
  readonly scope?: Scope;
  /** Whether it is only looked at what a file is rejected for: no commit will name a record of it. */
  readonly keepsNoRejections?: boolean;
  /** Whether bad records are only counted: they are in quarantine since the file went in. */
  readonly keepsNoBadRows?: boolean;
  /** The only events that are wanted, by id; a record of any other counts as a duplicate. All where it is left out. */
  readonly wanted?: IdSet;
  /** Takes up where which event stands in the sources. */
  readonly places?: EventPlaces;
  /**
   * What becomes of a file whose events would get other ids than those of its instance before it: it is rejected, or taken
   * in with the ids that it gives. Left out where files are read again as they were, or as they are to be from now on.
   */
  readonly otherIds?: 'rejected' | 'taken';
  /** Told between the pieces of a file that is read, and whether it can be left there; what it throws ends the reading. */
  readonly onPiece?: (mayLeave: boolean) => void;
}

/**
 * Raw files on their way into the table by one commit: their records read, their data files published, no commit naming
 * them yet. Data files hold rows of several sources; a record that an earlier source holds too is a duplicate.
 */
export class Staging {
  readonly files: DataFiles;
  /** What became of the files read so far, in their order. */
  readonly sources: SourceOutcome[] = [];
  /** What their paths held before, where commits tell of something. */
  readonly earlier = new Map<string, EarlierContent>();
  readonly #context: LakeContext;
  readonly #snapshot: Snapshot;
  readonly #options: StagingOptions;
  readonly #known: KnownIds;
  /** What files are compared with before they are taken in; null where they are not. */
  readonly #identities: Identities | null;
  /** Ids of the sources before the last one. */
  readonly #earlier = new IdSet();
  /** Ids of the last source: apart, since one source alone needs no second set. */
  #last: IdSet | null = null;
  #partitions: Partitions;
  #withheld: Withheld | null = null;
  #isSpoiled = false;

  /** @param snapshot the state whose events count as known, and in which nothing withheld may come back */
  constructor(context: LakeContext, snapshot: Snapshot, options: StagingOptions) {
    this.#context = context;
    this.#snapshot = snapshot;
    this.#options = options;
    this.#known = new KnownIds(context.storage, snapshot);
    this.#identities = options.otherIds === 'rejected' ? new Identities(snapshot) : null;
    this.#partitions = new Partitions(options.codec);
    this.files = new DataFiles(context, snapshot, context.host.randomId());
  }

  /** Rows of a source that failed are among the others': the staging can only be discarded. */
  get isSpoiled(): boolean {
    return this.#isSpoiled;
  }

  /**
   * Reads a raw file to its end. One that is no export becomes a rejected source, with nothing of it among the rows.
   * A file after the first is gone through twice for that, which asks the store once where it is small.
   * @param opened its bytes, where they were asked for already
   * @throws PreconditionFailed or FileNotFound where the file is not the one that was looked at, QuarantineTaken, storage
   * errors; where the staging is not spoiled by it, it is as if the file had not been given
   */
  async add(
    plan: ReadingPlan,
    onProgress: OnProgress = () => undefined,
    opened?: Promise<StoredBytes>,
  ): Promise<SourceOutcome> {
    this.#withheld ??= await Withheld.load(this.#context.storage, this.#snapshot);
    const stored = await (opened ?? openStored(this.#context.storage, plan.source));
    const source = await this.#read(plan, stored, onProgress);
    this.sources.push(source);
    return source;
  }

  /** Has a raw file count as rejected without reading anything of it. */
  async reject(plan: ReadingPlan, explanation: string): Promise<RejectedSource> {
    const reason = 'unreadable';
    const rejection = { reason, explanation, details: null, alternatives: [], record: 0, offset: 0 } as const;
    const quarantine = await this.#publish(rejectionFile(plan.source, plan.settingsHash, rejection, Buffer.alloc(0)));
    const source: RejectedSource = { outcome: 'rejected', plan, sha256: null, ...rejection, quarantine };
    this.sources.push(source);
    return source;
  }

  /** Publishes what is still open. The staging is whole then. */
  async finish(): Promise<void> {
    for (const due of this.#partitions.rest()) await this.files.publish(due, this.#partitions);
  }

  /** Removes what was published. */
  async discard(): Promise<void> {
    this.#isSpoiled = true;
    await this.files.discard();
  }

  /** Has an event count as held, so that every source's record of it is a duplicate. */
  hold(id: Uint32Array): void {
    this.#earlier.add(id);
  }

  /** The same of several events. */
  holdAll(ids: IdSet): void {
    this.#earlier.addAll(ids);
  }

  /** Whether a source of the staging holds this event, be it new or in the table already. */
  holds(id: Uint32Array): boolean {
    return this.#last?.has(id) === true || this.#earlier.has(id);
  }

  async #read(plan: ReadingPlan, stored: StoredBytes, onProgress: OnProgress): Promise<SourceOutcome> {
    const isFirst = this.sources.every((source) => source.outcome === 'rejected' || source.committed === 0);
    let reader: ExportReader | null = null;
    let isTaking = false;
    try {
      reader = await open(plan, stored);
      if (!isFirst) {
        await passOver(plan, reader, () => this.#options.onPiece?.(true));
        this.#compare(plan, reader);
        await reader.close();
        reader = await open(plan, stored);
      }
      isTaking = true;
      const reading = this.#reading(plan, stored, reader);
      const onRead: OnProgress = (bytes, rows) => {
        this.#options.onPiece?.(isFirst);
        onProgress(bytes, rows);
      };
      const opened = reader;
      const source = await reading.read(onRead, () => this.#compare(plan, opened));
      this.#last = reading.uids.ids;
      this.#identities?.note(source);
      return source;
    } catch (error) {
      if (isFirst) await this.#empty();
      else if (isTaking) this.#isSpoiled = true;
      if (!(error instanceof RejectedFile) || this.#isSpoiled) throw error;
      return await this.#reject(plan, stored, reader, rejectionOf(plan.way, error));
    } finally {
      await reader?.close();
    }
  }

  /** @throws RejectedFile where the events of a file would get other ids than those of its instance before it */
  #compare(plan: ReadingPlan, { header, parts, counts, recognised }: Omit<ReadSource, 'plan'>): void {
    const identities = this.#identities;
    const difference = identities?.differenceOf({ plan, header, parts, counts, recognised }) ?? null;
    if (difference !== null) throw otherIds(plan, difference, identities?.waysOf(ownerOf(plan)) ?? []);
  }

  #reading(plan: ReadingPlan, stored: StoredBytes, reader: ExportReader): SourceReading {
    if (this.#last !== null) this.#earlier.addAll(this.#last);
    this.#last = null;
    return new SourceReading(this.#context.storage, plan, stored, reader, {
      known: this.#known,
      earlier: this.#earlier,
      // Loaded before anything is read.
      withheld: this.#withheld!,
      scope: this.#options.scope ?? null,
      wanted: this.#options.wanted ?? null,
      keepsBadRows: this.#options.keepsNoBadRows !== true,
      places: this.#options.places ?? null,
      partitions: this.#partitions,
      files: this.files,
    });
  }

  /** Takes back the rows of the only source that has given any. */
  async #empty(): Promise<void> {
    await this.files.discard();
    this.#partitions = new Partitions(this.#options.codec);
  }

  async #reject(
    plan: ReadingPlan,
    stored: StoredBytes,
    reader: ExportReader | null,
    { reason, message, details, alternatives }: RejectedFile,
  ): Promise<RejectedSource> {
    // The last record, not the last byte: how far bytes were read depends on the pieces they came in.
    const record = reader?.counts.records ?? 0;
    const place = { record, offset: reader === null || record === 0 ? 0 : reader.row.offset };
    const rejection = { reason, explanation: message, details, alternatives, ...place };
    const beginning = await stored.beginning(BEGINNING_BYTES);
    const file = rejectionFile(plan.source, plan.settingsHash, rejection, beginning);
    const { content: _, ...unpublished } = file;
    const quarantine = this.#options.keepsNoRejections === true ? unpublished : await this.#publish(file);
    return { outcome: 'rejected', plan, sha256: stored.sha256OfAll(), ...rejection, quarantine };
  }

  /**
   * Publishes a rejection. One that is there already stays and is the one on record: an earlier try may have come to know
   * of the same damage a piece of the file earlier or later.
   */
  async #publish({ path, rows, size, sha256, content }: RejectionFile): Promise<QuarantineFile> {
    const published = await this.#context.storage.create(path, content);
    const found = published === 'exists' ? await digestOf(this.#context.storage, path) : null;
    return { path, rows, size, sha256, ...found };
  }
}

async function open(
  { source, way, settings, recorded, timeFormats }: ReadingPlan,
  stored: StoredBytes,
): Promise<ExportReader> {
  const landedAt = source.landedAt.getTime();
  const isLog = way === 'classic';
  const file = { path: source.path, landedAt, timeFormats, isLog, open: () => stored.chunks() };
  return await openExport(file, settings, recorded, KNOWN_EVENTS);
}

/** Reads a file to its end for nothing but to see that it can be. @throws RejectedFile, what `onPiece` throws */
async function passOver(plan: ReadingPlan, reader: ExportReader, onPiece: () => void): Promise<void> {
  const examples = new BadExamples();
  for (let found = reader.next(); found !== END; found = reader.next()) {
    if (found === BAD) examples.note(reader);
    if (found !== NEED_INPUT) continue;
    await reader.fill();
    onPiece();
  }
  refuseUnreadable(plan, reader.counts, examples);
  refuseDaySecond(plan, reader.counts, examples);
}
