import { textDigest } from '../events/index.ts';
import type { FileInfo } from '../storage/index.ts';
import type { Snapshot, Transaction } from '../table/index.ts';
import { contentTransactions, isLastContent } from './content-transaction.ts';
import { withdrawalOf } from './withdrawals.ts';

/** One raw file as it stood when it was looked at: path and ETag are its identity. */
export interface SourceFile {
  /** Lake path, `raw/…`. */
  readonly path: string;
  readonly etag: string;
  readonly size: number;
  readonly landedAt: Date;
  /** First 16 hex digits of SHA-256 over the netstrings path, ETag. */
  readonly ingestId: string;
}

export function sourceFile({ path, etag, size, lastModified }: FileInfo): SourceFile {
  return { path, etag, size, landedAt: lastModified, ingestId: textDigest([path, etag], 16) };
}

/** The `txn`s that say the file is in: by raw path and whole ETag. */
export function ingestedTransactions(source: SourceFile, now: number): readonly Transaction[] {
  return contentTransactions(source.path, source.etag, now);
}

const REJECTED = 'rejected:';

/** The raw path of a `txn` that says a file was rejected; null for any other. */
export function rejectedPath(appId: string): string | null {
  return appId.startsWith(REJECTED) ? appId.slice(REJECTED.length) : null;
}

/** The `appId` under which the table says that a raw file was rejected. */
export function rejectedAppId(path: string): string {
  return `${REJECTED}${path}`;
}

/** The reason of a rejection that is about the time of the file, which is no part of its content. */
const TIME_REASON = 'file_time_implausible';

/** What a rejection is about: the file as it is, and how it was read; its time, where it was rejected for that. */
export function rejectedContent(
  etag: string,
  settingsHash: string,
  reason: string | undefined,
  landedAt: string,
): string {
  return reason === TIME_REASON ? `${etag} ${settingsHash} ${landedAt}` : `${etag} ${settingsHash}`;
}

/**
 * The `txn`s of a rejected file: it is tried again when the file, the settings or the readers change, and only then; one
 * that was rejected for its time, when that changes too.
 */
export function rejectedTransactions(
  source: SourceFile,
  settingsHash: string,
  reason: string,
  now: number,
): readonly Transaction[] {
  const content = rejectedContent(source.etag, settingsHash, reason, source.landedAt.toISOString());
  return contentTransactions(rejectedAppId(source.path), content, now);
}

/** Whether the table holds this content of the raw file. */
export function isIngested(snapshot: Snapshot, { path, etag }: SourceFile): boolean {
  return isLastContent(snapshot, path, etag);
}

/** Whether the table says that a raw file was rejected for its own time, as it is now. */
export function isRejectedForTime(snapshot: Snapshot, source: SourceFile, settingsHash: string): boolean {
  const content = rejectedContent(source.etag, settingsHash, TIME_REASON, source.landedAt.toISOString());
  return isLastContent(snapshot, rejectedAppId(source.path), content);
}

/** What can be on record of a raw file as it is. */
export type RecordedOutcome = 'ingested' | 'rejected' | 'withdrawn';

/** What the log says became of a raw file as it is, with source settings of this hash; null where it says nothing. */
export function recordedOutcome(snapshot: Snapshot, source: SourceFile, settingsHash: string): RecordedOutcome | null {
  if (withdrawalOf(snapshot, source) !== null) return 'withdrawn';
  if (isIngested(snapshot, source)) return 'ingested';
  const landedAt = source.landedAt.toISOString();
  const isRejected = [undefined, TIME_REASON].some((reason) => {
    const content = rejectedContent(source.etag, settingsHash, reason, landedAt);
    return isLastContent(snapshot, rejectedAppId(source.path), content);
  });
  return isRejected ? 'rejected' : null;
}
