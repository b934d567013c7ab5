import type { JsonValue } from './json.ts';

/** What commits of this program have as `engineInfo`. */
export const ENGINE = 'nexthink-audit-lake';

/** Provenance of a commit, as other engines show it: the fields that Delta has for it. */
export type Provenance = {
  readonly timestamp?: number;
  readonly operation?: string;
  readonly operationParameters?: Readonly<Record<string, string>>;
  readonly operationMetrics?: Readonly<Record<string, string>>;
  readonly readVersion?: number;
  readonly isolationLevel?: string;
  readonly isBlindAppend?: boolean;
  readonly engineInfo?: string;
  readonly userMetadata?: string;
  /** Unique to one attempt: it tells after a lost answer whose the commit is. */
  readonly txnId?: string;
};

/**
 * Provenance of a commit, and what it says beside; no part of the table's state. Own fields are legal. Nothing depends on
 * what others put here, so a foreign log's fields come as they are, of whatever type.
 */
export interface CommitInfo extends Provenance {
  readonly [own: string]: JsonValue | undefined;
}

/** What a reader and a writer must be able to do. The feature lists exist from reader 3, writer 7 on. */
export interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures?: readonly string[];
  readonly writerFeatures?: readonly string[];
}

/** The table's schema, partitioning and properties; `createdTime` in milliseconds. */
export interface Metadata {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> };
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly createdTime?: number;
}

/** A data file that is part of the table. `path` is relative to the table and decoded; times in ms, `size` in bytes. */
export interface AddFile {
  readonly path: string;
  /** The path as the log spells it, where that is another spelling: only under it other engines know the file. */
  readonly rawPath?: string;
  /** What tells the file's deletion vector from others, where it has one: rows of the file are then no part of the table. */
  readonly deletionVector?: string;
  readonly partitionValues: Readonly<Record<string, string>>;
  readonly size: number;
  readonly modificationTime: number;
  readonly dataChange: boolean;
  readonly stats?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A data file that is no longer part of the table. */
export interface RemoveFile {
  readonly path: string;
  /** As in the `add` of the file. */
  readonly rawPath?: string;
  /** As in the `add` that it takes back. */
  readonly deletionVector?: string;
  readonly dataChange: boolean;
  readonly deletionTimestamp?: number;
  readonly extendedFileMetadata?: boolean;
  readonly partitionValues?: Readonly<Record<string, string>>;
  readonly size?: number;
}

/** How far the source `appId` is in. A `version` of 2^53 or more, which only other writers use, is a bigint. */
export interface Transaction {
  readonly appId: string;
  readonly version: number | bigint;
  readonly lastUpdated?: number;
}

/**
 * One line of a commit, in the shape it has in the log.
 * Source: Delta protocol, "Actions"; those not listed here are ignored on reading.
 */
export type Action =
  | { readonly commitInfo: CommitInfo }
  | { readonly protocol: Protocol }
  | { readonly metaData: Metadata }
  | { readonly add: AddFile }
  | { readonly remove: RemoveFile }
  | { readonly txn: Transaction };

/** One version of the table: what a log file holds. */
export interface Commit {
  readonly version: number;
  readonly actions: readonly Action[];
}

/** Whether a commit says that this program wrote it. */
export function isOurs(info: CommitInfo | null): boolean {
  return info?.engineInfo === ENGINE;
}

/** What actions of one data file have in common: a file with a deletion vector is another than the same without. */
export function fileKey({ path, deletionVector }: Pick<AddFile, 'path' | 'deletionVector'>): string {
  // No path holds a question mark: see `logPath`.
  return deletionVector === undefined ? path : `${path}?${deletionVector}`;
}

/** The commit's `commitInfo`, or null: other writers may leave it out. */
export function commitInfoOf(actions: readonly Action[]): CommitInfo | null {
  for (const action of actions) if ('commitInfo' in action) return action.commitInfo;
  return null;
}
