import type { Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { recordedOutcomes, rowsPassedOn } from './record-reading.ts';
import type { SourceRecord } from './record-schema.ts';
import { recordedCommits } from './recorded-sources.ts';

/** One content of a raw path, and what commits say of it. */
export interface PastOutcome {
  /** Lake path. */
  readonly path: string;
  readonly etag: string;
  readonly ingestId: string;
  /** Stored bytes. */
  readonly size: number;
  /** Of the stored bytes, in hex; null where no commit says it. */
  readonly sha256: string | null;
  /** What the newest commit about it says; of one that is in, the newest that took it in. */
  readonly latest: SourceRecord;
  /** Whether some commit tells of an event of it that another raw file holds too. */
  readonly hasDuplicates: boolean;
}

/**
 * Every content of a raw path that commits up to a snapshot name, by its `ingest_id`: those that were taken in, in the order
 * in which they went in first, and those that were only rejected.
 * @throws BrokenEvidence, CorruptLog, storage errors
 */
export async function pastOutcomes(storage: Storage, snapshot: Snapshot): Promise<ReadonlyMap<string, PastOutcome>> {
  const found = new Map<string, PastOutcome>();
  for await (const actions of recordedCommits(storage, snapshot)) {
    for (const source of recordedOutcomes(actions)) note(found, source);
    // What went to a file that was in before, or back to it, the other file holds too.
    for (const ingestId of rowsPassedOn(actions)) {
      const file = found.get(ingestId);
      if (file !== undefined) found.set(ingestId, { ...file, hasDuplicates: true });
    }
  }
  return found;
}

function note(found: Map<string, PastOutcome>, source: SourceRecord): void {
  const { path, etag, ingest_id: ingestId, size, sha256, duplicates, outcome } = source;
  const before = found.get(ingestId);
  // The events are whose file came first: one that was rejected at first has its place from when it went in.
  if (before?.latest.outcome === 'rejected' && outcome === 'ingested') found.delete(ingestId);
  found.set(ingestId, {
    ...{ path, etag, ingestId, size },
    sha256: sha256 ?? before?.sha256 ?? null,
    latest: before?.latest.outcome === 'ingested' && outcome === 'rejected' ? before.latest : source,
    hasDuplicates: duplicates > 0 || before?.hasDuplicates === true,
  });
}
