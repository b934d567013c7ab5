import { dayOfDate, IdSet, parseId } from '../events/index.ts';
import { type Observer, type Scope, Staging } from '../ingest/index.ts';
import {
  badRowsFiles,
  clearOfTaken,
  codecOf,
  type DataFile,
  discardFiles,
  forEachId,
  type IngestedSource,
  QuarantineTaken,
  type ReadingPlan,
  type RecordedSource,
  readingPlan,
  recordedHashes,
  recordedSources,
  replayingPlan,
  unaccountedFiles,
  Withheld,
  withdrawalOf,
} from '../lake/index.ts';
import { type CarriedRow, carryOver } from '../rewrite/index.ts';
import { identityKey, readingKey, type Settings } from '../settings/index.ts';
import type { LakeContext } from '../storage/index.ts';
import type { AddFile, Snapshot } from '../table/index.ts';
import type { Dispensable } from './conservation.ts';
import { type LostSource, lossOf, type RecordedRaw, recordedRaw } from './recorded-raw.ts';

/** Why the rows of a source were not read again. */
export interface SkippedSource {
  /** Lake path. */
  readonly path: string;
  readonly reason: LostSource['reason'] | 'rejected';
}

/** Raw files read again, the data files published, no commit naming them yet. */
export interface Reread {
  readonly staging: Staging;
  readonly sources: readonly IngestedSource[];
  readonly skipped: readonly SkippedSource[];
  /** Data files with the rows that could not be read again, as they were. */
  readonly carried: readonly DataFile[];
  /** Whether some source was read before with other settings, or as another instance's. */
  readonly isReadOtherwise: boolean;
  /** Whether, by that, an event may have got another time or id, and not only have become good or bad. */
  readonly mayMove: boolean;
  /** Which events of the files need not stay. */
  readonly dispensable: Dispensable;
}

/** What a replay reads with, and where from. */
export interface RereadingContext extends LakeContext {
  readonly settings: Settings;
  readonly scope: Scope | null;
  readonly observer: Observer;
}

/**
 * Reads every recorded source again that can be, in the order in which they came in, and carries over what `files` hold of
 * the others. A source that today's settings reject counts among these.
 * @throws storage errors, UnrewritableFile, TableError; nothing is left behind then
 */
export async function reread(
  context: RereadingContext,
  snapshot: Snapshot,
  files: readonly AddFile[],
): Promise<Reread> {
  const { sources, ingestIds } = await recordedSources(context.storage, snapshot);
  // An altered file must be found out, not be made one that is in order.
  const paths = files.map(({ path }) => path);
  const hashes = await recordedHashes(context.storage, snapshot, paths);
  const unaccounted = await unaccountedFiles(context.storage, snapshot, paths, hashes);
  const withheld = await Withheld.load(context.storage, snapshot);
  /** Events of withdrawn files whose rows another engine brought back. */
  const gone = new IdSet();
  const dispensable: Dispensable = { unaccounted, isWithheld: (day, id) => withheld.has(day, id) || gone.has(id) };
  const out = [...sources.values()].filter((source) => withdrawalOf(snapshot, source) !== null);
  const withdrawn = new Set(out.map(({ ingestId }) => ingestId));
  const known: KnownOfFiles = { hashes, ingestIds, unaccounted, withheld, withdrawn, gone };
  const skipped: SkippedSource[] = [];
  /** Plans whose quarantine files have names of their own, by ingest_id. */
  const renamed = new Map<string, ReadingPlan>();
  const badRows = await badRowsFiles(context.storage);
  const planOf = (source: RecordedSource): ReadingPlan =>
    replayingPlan(planToday(context.settings, source, snapshot), badRows.get(source.ingestId) ?? []);
  let wanted = [...sources.values()].filter(({ ingestId }) => !withdrawn.has(ingestId));
  for (;;) {
    const raw = await recordedRaw(context.storage, wanted);
    skipped.push(...raw.lost.map(({ source, reason }) => ({ path: source.path, reason })));
    const plans = raw.present.map((source) => renamed.get(source.ingestId) ?? planOf(source));
    context.observer.onFiles?.(plans.length);
    const attempt = new Attempt(context, raw, snapshot, known, skipped.length === 0);
    const anew = await attempt.run(plans, files);
    if (anew === null) {
      const otherwise = plans.map((plan, index) =>
        difference(plan, raw.present[index]!, attempt.result.sources.at(index)),
      );
      const isReadOtherwise = otherwise.some((each) => each !== 'none');
      const mayMove = otherwise.some((each) => each === 'events');
      return { ...attempt.result, skipped, isReadOtherwise, mayMove, dispensable };
    }
    const left = new Set(anew.left.map(({ ingestId }) => ingestId));
    skipped.push(...anew.left.map(({ path, reason }) => ({ path, reason })));
    for (const plan of anew.renamed) renamed.set(plan.source.ingestId, plan);
    wanted = raw.present.filter(({ ingestId }) => !left.has(ingestId));
  }
}

/** In what a file is read otherwise than it was: in which event a record is, or only in which records are good. */
function difference(
  { instance, settings }: ReadingPlan,
  { readings, identities, readerVersion }: RecordedSource,
  anew: Pick<IngestedSource, 'readSince' | 'recognised'> | undefined,
): 'none' | 'limits' | 'events' {
  const recognised = anew?.recognised ?? null;
  const reading = readingKey(instance, { ...settings }, recognised);
  const identity = identityKey(instance, { ...settings }, recognised);
  if ((anew?.readSince ?? 1) > readerVersion || [...identities].some((key) => key !== identity)) return 'events';
  return [...readings].some((key) => key !== reading) ? 'limits' : 'none';
}

/** What to begin anew with. */
interface Anew {
  /** Sources that are left out from then on. */
  readonly left: readonly (SkippedSource & { readonly ingestId: string })[];
  readonly renamed: readonly ReadingPlan[];
}

/** What is known of the files that are replaced. */
interface KnownOfFiles {
  readonly hashes: ReadonlyMap<string, string>;
  /** Every `ingest_id` on record. */
  readonly ingestIds: ReadonlySet<string>;
  /** Files, relative to the table, whose rows nobody vouches for. */
  readonly unaccounted: ReadonlySet<string>;
  readonly withheld: Withheld;
  /** The `ingest_id`s of raw files that are out. */
  readonly withdrawn: ReadonlySet<string>;
  /** The events of their rows, as far as these are met. */
  readonly gone: IdSet;
}

/** One go at reading all sources into one staging. */
class Attempt {
  readonly #context: RereadingContext;
  readonly #staging: Staging;
  readonly #snapshot: Snapshot;
  readonly #known: KnownOfFiles;
  readonly #id = new Uint32Array(4);
  readonly #isAllReread: boolean;
  #carried: readonly DataFile[] = [];

  /** @param isAllReread whether every source on record is read again */
  constructor(
    context: RereadingContext,
    { storage }: RecordedRaw,
    snapshot: Snapshot,
    known: KnownOfFiles,
    isAllReread: boolean,
  ) {
    this.#known = known;
    const { settings, scope } = context;
    this.#context = { ...context, storage };
    this.#snapshot = snapshot;
    this.#isAllReread = isAllReread;
    // What the table holds is what is read again, so nothing counts as known.
    this.#staging = new Staging(
      this.#context,
      { ...snapshot, files: new Map() },
      {
        codec: codecOf(settings),
        keepsNoRejections: true,
        ...(scope !== null && { scope }),
      },
    );
  }

  get result(): Pick<Reread, 'staging' | 'sources' | 'carried'> {
    const sources = this.#staging.sources.flatMap((source) => (source.outcome === 'ingested' ? [source] : []));
    return { staging: this.#staging, sources, carried: this.#carried };
  }

  /** Null where all went well; otherwise what to begin anew with, and nothing is left behind. */
  async run(plans: readonly ReadingPlan[], files: readonly AddFile[]): Promise<Anew | null> {
    const { storage, settings } = this.#context;
    try {
      const ingestIds = new Set(plans.map(({ source }) => source.ingestId));
      this.#carried = await carryOver(this.#context, this.#snapshot, files, ingestIds, {
        hashes: this.#known.hashes,
        codec: codecOf(settings),
        passesOverDamaged: this.#isAllReread,
        drops: (row) => this.#drops(row),
      });
      for (const { add } of this.#carried) {
        await forEachId(storage, this.#snapshot.path, add, (id) => this.#staging.hold(id));
      }
      const anew = await this.#read(plans);
      if (anew !== null) await this.#discard();
      else await this.#staging.finish();
      return anew;
    } catch (error) {
      await this.#discard();
      throw error;
    }
  }

  /** A row that nobody vouches for, of no raw file on record, comes from nowhere; one that is withheld or withdrawn came back. */
  #drops({ eventDate, file, ingestId, eventUid }: CarriedRow): boolean {
    const { ingestIds, unaccounted, withheld, withdrawn, gone } = this.#known;
    if (unaccounted.has(file) && !ingestIds.has(ingestId)) return true;
    if (!parseId(eventUid, this.#id)) return false;
    if (withdrawn.has(ingestId)) gone.add(this.#id);
    return withdrawn.has(ingestId) || withheld.has(dayOfDate(eventDate) ?? Number.POSITIVE_INFINITY, this.#id);
  }

  async #read(plans: readonly ReadingPlan[]): Promise<Anew | null> {
    const { observer, storage } = this.#context;
    const rejected: ReadingPlan[] = [];
    for (const plan of plans) {
      const { path, size, ingestId } = plan.source;
      observer.onFile?.(path, size, plan.source);
      try {
        const { outcome } = await this.#staging.add(plan, (bytes, rows) => observer.onProgress?.(bytes, rows));
        if (outcome === 'rejected') rejected.push(plan);
      } catch (error) {
        // Raw files may be replaced while this takes its time: what came of the old content is then carried over.
        const reason = lossOf(error, path);
        if (reason !== null) return { left: [{ path, reason, ingestId }], renamed: [] };
        if (!(error instanceof QuarantineTaken) || plan.quarantineSuffix !== '') throw error;
        return { left: [], renamed: await clearOfTaken(storage, plans, plan) };
      }
    }
    if (rejected.length === 0) return null;
    const left = rejected.map(({ source: { path, ingestId } }) => ({ path, ingestId, reason: 'rejected' as const }));
    return { left, renamed: [] };
  }

  async #discard(): Promise<void> {
    await this.#staging.discard();
    await discardFiles(this.#context.storage, this.#snapshot.path, this.#carried);
  }
}

/**
 * Today's settings, on the raw file as it was recorded: rows keep their source_etag, ingest_id and landed_at, and what the settings
 * leave open, its instance among it, is as it was.
 */
function planToday(settings: Settings, source: RecordedSource, snapshot: Snapshot): ReadingPlan {
  const { path, etag, ingestId, landedAt, size, hasGood } = source;
  const plan = readingPlan(settings, { path, etag, ingestId, landedAt, size }, snapshot, source);
  return { ...plan, keepsUnreadable: !hasGood };
}
