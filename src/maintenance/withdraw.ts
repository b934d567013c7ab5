import { CATALOGUE_VERSION } from '../catalogue/index.ts';
import type { Observer } from '../ingest/index.ts';
import {
  type ByRecord,
  type ChangeInfo,
  changesWithdrawn,
  changesWithheld,
  discardFiles,
  fileRecords,
  Identities,
  type IdentityOwner,
  ownerKey,
  ownerOf,
  type PastOutcome,
  pastOutcomes,
  recordedHashes,
  recordedOutcomes,
  removalOf,
  sortQuarantine,
  sourceRecord,
  UNCHANGED,
  type Withdrawal,
  type WithdrawalRecord,
  type WithdrawnRecord,
  withdrawalOf,
  withdrawnTransaction,
} from '../lake/index.ts';
import type { Codec } from '../parquet/index.ts';
import { type WithoutSources, withoutSources } from '../rewrite/index.ts';
import { type LakeContext, localStorage, makeScratch } from '../storage/index.ts';
import type { Action, Commit, Snapshot } from '../table/index.ts';
import { bracketedChange, type Change } from './bracketed-change.ts';
import { type PassedOn, passOn } from './passing-on.ts';
import { overScratch } from './scratch.ts';
import { targetsOf, type WithdrawalRequest, type WithdrawalTarget } from './withdrawal-targets.ts';

export interface WithdrawOptions extends WithdrawalRequest {
  /** Why, for the log, where it stays for good. */
  readonly reason: string;
  /** Who asks for it; left out where nobody knows. */
  readonly by?: ByRecord | null;
  readonly codec: Codec;
  /** Whether to say only what would be done. */
  readonly dryRun: boolean;
  readonly observer?: Observer;
}

/** What a withdrawal did, or would do; of several that were taken back, all of it. */
export interface WithdrawalResult {
  readonly snapshot: Snapshot;
  /** The version that made the change, of several the last; null where nothing was done. */
  readonly version: number | null;
  readonly withdrawn: readonly WithdrawnRecord[];
  /** What was out already; of what is taken back, none. */
  readonly already: readonly Withdrawal[];
  /** Raw files of the same bytes that are in and stay, under the paths that are withdrawn. */
  readonly alike: readonly { readonly path: string; readonly of: string }[];
  readonly passedOn: WithdrawalRecord['passed_on'];
  readonly skipped: WithdrawalRecord['skipped'];
  /** Whether rows were erased while a file was out that is back: of it, nobody looked for the person's. */
  readonly erasedMayReturn: boolean;
}

/**
 * Takes raw files out that should never have been there: their rows go, and an event that another raw file holds too
 * becomes that file's. From then on they are out, by path and by SHA-256, for whatever reads raw files.
 * @throws NotWithdrawable for a path that is no raw file, UnreadableDataFile, UnrewritableFile, TableError, storage errors
 */
export async function withdrawFiles(
  context: LakeContext,
  snapshot: Snapshot,
  options: WithdrawOptions,
): Promise<WithdrawalResult> {
  if (!options.dryRun) {
    const withdrawal = new FilesWithdrawal(context, options);
    // What cannot be is found out before anything is written.
    await withdrawal.lookUp(snapshot);
    const changed = await bracketedChange(context, snapshot, withdrawal, options.observer);
    await sortQuarantine(context.storage, changed.snapshot);
    return { ...changed, ...withdrawal.summary };
  }
  const scratch = await makeScratch('withdraw');
  try {
    const storage = overScratch(context.storage, localStorage(scratch.path));
    const withdrawal = new FilesWithdrawal({ storage, host: context.host }, options);
    await withdrawal.prepare(snapshot);
    return { snapshot, version: null, ...withdrawal.summary };
  } finally {
    await scratch.remove();
  }
}

/** The removal of all rows of some raw files, and the events among them that other raw files hold too. */
class FilesWithdrawal implements Change {
  readonly kind = 'withdraw';
  readonly reason: string;
  readonly by: ByRecord | null;
  readonly #context: LakeContext;
  readonly #options: WithdrawOptions;
  #past: ReadonlyMap<string, PastOutcome> = new Map();
  #targets: readonly WithdrawalTarget[] = [];
  #already: readonly Withdrawal[] = [];
  /** The `ingest_id`s of files that are out before this change. */
  #out: ReadonlySet<string> = new Set();
  #without: WithoutSources | null = null;
  #passedOn: PassedOn | null = null;

  constructor(context: LakeContext, options: WithdrawOptions) {
    this.reason = options.reason;
    this.by = options.by ?? null;
    this.#context = context;
    this.#options = options;
  }

  get summary(): Omit<WithdrawalResult, 'snapshot' | 'version'> {
    const withdrawn = this.#withdrawn();
    return {
      withdrawn,
      already: this.#already,
      alike: this.#targets.flatMap((target) => this.#alike(target).map((path) => ({ path, of: target.file.path }))),
      passedOn: this.#passedOnRows(),
      skipped: this.#skipped(),
      erasedMayReturn: false,
    };
  }

  /** Finds out what is meant. @throws NotWithdrawable, storage errors */
  async lookUp(snapshot: Snapshot): Promise<void> {
    const { storage } = this.#context;
    this.#past = await pastOutcomes(storage, snapshot);
    const { targets, out } = await targetsOf(storage, snapshot, this.#past, this.#options);
    this.#targets = targets;
    this.#already = out;
    const isOut = (each: PastOutcome) => withdrawalOf(snapshot, each) !== null;
    this.#out = new Set([...this.#past.values()].filter(isOut).map(({ ingestId }) => ingestId));
  }

  async prepare(snapshot: Snapshot): Promise<boolean> {
    const { storage } = this.#context;
    const { codec, observer = {} } = this.#options;
    try {
      await this.lookUp(snapshot);
      const gone = new Set(this.#targets.flatMap(({ past }) => past?.ingestId ?? []));
      const hashes = (paths: readonly string[]) => recordedHashes(storage, snapshot, paths);
      this.#without = await withoutSources(this.#context, snapshot, gone, codec, hashes);
      const others = [...this.#past.values()].filter((each) => this.#mayHold(each, gone));
      this.#passedOn = await passOn(this.#context, snapshot, others, this.#without.ids, codec, observer);
    } catch (error) {
      await this.#discard(snapshot.path);
      throw error;
    }
    return this.#targets.length > 0;
  }

  async revise(snapshot: Snapshot, since: readonly Commit[]): Promise<boolean> {
    if (this.#standsAfter(since)) return true;
    await this.#discard(snapshot.path);
    return this.prepare(snapshot);
  }

  commitOn(snapshot: Snapshot): { readonly record: ChangeInfo; readonly actions: readonly Action[] } {
    const now = this.#context.host.now();
    const [replaced, added] = [this.#without?.replaced ?? [], this.#added()];
    const { rows_before, rows_after, carried_over } = this.#sums();
    const withdrawn = this.#withdrawn();
    const identities = new Identities(snapshot);
    identities.forget(this.#ownersWithout());
    return {
      record: {
        operation: 'WRITE',
        operationParameters: { mode: 'Overwrite', partitionBy: '["event_date"]' },
        operationMetrics: {
          numFiles: String(added.length),
          numRemovedFiles: String(replaced.length),
          numOutputRows: String(rows_after),
        },
        userMetadata: `withdrew ${withdrawn.length} raw files: ${rows_after} rows in place of ${rows_before}`,
        catalogueVersion: CATALOGUE_VERSION,
        change: {
          kind: this.kind,
          undo: false,
          reason: this.reason,
          withdrawn: withdrawn.map((each) => ({ ...each })),
          ...{ rows_before, rows_after, carried_over },
          passed_on: this.#passedOnRows(),
          skipped: this.#skipped(),
        },
        files: fileRecords(added),
        sources: (this.#passedOn?.sources ?? []).map((source) => sourceRecord({ source, identity: UNCHANGED })),
      },
      actions: [
        ...this.#targets.map((target) => ({
          txn: withdrawnTransaction(target.file, this.#isOutAnywhere(target), now),
        })),
        ...identities.transactions(now).map((txn) => ({ txn })),
        ...replaced.map((file) => removalOf(file, now)),
        ...added.map(({ add }) => ({ add })),
      ],
    };
  }

  /** Whether a raw file is in, stays, and may hold an event of those that go: then it has met one that was in before. */
  #mayHold({ latest, ingestId, hasDuplicates }: PastOutcome, gone: ReadonlySet<string>): boolean {
    return latest.outcome === 'ingested' && hasDuplicates && !gone.has(ingestId) && !this.#out.has(ingestId);
  }

  /** Whether the plan fits what others committed since: files that met no event that was in, and other files of the table. */
  #standsAfter(since: readonly Commit[]): boolean {
    if (changesWithheld(since) || changesWithdrawn(since)) return false;
    const paths = new Set(this.#options.paths);
    const replaced = new Set(this.#without?.replaced.map(({ path }) => path));
    return since.every(({ actions }) => {
      const removed = actions.flatMap((action) => ('remove' in action ? [action.remove] : []));
      if (removed.some(({ path, dataChange }) => dataChange || replaced.has(path))) return false;
      return recordedOutcomes(actions).every(({ path, duplicates }) => duplicates === 0 && !paths.has(path));
    });
  }

  #withdrawn(): readonly WithdrawnRecord[] {
    return this.#targets.map((target) => {
      const { path, etag, size, sha256 } = target.file;
      const { ingestId = null, latest } = target.past ?? {};
      return {
        ...{ path, etag, size, sha256, ingest_id: ingestId },
        rows: this.#without?.rows.get(ingestId ?? '') ?? 0,
        quarantined: latest?.quarantined ?? 0,
        anywhere: this.#isOutAnywhere(target),
      };
    });
  }

  /** The instances of which no raw file is in after this. */
  #ownersWithout(): Iterable<IdentityOwner> {
    const going = new Set(this.#targets.map(({ past }) => past?.ingestId));
    const [left, stays] = [new Map<string, IdentityOwner>(), new Map<string, IdentityOwner>()];
    for (const { ingestId, latest } of this.#past.values()) {
      if (latest.outcome === 'rejected' || this.#out.has(ingestId)) continue;
      const owner = ownerOf(latest);
      (going.has(ingestId) ? left : stays).set(ownerKey(owner), owner);
    }
    for (const key of stays.keys()) left.delete(key);
    return left.values();
  }

  /** Whether a content can be out under every name: no raw file of the same bytes is in and stays. */
  #isOutAnywhere(target: WithdrawalTarget): boolean {
    return target.file.sha256 !== null && this.#alike(target).length === 0;
  }

  /** The paths of raw files with the same bytes that are in and stay. */
  #alike({ file: { sha256 } }: WithdrawalTarget): string[] {
    const going = new Set(this.#targets.map(({ past }) => past?.ingestId));
    const staying = [...this.#past.values()].filter((each) => {
      const isIn = each.latest.outcome === 'ingested' && !going.has(each.ingestId);
      return isIn && each.sha256 === sha256 && !this.#out.has(each.ingestId);
    });
    return sha256 === null ? [] : [...new Set(staying.map(({ path }) => path))];
  }

  #passedOnRows(): WithdrawalRecord['passed_on'] {
    return (this.#passedOn?.sources ?? []).map(({ plan: { source }, committed }) => {
      return { path: source.path, ingest_id: source.ingestId, rows: committed };
    });
  }

  #skipped(): WithdrawalRecord['skipped'] {
    return (this.#passedOn?.skipped ?? []).map(({ path, reason }) => ({ path, reason }));
  }

  #sums() {
    const carried = (this.#without?.carried ?? []).reduce((sum, { rows }) => sum + rows, 0);
    const gone = [...(this.#without?.rows.values() ?? [])].reduce((sum, rows) => sum + rows, 0);
    const rowsAfter = this.#added().reduce((sum, { rows }) => sum + rows, 0);
    return { rows_before: carried + gone, rows_after: rowsAfter, carried_over: carried };
  }

  #added() {
    return [...(this.#without?.carried ?? []), ...(this.#passedOn?.staging.files.written ?? [])];
  }

  /** Removes files that no commit names. */
  async #discard(table: string): Promise<void> {
    await discardFiles(this.#context.storage, table, this.#added());
    this.#without = null;
    this.#passedOn = null;
  }
}
