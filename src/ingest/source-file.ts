import { hash } from 'node:crypto';
import { textDigest } from '../events/index.ts';
import type { FileInfo } from '../storage/index.ts';
import type { Snapshot, Transaction } from '../table/index.ts';

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

/** The `txn` that says the file is in: one per raw path, its version derived from the ETag. */
export function ingestedTransaction(source: SourceFile, now: number): Transaction {
  return { appId: source.path, version: version(source.etag), lastUpdated: now };
}

const REJECTED = 'rejected:';

/** The raw path of a `txn` that says a file was rejected; null for any other. */
export function rejectedPath(appId: string): string | null {
  return appId.startsWith(REJECTED) ? appId.slice(REJECTED.length) : null;
}

/** The `txn` of a rejected file: it is tried again when the file, the settings or the readers change, and only then. */
export function rejectedTransaction(source: SourceFile, settingsHash: string, now: number): Transaction {
  const appId = `${REJECTED}${source.path}`;
  return { appId, version: version(`${source.etag} ${settingsHash}`), lastUpdated: now };
}

/** Whether the table holds exactly this transaction. */
export function isRecorded(snapshot: Snapshot, transaction: Transaction): boolean {
  return snapshot.transactions.get(transaction.appId)?.version === transaction.version;
}

/** What the log says became of a raw file as it is, with source settings of this hash; null where it says nothing. */
export function recordedOutcome(
  snapshot: Snapshot,
  source: SourceFile,
  settingsHash: string,
): 'ingested' | 'rejected' | null {
  if (isRecorded(snapshot, ingestedTransaction(source, 0))) return 'ingested';
  return isRecorded(snapshot, rejectedTransaction(source, settingsHash, 0)) ? 'rejected' : null;
}

/** 52 bits of SHA-256: exact in a JSON number. The protocol does not ask versions to grow. */
export function version(text: string): number {
  return Number.parseInt(hash('sha256', text, 'hex').slice(0, 13), 16);
}
