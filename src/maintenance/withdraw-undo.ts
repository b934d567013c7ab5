import { CATALOGUE_VERSION } from '../catalogue/index.ts';
import { IdSet } from '../events/index.ts';
import { type Observer, Staging } from '../ingest/index.ts';
import {
  type ByRecord,
  type ChangeInfo,
  clearOfTaken,
  type DataFile,
  discardFiles,
  erasedSince,
  fileRecords,
  Identities,
  type IngestedSource,
  ingestedTransactions,
  type PastOutcome,
  pastOutcomes,
  QuarantineTaken,
  type ReadingPlan,
  recordedHashes,
  recordedPlan,
  removalOf,
  returnedTransactions,
  type SourceOutcome,
  sortQuarantine,
  sourceRecord,
  UNCHANGED,
  type Withdrawal,
  type WithdrawalRecord,
  type WithdrawnRecord,
  withdrawals,
} from '../lake/index.ts';
import { withoutEvents } from '../rewrite/index.ts';
import { type LakeContext, localStorage, makeScratch, type Storage } from '../storage/index.ts';
import type { Action, AddFile, Commit, Snapshot } from '../table/index.ts';
import { bracketedChange, type Change } from './bracketed-change.ts';
import { lossOf, recordedRaw } from './recorded-raw.ts';
import { overScratch } from './scratch.ts';
import type { WithdrawalResult, WithdrawOptions } from './withdraw.ts';
import { NotWithdrawable, returnsOf } from './withdrawal-targets.ts';

/**
 * Takes withdrawals back, one after another: what was in before is read again as it was read then, and takes its place
 * among the raw files, so that its events are its own again where it came first. What was never in goes in by the next run.
 * @throws NotWithdrawable where nothing is out, or a raw file is not there any more as it was; TableError, storage errors
 */
export async function returnFiles(
  context: LakeContext,
  snapshot: Snapshot,
  options: WithdrawOptions,
): Promise<WithdrawalResult> {
  const scratch = options.dryRun ? await makeScratch('withdraw') : null;
  try {
    const storage = scratch === null ? context.storage : overScratch(context.storage, localStorage(scratch.path));
    let result: WithdrawalResult = {
      ...{ snapshot, version: null },
      ...{ withdrawn: [], already: [], alike: [], passedOn: [], skipped: [], erasedMayReturn: false },
    };
    for (const withdrawal of returnsOf(snapshot, options)) {
      const change = new FileReturn({ storage, host: context.host }, withdrawal, options);
      const before = result;
      if (scratch === null) {
        await change.checkThere(before.snapshot);
        result = { ...before, ...(await bracketedChange(context, before.snapshot, change, options.observer)) };
      } else await change.prepare(before.snapshot);
      const withdrawn = [...before.withdrawn, change.withdrawn];
      const erasedMayReturn =
        before.erasedMayReturn || (change.withdrawn.rows > 0 && erasedSince(snapshot, withdrawal.since));
      result = { ...result, withdrawn, passedOn: [...before.passedOn, ...change.takenBack], erasedMayReturn };
    }
    if (scratch === null) await sortQuarantine(context.storage, result.snapshot);
    return result;
  } finally {
    await scratch?.remove();
  }
}

/** Reads a file into a staging; its bad records go under another name where a newer reader finds others than there were. */
async function addTo(
  staging: Staging,
  storage: Storage,
  plan: ReadingPlan,
  observer: Observer | undefined,
): Promise<SourceOutcome> {
  const onProgress = (bytes: number, rows: number): void => observer?.onProgress?.(bytes, rows);
  try {
    return await staging.add(plan, onProgress);
  } catch (error) {
    if (!(error instanceof QuarantineTaken) || plan.quarantineSuffix !== '') throw error;
    const [cleared = plan] = await clearOfTaken(storage, [plan], plan);
    return await staging.add(cleared, onProgress);
  }
}

/** What a raw file gives when it takes its place again. */
interface Restored {
  readonly staging: Staging;
  readonly source: IngestedSource;
  readonly replaced: readonly AddFile[];
  /** Files with the rows that stay, as they were. */
  readonly carried: readonly DataFile[];
  /** Rows that were other files' until now, by `ingest_id`. */
  readonly takenBack: ReadonlyMap<string, number>;
}

/** The return of one raw file to its place. */
class FileReturn implements Change {
  readonly kind = 'withdraw';
  readonly reason: string;
  readonly by: ByRecord | null;
  readonly #context: LakeContext;
  readonly #options: WithdrawOptions;
  readonly #withdrawal: Withdrawal;
  #past: ReadonlyMap<string, PastOutcome> = new Map();
  #restored: Restored | null = null;

  constructor(context: LakeContext, withdrawal: Withdrawal, options: WithdrawOptions) {
    this.reason = options.reason;
    this.by = options.by ?? null;
    this.#context = context;
    this.#withdrawal = withdrawal;
    this.#options = options;
  }

  get withdrawn(): WithdrawnRecord {
    const { path, etag, size, sha256 } = this.#withdrawal;
    const past = this.#pastOutcome();
    return {
      ...{ path, etag, size, sha256, ingest_id: past?.ingestId ?? null },
      rows: this.#restored?.source.committed ?? 0,
      quarantined: past?.latest.quarantined ?? 0,
      anywhere: false,
    };
  }

  get takenBack(): WithdrawalRecord['passed_on'] {
    return [...(this.#restored?.takenBack ?? [])].map(([ingestId, rows]) => {
      return { path: this.#past.get(ingestId)?.path ?? '', ingest_id: ingestId, rows };
    });
  }

  /** Makes sure, before anything is written, that a file that was in can be read again. @throws NotWithdrawable */
  async checkThere(snapshot: Snapshot): Promise<void> {
    this.#past = await pastOutcomes(this.#context.storage, snapshot);
    const past = this.#pastOutcome();
    if (past === null || past.latest.outcome === 'rejected') return;
    const [lost] = (await recordedRaw(this.#context.storage, [past])).lost;
    if (lost !== undefined) throw this.#notThere(snapshot, lost.reason);
  }

  async prepare(snapshot: Snapshot): Promise<boolean> {
    const isOut = withdrawals(snapshot).some(({ path, etag }) => {
      return path === this.#withdrawal.path && etag === this.#withdrawal.etag;
    });
    if (!isOut) return false;
    await this.checkThere(snapshot);
    const past = this.#pastOutcome();
    if (past !== null && past.latest.outcome === 'ingested') this.#restored = await this.#restore(snapshot, past);
    return true;
  }

  /** The place of the file among the others is found anew: reading one file again is quick. */
  async revise(snapshot: Snapshot, since: readonly Commit[]): Promise<boolean> {
    if (since.every(({ actions }) => actions.every((action) => 'commitInfo' in action))) return true;
    await this.#discard(snapshot.path);
    return this.prepare(snapshot);
  }

  commitOn(snapshot: Snapshot): { readonly record: ChangeInfo; readonly actions: readonly Action[] } {
    const now = this.#context.host.now();
    const { replaced = [], source = null } = this.#restored ?? {};
    const added = this.#added();
    const carried = (this.#restored?.carried ?? []).reduce((sum, { rows }) => sum + rows, 0);
    const takenBack = this.takenBack.reduce((sum, { rows }) => sum + rows, 0);
    const [rowsBefore, rowsAfter] = [carried + takenBack, carried + (source?.committed ?? 0)];
    const identities = new Identities(snapshot);
    if (source !== null) identities.recall(source);
    const set = [
      ...identities.transactions(now),
      ...returnedTransactions(snapshot, this.#withdrawal, now),
      ...(source === null ? [] : ingestedTransactions(source.plan.source, now)),
    ];
    return {
      record: {
        operation: 'WRITE',
        operationParameters: { mode: 'Overwrite', partitionBy: '["event_date"]' },
        operationMetrics: {
          numFiles: String(added.length),
          numRemovedFiles: String(replaced.length),
          numOutputRows: String(rowsAfter),
        },
        userMetadata: `took back the withdrawal of a raw file: ${rowsAfter} rows in place of ${rowsBefore}`,
        catalogueVersion: CATALOGUE_VERSION,
        change: {
          kind: this.kind,
          undo: true,
          reason: this.reason,
          withdrawn: [{ ...this.withdrawn }],
          ...{ rows_before: rowsBefore, rows_after: rowsAfter, carried_over: carried },
          passed_on: this.takenBack,
          skipped: [],
        },
        files: fileRecords(added),
        sources: source === null ? [] : [sourceRecord({ source, identity: UNCHANGED })],
      },
      actions: [
        ...set.map((txn) => ({ txn })),
        ...replaced.map((file) => removalOf(file, now)),
        ...added.map(({ add }) => ({ add })),
      ],
    };
  }

  #pastOutcome(): PastOutcome | null {
    const { path, etag } = this.#withdrawal;
    return [...this.#past.values()].find((each) => each.path === path && each.etag === etag) ?? null;
  }

  /** Reads the file twice: once to know its events, and, where files before it hold some of these, once without them. */
  async #restore(snapshot: Snapshot, past: PastOutcome): Promise<Restored> {
    const before = new Set([...this.#past.keys()].slice(0, [...this.#past.keys()].indexOf(past.ingestId)));
    const { storage } = await recordedRaw(this.#context.storage, [past]);
    const context = { ...this.#context, storage };
    const known = new IdSet();
    let staged = await this.#stage(context, snapshot, past, known);
    const carried: DataFile[] = [];
    try {
      const { codec } = this.#options;
      const dates = new Set(staged.staging.files.written.map(({ add }) => add.partitionValues['event_date']));
      const files = [...snapshot.files.values()].filter((file) => dates.has(file.partitionValues['event_date']));
      const isLater = (ingestId: string) => this.#past.has(ingestId) && !before.has(ingestId);
      const holds = (id: Uint32Array) => staged.staging.holds(id);
      const hashes = (paths: readonly string[]) => recordedHashes(storage, snapshot, paths);
      const without = await withoutEvents(context, snapshot, files, { holds, isLater }, codec, hashes);
      carried.push(...without.carried);
      if (without.kept.size > 0) {
        await staged.staging.discard();
        staged = await this.#stage(context, snapshot, past, without.kept);
      }
      return { ...staged, replaced: without.replaced, carried, takenBack: without.rows };
    } catch (error) {
      await staged.staging.discard();
      await discardFiles(storage, snapshot.path, carried);
      throw error;
    }
  }

  /** Reads the file as it was read; events that are given count as held. */
  async #stage(context: LakeContext, snapshot: Snapshot, past: PastOutcome, held: IdSet) {
    const plan = recordedPlan(past.latest);
    if (typeof plan === 'string')
      throw new NotWithdrawable(snapshot.path, `${past.path} cannot be read again: ${plan}`);
    const { codec, observer } = this.#options;
    const staging = new Staging(context, { ...snapshot, files: new Map() }, { codec, keepsNoRejections: true });
    staging.holdAll(held);
    try {
      observer?.onFile?.(past.path, past.size, plan.source);
      const source = await addTo(staging, context.storage, plan, observer);
      if (source.outcome === 'rejected') throw this.#notThere(snapshot, source.reason);
      await staging.finish();
      return { staging, source };
    } catch (error) {
      await staging.discard();
      const reason = lossOf(error, past.path);
      throw reason === null ? error : this.#notThere(snapshot, reason);
    }
  }

  #notThere({ path: table }: Snapshot, found: string): NotWithdrawable {
    const reasons: Readonly<Record<string, string>> = {
      gone: 'it is no longer there',
      changed: 'it holds something else by now',
      archived: 'it is in the archive tier',
    };
    return new NotWithdrawable(
      table,
      `expected ${JSON.stringify(this.#withdrawal.path)} to be what was withdrawn (SHA-256 ${this.#withdrawal.sha256}), found that ` +
        `${reasons[found] ?? `it is no export as it was read then (${found})`}; nothing was changed: put that content back, then run this again`,
    );
  }

  #added() {
    return [...(this.#restored?.carried ?? []), ...(this.#restored?.staging.files.written ?? [])];
  }

  /** Removes files that no commit names. */
  async #discard(table: string): Promise<void> {
    await discardFiles(this.#context.storage, table, this.#added());
    this.#restored = null;
  }
}
