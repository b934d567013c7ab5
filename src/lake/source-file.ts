import { textDigest } from '../events/index.ts';
import type { FileInfo } from '../storage/index.ts';
import type { Snapshot, Transaction } from '../table/index.ts';
import { contentTransactions, isLastContent } from './content-transaction.ts';
import { identityName, ownerOf } from './identity-state.ts';
import type { ReadingPlan } from './reading-plan.ts';
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

/** The reason of a rejection that is about what the lake remembers of the file's instance. */
const IDENTITY_REASON = 'identity_differs';

/**
 * What a rejection is about: the file as it is, and how it was read; its time, where it was rejected for that, or the name of
 * what it was compared with.
 */
export function rejectedContent(rejected: {
  readonly etag: string;
  readonly settingsHash: string;
  readonly reason: string | undefined;
  readonly landedAt: string;
  /** As {@link identityName} names it. */
  readonly comparedWith: string;
}): string {
  const { etag, settingsHash, reason, landedAt, comparedWith } = rejected;
  const about = reason === TIME_REASON ? ` ${landedAt}` : reason === IDENTITY_REASON ? ` ${comparedWith}` : '';
  return `${etag} ${settingsHash}${about}`;
}

/** How a file was, or would be, read, as far as it says which rejections of it stand. */
type Planned = Pick<ReadingPlan, 'source' | 'settingsHash' | 'instance' | 'way'>;

/**
 * The `txn`s of a rejected file: it is tried again when the file, the settings or the readers change, and only then; one
 * that was rejected for its time, when that changes too, and one for the ids of its events, when what the lake remembers does.
 */
export function rejectedTransactions(
  plan: Planned,
  reason: string,
  comparedWith: string,
  now: number,
): readonly Transaction[] {
  return contentTransactions(rejectedAppId(plan.source.path), rejectionOf(plan, reason, comparedWith), now);
}

/** Whether the table holds this content of the raw file. */
export function isIngested(snapshot: Snapshot, { path, etag }: SourceFile): boolean {
  return isLastContent(snapshot, path, etag);
}

/** Whether the table says that a raw file was rejected for its own time, as it is now. */
export function isRejectedForTime(snapshot: Snapshot, plan: Planned): boolean {
  return isRejected(snapshot, plan, TIME_REASON);
}

/** Whether the table says that a raw file was rejected for the ids of its events, with what is remembered now. */
export function isRejectedForIdentity(snapshot: Snapshot, plan: Planned): boolean {
  return isRejected(snapshot, plan, IDENTITY_REASON);
}

/** What can be on record of a raw file as it is. */
export type RecordedOutcome = 'ingested' | 'rejected' | 'withdrawn';

/** What the log says became of a raw file as it is, read by this plan; null where it says nothing. */
export function recordedOutcome(snapshot: Snapshot, plan: Planned): RecordedOutcome | null {
  if (withdrawalOf(snapshot, plan.source) !== null) return 'withdrawn';
  if (isIngested(snapshot, plan.source)) return 'ingested';
  const reasons = [undefined, TIME_REASON, IDENTITY_REASON];
  return reasons.some((reason) => isRejected(snapshot, plan, reason)) ? 'rejected' : null;
}

function isRejected(snapshot: Snapshot, plan: Planned, reason: string | undefined): boolean {
  const appId = rejectedAppId(plan.source.path);
  if (!snapshot.transactions.has(appId)) return false;
  return isLastContent(snapshot, appId, rejectionOf(plan, reason, identityName(snapshot, ownerOf(plan))));
}

function rejectionOf(
  { source: { etag, landedAt }, settingsHash }: Pick<Planned, 'source' | 'settingsHash'>,
  reason: string | undefined,
  comparedWith: string,
): string {
  return rejectedContent({ etag, settingsHash, reason, landedAt: landedAt.toISOString(), comparedWith });
}
