import { dateOfDay, dayOfDate } from '../events/index.ts';
import {
  type CommitRecord,
  contentOwner,
  version as digestVersion,
  isContentTransaction,
  isIdentityOf,
  isWithdrawalNote,
  namedBy,
  noteOf,
  ownerKey,
  ownerOf,
  readIdentity,
  rejectedAppId,
  rejectedContent,
  type SourceRecord,
  type WithdrawalRecord,
} from '../lake/index.ts';
import { RAW } from '../storage/index.ts';
import type { Action, Transaction } from '../table/index.ts';

/** What a commit rests on. */
export interface TransactionContext {
  /** What the commit recorded of itself; null where it is not ours, or its record cannot be read. */
  readonly record: CommitRecord | null;
  /** The kind of change for which the table is unlocked; null where it is locked. */
  readonly unlockedFor: string | null;
  /** Versions of `txn`s that commits before it accounted for, by appId: those of this commit are put among them. */
  readonly founded: Map<string, Transaction['version']>;
}

/**
 * Why `txn` actions of a commit do not follow from what the commit recorded. Ingestion relies on these: one that nobody
 * accounts for makes it pass over raw files, or withhold their rows.
 */
export function* transactionFaults(actions: readonly Action[], context: TransactionContext): Generator<string> {
  for (const action of actions) {
    if (!('txn' in action)) continue;
    const { appId, version } = action.txn;
    // Set once more as it was accounted for: what another engine dropped is put back.
    const expected = context.founded.get(appId) === version ? null : missingRecord(action.txn, context);
    if (expected === null) {
      context.founded.set(appId, version);
      continue;
    }
    yield `it sets txn ${JSON.stringify(action.txn.appId)} to ${action.txn.version}, and records no ${expected}`;
  }
}

/** What would have to be recorded for a transaction, in words; null where it is, or where the transaction is nothing of ours. */
function missingRecord(
  { appId, version }: Transaction,
  { record, unlockedFor, founded }: TransactionContext,
): string | null {
  const change = record?.change ?? null;
  const isBracketed = change !== null && change.kind === unlockedFor;
  const sources = record?.sources ?? [];
  if (appId === 'retained_from') {
    const isRecorded = isBracketed && change.kind === 'retain' && dayOfDate(change.before) === Number(version);
    return isRecorded
      ? null
      : `retention from ${dateText(Number(version))} on, between unlocking and locking the table`;
  }
  if (isWithdrawalNote(appId)) {
    const isRecorded = isBracketed && change.kind === 'withdraw' && isOfWithdrawal({ appId, version }, change);
    return isRecorded ? null : 'withdrawal of that file, or its undoing, between unlocking and locking the table';
  }
  const about = contentOwner(appId) ?? appId;
  if (about === '') return 'file by that name';
  const [, kind, name] = /^(erased|rejected|identity_columns|time_reading|reader_version):(.*)$/s.exec(about) ?? [];
  if (kind === 'erased') {
    const isRecorded =
      isBracketed &&
      change.kind === 'erase' &&
      change.erased !== null &&
      change.erased.path === name &&
      digestVersion(change.erased.sha256) === Number(version);
    return isRecorded ? null : 'erasure with that list, between unlocking and locking the table';
  }
  if (kind === 'rejected') {
    const isOf = (source: SourceRecord) => {
      if (source.outcome !== 'rejected' || source.path !== name) return false;
      const { path, etag, settings_hash: settingsHash, reason, landed_at: landedAt, compared_with } = source;
      const content = { etag, settingsHash, reason, landedAt, comparedWith: compared_with ?? '' };
      return isContentTransaction({ appId, version }, rejectedAppId(path), rejectedContent(content));
    };
    return sources.some(isOf) ? null : 'rejection of that content of the file';
  }
  if (kind !== undefined) {
    const isOf = (source: SourceRecord) => source.outcome === 'ingested' && (source.instance ?? '') === name;
    return sources.some(isOf) ? null : 'file of that instance';
  }
  const identity = readIdentity(about);
  if (identity !== null) {
    const { instance } = identity;
    const isOf = (source: SourceRecord) =>
      source.outcome === 'ingested' && ownerKey(ownerOf(source)) === ownerKey(identity);
    return record !== null && (sources.some(isOf) || isKnown(instance, founded)) ? null : 'file of that instance';
  }
  if (!about.startsWith(RAW)) return null;
  const isOf = ({ path, outcome, etag }: SourceRecord) =>
    path === about && outcome === 'ingested' && isContentTransaction({ appId, version }, path, etag);
  return sources.some(isOf) ? null : 'ingestion of that content of the file';
}

/** Whether a withdrawal, or its undoing, sets a `txn`: about one of its files, or another one with the content of one that is back. */
function isOfWithdrawal({ appId, version }: Transaction, { undo, withdrawn }: WithdrawalRecord): boolean {
  return withdrawn.some((file) => {
    const note = noteOf({ appId, version }, file);
    if (note !== null) return note === (undo ? 'back' : 'out');
    const other = namedBy(appId);
    return undo && other !== null && other.sha256 === file.sha256 && noteOf({ appId, version }, other) === 'out';
  });
}

/** Whether commits before told of files of this instance: what is remembered of it may change with a file of another one. */
function isKnown(instance: string | null, founded: ReadonlyMap<string, unknown>): boolean {
  if (founded.has(`identity_columns:${instance ?? ''}`)) return true;
  const instances = new Set([instance]);
  return [...founded.keys()].some((appId) => isIdentityOf(appId, instances));
}

/** A day as a date; as the number it is, where no date is that late. */
function dateText(day: number): string {
  return Math.abs(day) < 1e8 ? dateOfDay(day) : `day ${day}`;
}
