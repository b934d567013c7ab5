import { readChain } from '../evidence/index.ts';
import { identityKey, readingKey, type Way } from '../settings/index.ts';
import type { Recognised } from '../source/index.ts';
import type { Storage } from '../storage/index.ts';
import { type Action, readCommits, type Snapshot } from '../table/index.ts';
import { readRecognised } from './recognised-record.ts';
import { namedIngestIds, takenIn } from './record-reading.ts';

/** A raw file that is in the table, as it was when it went in. */
export interface RecordedSource {
  /** Lake path. */
  readonly path: string;
  readonly etag: string;
  readonly ingestId: string;
  readonly landedAt: Date;
  /** Stored bytes. */
  readonly size: number;
  /** Of the stored bytes, in hex. */
  readonly sha256: string;
  /** Whose file it is, by the commit that read it last. */
  instance: string | null;
  /** By which way it came. */
  readonly way: Way;
  /** Every instance and settings it was read with, as {@link readingKey} names them: a replay reads anew. */
  readonly readings: Set<string>;
  /** The same without what only decides which records are good, as {@link identityKey} names it. */
  readonly identities: Set<string>;
  /** Whether something of it could be read as audit records at any time. */
  hasGood: boolean;
  /** How it was found to be written, by the commit that read it last; null where no reader recorded that. */
  recognised: readonly Recognised[] | null;
  /** The oldest version of the reader that read it. */
  readerVersion: number;
}

/** What commits up to a snapshot say of raw files. */
export interface RecordedSources {
  /** Those that went into the table, in the order in which they came, by their `ingest_id`. */
  readonly sources: ReadonlyMap<string, RecordedSource>;
  /** Every `ingest_id` that a commit of ours names. */
  readonly ingestIds: ReadonlySet<string>;
}

/**
 * The raw files that commits name: from the evidence, and from the log for versions that have none yet.
 * @throws BrokenEvidence, CorruptLog, storage errors
 */
export async function recordedSources(storage: Storage, snapshot: Snapshot): Promise<RecordedSources> {
  const sources = new Map<string, RecordedSource>();
  const ingestIds = new Set<string>();
  const result = { sources, ingestIds };
  for await (const actions of recordedCommits(storage, snapshot)) note(actions, sources, ingestIds);
  return result;
}

/**
 * The actions of each commit up to a snapshot, oldest first: from the evidence, and from the log for versions that have none yet.
 * @throws BrokenEvidence, CorruptLog, storage errors
 */
export async function* recordedCommits(
  storage: Storage,
  { path, version: head }: Pick<Snapshot, 'path' | 'version'>,
): AsyncGenerator<readonly Action[]> {
  let next = 0;
  for await (const { version, actions } of readChain(storage, path)) {
    if (version <= head) yield actions;
    next = version + 1;
  }
  if (next > head) return;
  for (const { version, actions } of await readCommits(storage, path, next, head)) if (version <= head) yield actions;
}

function note(actions: readonly Action[], sources: Map<string, RecordedSource>, ingestIds: Set<string>): void {
  for (const ingestId of namedIngestIds(actions)) ingestIds.add(ingestId);
  for (const entry of takenIn(actions)) {
    const { path, etag, ingest_id: ingestId, landed_at: landedAt, size, sha256, instance, way } = entry;
    const { settings, reader_version: readerVersion, rows, quarantined } = entry;
    const recognised = entry.recognised?.map(readRecognised) ?? null;
    const file = { path, etag, ingestId, landedAt, size, sha256, way };
    const source = sources.get(ingestId) ?? {
      ...file,
      instance,
      readings: new Set(),
      identities: new Set(),
      hasGood: false,
      recognised,
      readerVersion,
    };
    source.readings.add(readingKey(instance, settings, recognised));
    source.identities.add(identityKey(instance, settings, recognised));
    source.hasGood ||= quarantined < rows;
    source.instance = instance;
    source.recognised = recognised ?? source.recognised;
    source.readerVersion = Math.min(source.readerVersion, readerVersion);
    sources.set(ingestId, source);
  }
}
