import * as z from 'zod';
import { digestOf, type Storage } from '../storage/index.ts';
import { type Commit, finderOf, type Snapshot, type Transaction } from '../table/index.ts';

const WITHDRAWN = 'withdrawn:';

/** Versions of a `txn` about a withdrawal. */
const BACK = 0;
/** The content is out under any name. */
const OUT = 1;
/** It is out under its own path alone: another raw file of the same bytes is in. */
const OUT_HERE = 2;

/** One content of one raw path: what a withdrawal is about. */
export interface WithdrawnFile {
  /** Lake path, `raw/…`. */
  readonly path: string;
  readonly etag: string;
  /** Stored bytes. */
  readonly size: number;
  /** Of the stored bytes, in hex; null where nobody can tell it any more. */
  readonly sha256: string | null;
}

/** A file that is out, as the table's state says it. */
export interface Withdrawal extends WithdrawnFile {
  /** Whether its content is out under every other name, too. */
  readonly isAnywhere: boolean;
  /** Milliseconds since 1970; null where nobody said. */
  readonly since: number | null;
}

const NAMED = z.tuple([z.string(), z.string(), z.number().int().nonnegative(), z.string().nullable()]);

/** Whether a `txn` says that a raw file was withdrawn, or is back. */
export function isWithdrawalNote(appId: string): boolean {
  return appId.startsWith(WITHDRAWN);
}

/** The `txn` that says that a file is out; `isAnywhere`: its content under every name. */
export function withdrawnTransaction(file: WithdrawnFile, isAnywhere: boolean, now: number): Transaction {
  return { appId: appIdOf(file), version: isAnywhere ? OUT : OUT_HERE, lastUpdated: now };
}

/** The `txn`s that say that a file is back: then its content is out under no name any more but those of other withdrawals. */
export function returnedTransactions(
  snapshot: Pick<Snapshot, 'transactions'>,
  file: WithdrawnFile,
  now: number,
): readonly Transaction[] {
  const others = withdrawals(snapshot).filter((other) => {
    return appIdOf(other) !== appIdOf(file) && other.isAnywhere && other.sha256 === file.sha256;
  });
  return [
    { appId: appIdOf(file), version: BACK, lastUpdated: now },
    ...others.map((other) => withdrawnTransaction(other, false, now)),
  ];
}

const notes = finderOf<Omit<Transaction, 'appId'>>(isWithdrawalNote);

/** What is out by these notes, found once. */
const known = new WeakMap<Snapshot['transactions'], readonly Withdrawal[]>();

/** The raw files that are out, in the order in which they were withdrawn first. */
export function withdrawals({ transactions }: Pick<Snapshot, 'transactions'>): readonly Withdrawal[] {
  const noted = notes(transactions);
  const found = known.get(noted);
  if (found !== undefined) return found;
  const out: Withdrawal[] = [];
  for (const [appId, { version, lastUpdated }] of noted) {
    const file = namedBy(appId);
    if (file === null || (Number(version) !== OUT && Number(version) !== OUT_HERE)) continue;
    out.push({ ...file, isAnywhere: Number(version) === OUT, since: lastUpdated ?? null });
  }
  known.set(noted, out);
  return out;
}

/** The withdrawal of a raw file as it stands, by path and ETag, which costs no look at it; null where there is none. */
export function withdrawalOf(
  snapshot: Pick<Snapshot, 'transactions'>,
  { path, etag }: Pick<WithdrawnFile, 'path' | 'etag'>,
): Withdrawal | null {
  return withdrawals(snapshot).find((out) => out.path === path && out.etag === etag) ?? null;
}

/**
 * The same by its content as well: these bytes under another ETag, or another name, are out too. A file is read for that
 * only where it is exactly as long as one that is out.
 * @throws storage errors
 */
export async function withdrawalOfContent(
  storage: Storage,
  snapshot: Pick<Snapshot, 'transactions'>,
  file: Pick<WithdrawnFile, 'path' | 'etag' | 'size'>,
): Promise<Withdrawal | null> {
  const known = withdrawalOf(snapshot, file);
  if (known !== null) return known;
  const alike = withdrawals(snapshot).filter(({ path, size, sha256, isAnywhere }) => {
    return size === file.size && sha256 !== null && (isAnywhere || path === file.path);
  });
  if (alike.length === 0) return null;
  const digest = await digestOf(storage, file.path, { ifMatch: file.etag });
  return alike.find(({ sha256 }) => sha256 === digest?.sha256) ?? null;
}

/** Whether commits changed which raw files are out. */
export function changesWithdrawn(commits: readonly Commit[]): boolean {
  return commits.some(({ actions }) => {
    return actions.some((action) => 'txn' in action && isWithdrawalNote(action.txn.appId));
  });
}

/** What a `txn` is about; null where it cannot be read. */
export function namedBy(appId: string): WithdrawnFile | null {
  try {
    const [path, etag, size, sha256] = NAMED.parse(JSON.parse(appId.slice(WITHDRAWN.length)));
    return { path, etag, size, sha256 };
  } catch {
    return null;
  }
}

/** Whether a `txn` about this very file says that it is out, or that it is back; null for any other. */
export function noteOf(
  { appId, version }: Pick<Transaction, 'appId' | 'version'>,
  file: WithdrawnFile,
): 'out' | 'back' | null {
  if (appId !== appIdOf(file)) return null;
  return Number(version) === BACK ? 'back' : 'out';
}

function appIdOf({ path, etag, size, sha256 }: WithdrawnFile): string {
  return `${WITHDRAWN}${JSON.stringify([path, etag, size, sha256])}`;
}
