import type { DataFile } from '../ingest/data-files.ts';
import { Draft } from '../ingest/draft.ts';
import type { IngestedSource } from '../ingest/drafted-source.ts';
import type { Host } from '../ingest/index.ts';
import { forEachId } from '../ingest/known-ids.ts';
import type { Observer } from '../ingest/observer.ts';
import { QuarantineTaken } from '../ingest/quarantine.ts';
import { codecOf, type ReadingPlan, readingPlan } from '../ingest/reading-plan.ts';
import type { Scope } from '../ingest/source-reading.ts';
import type { Settings } from '../settings/index.ts';
import { FileNotFound, PreconditionFailed, type Storage } from '../storage/index.ts';
import type { AddFile, Snapshot } from '../table/index.ts';
import { carryOver } from './carry-over.ts';
import { recordedHashes } from './recorded-hashes.ts';
import { type RecordedRaw, recordedRaw } from './recorded-raw.ts';
import { type RecordedSource, readingKey, recordedSources } from './recorded-sources.ts';

/** Why the rows of a source were not read again. */
export interface SkippedSource {
  /** Lake path. */
  readonly path: string;
  readonly reason: 'gone' | 'changed' | 'rejected';
}

/** Raw files read again, the data files published, no commit naming them yet. */
export interface Reread {
  readonly draft: Draft;
  readonly sources: readonly IngestedSource[];
  readonly skipped: readonly SkippedSource[];
  /** Data files with the rows that could not be read again, as they were. */
  readonly carried: readonly DataFile[];
  /** Whether some source was read before with other settings, or as another instance's. */
  readonly isReadOtherwise: boolean;
}

/** What a replay reads with, and where from. */
export interface RereadingContext {
  readonly storage: Storage;
  readonly host: Host;
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
  const recorded = await recordedSources(context.storage, snapshot);
  const raw = await recordedRaw(context.storage, recorded.values());
  const skipped: SkippedSource[] = raw.lost.map(({ source, reason }) => ({ path: source.path, reason }));
  let plans = raw.present.map((source) => ({ source, plan: planOf(context.settings, source) }));
  for (;;) {
    const attempt = new Attempt(context, raw, snapshot);
    const changed = await attempt.run(plans, files);
    if (changed === null) {
      const isReadOtherwise = plans.some(({ source, plan }) =>
        [...source.readings].some((key) => key !== readingKey(plan)),
      );
      return { ...attempt.result, skipped, isReadOtherwise };
    }
    skipped.push(...changed.skipped);
    plans = changed.plans;
  }
}

interface PlannedSource {
  readonly source: RecordedSource;
  readonly plan: ReadingPlan;
}

/** What to begin anew with, and what is left out from then on. */
interface Anew {
  readonly plans: PlannedSource[];
  readonly skipped: readonly SkippedSource[];
}

/** One go at reading all sources into one draft. */
class Attempt {
  readonly #context: RereadingContext;
  readonly #draft: Draft;
  readonly #snapshot: Snapshot;
  #carried: readonly DataFile[] = [];

  constructor(context: RereadingContext, { storage }: RecordedRaw, snapshot: Snapshot) {
    const { host, settings, scope } = context;
    this.#context = { ...context, storage };
    this.#snapshot = snapshot;
    // What the table holds is what is read again, so nothing counts as known.
    this.#draft = new Draft(
      storage,
      host,
      { ...snapshot, files: new Map() },
      {
        codec: codecOf(settings),
        ...(scope !== null && { scope }),
      },
    );
  }

  get result(): Pick<Reread, 'draft' | 'sources' | 'carried'> {
    const sources = this.#draft.sources.flatMap((source) => (source.outcome === 'ingested' ? [source] : []));
    return { draft: this.#draft, sources, carried: this.#carried };
  }

  /** Null where all went well; otherwise what to begin anew with, and nothing is left behind. */
  async run(plans: readonly PlannedSource[], files: readonly AddFile[]): Promise<Anew | null> {
    const { storage, host, settings } = this.#context;
    try {
      const ingestIds = new Set(plans.map(({ source }) => source.ingestId));
      // An altered file must be found out, not be made one that is in order.
      const paths = files.map(({ path }) => path);
      const hashes = await recordedHashes(storage, this.#snapshot, paths);
      this.#carried = await carryOver(storage, host, this.#snapshot, files, ingestIds, hashes, codecOf(settings));
      for (const { add } of this.#carried) {
        await forEachId(storage, `${this.#snapshot.path}/${add.path}`, add.size, (id) => this.#draft.hold(id));
      }
      const changed = await this.#read(plans);
      if (changed !== null) await this.#discard();
      else await this.#draft.finish();
      return changed;
    } catch (error) {
      await this.#discard();
      throw error;
    }
  }

  async #read(plans: readonly PlannedSource[]): Promise<Anew | null> {
    const { observer } = this.#context;
    const rejected: PlannedSource[] = [];
    for (const planned of plans) {
      const { plan } = planned;
      const others = plans.filter((each) => each !== planned);
      const { path, size, landedAt } = plan.source;
      observer.onFile?.(path, size, plan.source);
      try {
        const { outcome } = await this.#draft.add(plan, (bytes, rows) => observer.onProgress?.(bytes, rows));
        if (outcome === 'rejected') rejected.push(planned);
      } catch (error) {
        // Raw files may be replaced while this takes its time: what came of the old content is then carried over.
        const reason = lossOf(error, path);
        if (reason !== null) return { skipped: [{ path, reason }], plans: others };
        if (!(error instanceof QuarantineTaken) || plan.quarantineSuffix !== '') throw error;
        const renamed = { ...plan, quarantineSuffix: `-${landedAt.getTime()}` };
        return { skipped: [], plans: plans.map((each) => (each === planned ? { ...each, plan: renamed } : each)) };
      }
    }
    if (rejected.length === 0) return null;
    return {
      skipped: rejected.map(({ source }) => ({ path: source.path, reason: 'rejected' })),
      plans: plans.filter((each) => !rejected.includes(each)),
    };
  }

  async #discard(): Promise<void> {
    await this.#draft.discard();
    for (const { add } of this.#carried) {
      await this.#context.storage.delete(`${this.#snapshot.path}/${add.path}`).catch(() => undefined);
    }
  }
}

/** Today's settings, on the raw file as it was recorded: rows keep their source_etag, ingest_id and landed_at. */
function planOf(settings: Settings, { path, etag, ingestId, landedAt, size }: RecordedSource): ReadingPlan {
  return readingPlan(settings, { path, etag, ingestId, landedAt, size });
}

/** What an error says has become of a raw file; null where it says nothing of it. */
function lossOf(error: unknown, path: string): 'gone' | 'changed' | null {
  if (error instanceof PreconditionFailed && error.path === path) return 'changed';
  return error instanceof FileNotFound && error.path === path ? 'gone' : null;
}
