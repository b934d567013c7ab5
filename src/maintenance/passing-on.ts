import type { IdSet } from '../events/index.ts';
import { type Observer, Staging } from '../ingest/index.ts';
import { type IngestedSource, type PastOutcome, recordedPlan } from '../lake/index.ts';
import type { Codec } from '../parquet/index.ts';
import type { LakeContext } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { lossOf, recordedRaw } from './recorded-raw.ts';
import type { SkippedSource } from './reread.ts';

/** Events that raw files hold too whose rows they were not, read again; the data files published, no commit naming them. */
export interface PassedOn {
  readonly staging: Staging;
  /** The files whose some of the events are now, in the order in which they came in. */
  readonly sources: readonly IngestedSource[];
  /** Files that could not be read again: events that only they hold are in no raw file that is in. */
  readonly skipped: readonly SkippedSource[];
}

/**
 * Reads raw files again, each as it was read when it went in, and takes from them the events that are wanted. An event that
 * several hold is that one's which came in first. Their bad records are in quarantine, and are only counted.
 * @param files in the order in which they came in
 * @throws storage errors; nothing is left behind then
 */
export async function passOn(
  context: LakeContext,
  snapshot: Snapshot,
  files: readonly PastOutcome[],
  wanted: IdSet,
  codec: Codec,
  observer: Observer,
): Promise<PassedOn> {
  const raw = await recordedRaw(context.storage, wanted.size === 0 ? [] : files);
  const skipped: SkippedSource[] = raw.lost.map(({ source: { path }, reason }) => ({ path, reason }));
  let left: readonly PastOutcome[] = raw.present;
  for (;;) {
    // What the table holds is not asked for: of the events that are wanted it holds none.
    const staging = new Staging(
      { storage: raw.storage, host: context.host },
      { ...snapshot, files: new Map() },
      { codec, wanted, keepsNoRejections: true, keepsNoBadRows: true },
    );
    try {
      const lost = await fill(staging, left, observer);
      if (lost === null) {
        await staging.finish();
        const ingested = staging.sources.flatMap((source) => (source.outcome === 'ingested' ? [source] : []));
        const rejected = staging.sources.filter(({ outcome }) => outcome === 'rejected');
        skipped.push(...rejected.map(({ plan }) => ({ path: plan.source.path, reason: 'rejected' as const })));
        return { staging, sources: ingested.filter(({ committed }) => committed > 0), skipped };
      }
      skipped.push(lost.skipped);
      left = left.filter((file) => file !== lost.file);
    } catch (error) {
      await staging.discard();
      throw error;
    }
    await staging.discard();
  }
}

/** Reads files into a staging; the first that cannot be read, where there is one: then it is to be done anew without it. */
async function fill(staging: Staging, files: readonly PastOutcome[], observer: Observer) {
  for (const file of files) {
    const plan = recordedPlan(file.latest);
    const { path, size } = file;
    if (typeof plan === 'string') return { file, skipped: { path, reason: 'rejected' as const } };
    observer.onFile?.(path, size, plan.source);
    try {
      await staging.add(plan, (bytes, rows) => observer.onProgress?.(bytes, rows));
    } catch (error) {
      const reason = lossOf(error, path);
      if (reason === null) throw error;
      return { file, skipped: { path, reason } };
    }
  }
  return null;
}
