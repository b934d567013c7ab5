import { type CommitRecord, changesWithheld, commitRecord, rowsOf } from '../lake/index.ts';
import { type Storage, StorageFault } from '../storage/index.ts';
import {
  type Action,
  type AddFile,
  type CommitInfo,
  commitFaults,
  commitInfoOf,
  commitPath,
  isOurs,
  type RemoveFile,
  type Transaction,
} from '../table/index.ts';
import { ColumnHistory } from './column-history.ts';
import { sourceFault, sumFaults, totalOf } from './commit-sums.ts';
import type { Findings } from './findings.ts';
import { ForeignChanges, type MovedFiles } from './foreign-changes.ts';
import type { RecordedFile, ReplayedState } from './replayed-state.ts';
import { statedRows } from './statistics-match.ts';
import { transactionFaults } from './transaction-checks.ts';
import { isUnread } from './unread-files.ts';

const APPEND_ONLY = 'delta.appendOnly';

const NOTHING_RECORDED: RecordedFile = { rows: null, sha256: null, hasSealedStatistics: false };

/** A commit as it was when it was sealed. */
export interface CheckedCommit {
  readonly version: number;
  readonly actions: readonly Action[];
  /** Whether log and evidence agree on it: evidence alone has no statistics. */
  readonly isSealed: boolean;
  /** What it holds that this program makes nothing of. */
  readonly unknown: readonly string[];
  /** SHA-256 of its log file, in hex; null where nobody can say it any more. */
  commitSha256(): string | null;
}

/** A commit taken apart. */
interface Parts {
  readonly where: string;
  readonly info: CommitInfo | null;
  readonly adds: readonly AddFile[];
  readonly removes: readonly RemoveFile[];
}

/** Checks what each commit says of itself against what it did. Call `check` for one version after another. */
export class CommitChecks {
  readonly #storage: Storage;
  readonly #table: string;
  readonly #findings: Findings;
  readonly #isAppendOnly: boolean;
  readonly #columns: ColumnHistory;
  /** The kind of change for which a commit of ours has the table unlocked. */
  #unlockedFor: string | null = null;
  /** Whether a retention or an erasure was recorded, so that rows may be withheld. */
  #mayWithhold = false;
  readonly #foreignChanges: ForeignChanges;
  /** Versions of transactions that commits accounted for. */
  readonly #founded = new Map<string, Transaction['version']>();

  /** @param isAppendOnly whether data may only be removed within a bracket */
  constructor(storage: Storage, table: string, findings: Findings, isAppendOnly: boolean) {
    this.#storage = storage;
    this.#table = table;
    this.#findings = findings;
    this.#isAppendOnly = isAppendOnly;
    this.#columns = new ColumnHistory(table);
    this.#foreignChanges = new ForeignChanges(findings);
  }

  /** Checks one commit against the state before it, applies it to that state, and returns what it recorded. */
  async check(commit: CheckedCommit, state: ReplayedState): Promise<CommitRecord | null> {
    const { version, actions, isSealed } = commit;
    const parts = partsOf(commitPath(this.#table, version), actions);
    const { protocol, metadata } = state;
    for (const fault of commitFaults(actions, { protocol, metadata, file: (key) => state.files.get(key)?.add })) {
      this.#findings.problem('commit_illegal', parts.where, `version ${version}: ${fault}`);
    }
    const record = isOurs(parts.info) ? this.#recordOf(parts) : null;
    if (record !== null) this.#checkOurs(parts, record, state);
    else await this.#checkForeign(commit, parts, state);
    this.#checkRemovals(parts, record, state);
    if (this.#isAppendOnly) this.#checkTransactions(parts.where, commit, record, state);
    this.#noteMetadata(version, actions, state, record);
    const recorded = await this.#filesAdded(parts, record, isSealed, state);
    const moved = movedBy(version, parts, recorded, state);
    const unlockedFor = this.#openFor(state);
    state.apply(version, actions, ({ path }) => recorded.get(path) ?? NOTHING_RECORDED);
    if (record !== null) this.#foreignChanges.see(moved, record, unlockedFor, state);
    return record;
  }

  /** Says so where a change was begun and not ended, and which changes of other engines are healed and accepted. */
  finish({ metadata }: ReplayedState): void {
    this.#foreignChanges.finish();
    if (metadata !== null) this.#columns.finish(metadata, this.#findings);
    if (!this.#isAppendOnly || metadata === null || metadata.configuration[APPEND_ONLY] === 'true') return;
    const text = `the table is unlocked (${APPEND_ONLY} is not true): a change was interrupted, or another engine unlocked it; the next ingest locks it again`;
    this.#findings.problem('open_bracket', `${this.#table}/_delta_log/`, text);
  }

  /** What a commit of ours recorded; null, and reported, where that cannot be read. */
  #recordOf({ where, info, adds }: Parts): CommitRecord | null {
    const record = commitRecord(info ?? {}, adds);
    if (typeof record !== 'string') return record;
    this.#findings.problem(
      'file_not_named',
      where,
      `the commit names this program and its record cannot be read (${record})`,
    );
    return null;
  }

  #checkOurs({ where, adds, removes }: Parts, record: CommitRecord, state: ReplayedState): void {
    const added = new Set(adds.map(({ path }) => path));
    for (const path of added) {
      if (record.files.has(path)) continue;
      this.#findings.problem(
        'file_not_named',
        where,
        `${path} is added, and the record names neither its rows nor its SHA-256`,
      );
    }
    for (const path of record.files.keys()) {
      if (!added.has(path))
        this.#findings.problem('file_not_named', where, `the record names ${path}, which is not added`);
    }
    for (const { path, stats } of adds) {
      const [recorded, stated] = [record.files.get(path)?.rows, statedRows(stats)];
      if (stated === null || recorded === undefined || recorded === stated) continue;
      this.#findings.problem(
        'counts_differ',
        where,
        `${path}: the record says ${recorded} rows, the statistics ${stated}`,
      );
    }
    for (const source of record.sources) {
      const fault = sourceFault(source);
      if (fault !== null) this.#findings.problem('counts_differ', where, fault);
    }
    // The catalogue comes from no raw file.
    if (!this.#isAppendOnly) return;
    const kind = record.change?.kind === 'compact' ? 'rows_not_conserved' : 'counts_differ';
    const rowsBefore = (path: string) => state.files.get(path)?.rows ?? null;
    for (const fault of sumFaults(adds, removes, record, rowsBefore)) this.#findings.problem(kind, where, fault);
  }

  /** Another engine may rearrange rows and change properties; it may not change data. */
  async #checkForeign(
    { version, unknown, commitSha256 }: CheckedCommit,
    parts: Parts,
    state: ReplayedState,
  ): Promise<void> {
    const { where, info, adds, removes } = parts;
    this.#findings.counts.foreign_commits++;
    const engine = info?.engineInfo ?? 'an engine that does not say its name';
    const text = `version ${version}: ${info?.operation ?? 'a commit'} by ${engine}, ${adds.length} files added, ${removes.length} removed`;
    const kept = unknown.length === 0 ? '' : `; of no meaning for its rows: ${unknown.join(', ')}`;
    this.#findings.note('foreign_commit', where, `${text}${kept}`);
    if ([...adds, ...removes].some(({ dataChange }) => dataChange)) {
      this.#findings.problem(
        'foreign_data_change',
        where,
        `${text}: it changed data, and no raw file accounts for that`,
      );
      const problem = this.#findings.problems.at(-1);
      const moved = movedBy(version, parts, new Map(), state);
      if (problem !== undefined) this.#foreignChanges.add(problem, commitSha256(), moved, state);
      return;
    }
    if (adds.length === 0 && removes.length === 0) return;
    const added = await Promise.all(adds.map((add) => knownRows(this.#storage, this.#table, add)));
    // A live file may be added again, to give it statistics: it takes the place of itself.
    const replaced = new Set([...removes, ...adds.filter(({ path }) => state.files.has(path))].map(({ path }) => path));
    const removed = [...replaced].map((path) => state.files.get(path)?.rows ?? null);
    if (added.includes(null) || removed.includes(null)) {
      this.#findings.note('not_checked', where, `version ${version}: how many rows it moved can no longer be told`);
      return;
    }
    const [after, before] = [totalOf(added.map(Number)), totalOf(removed.map(Number))];
    if (after === before) return;
    this.#findings.problem(
      'rows_not_conserved',
      where,
      `${text}: ${before} rows before, ${after} after, and data was not to change`,
    );
  }

  #checkRemovals({ where, info, removes }: Parts, record: CommitRecord | null, state: ReplayedState): void {
    if (record?.bracket?.step === 'unlock') this.#unlockedFor = record.bracket.kind;
    if (record?.bracket?.step === 'lock') this.#unlockedFor = null;
    if (!this.#isAppendOnly || !isOurs(info) || !removes.some(({ dataChange }) => dataChange)) return;
    if (record?.change != null && this.#openFor(state) === record.change.kind) return;
    const text = 'data was removed without a commit before it that unlocks the table for that change';
    this.#findings.problem('changed_outside_bracket', where, text);
  }

  /** The kind of change for which the table is open at this point. */
  #openFor({ metadata }: ReplayedState): string | null {
    return metadata?.configuration[APPEND_ONLY] === 'true' ? null : this.#unlockedFor;
  }

  /** Transactions decide which raw files and which rows ingestion takes in: each needs our record of it. */
  #checkTransactions(where: string, commit: CheckedCommit, record: CommitRecord | null, state: ReplayedState): void {
    const faults = [
      ...transactionFaults(commit.actions, { record, unlockedFor: this.#openFor(state), founded: this.#founded }),
    ];
    for (const fault of faults) {
      const text = `${fault}: rows or files can be kept out of the table by it; find out who wrote this commit`;
      this.#findings.problem('transaction_unfounded', where, text);
    }
    for (const { path, withheld } of record?.sources ?? []) {
      // What an unreadable commit recorded, nobody knows.
      if (withheld === 0 || this.#mayWithhold || state.isIncomplete) continue;
      const text = `${path}: ${withheld} rows were withheld, and no retention or erasure was recorded before; replay takes them in once the cause is gone`;
      this.#findings.problem('rows_withheld', where, text);
    }
    if (faults.length === 0 && changesWithheld([commit])) this.#mayWithhold = true;
  }

  #noteMetadata(version: number, actions: readonly Action[], state: ReplayedState, record: CommitRecord | null): void {
    const where = commitPath(this.#table, version);
    for (const action of actions) {
      if ('metaData' in action) this.#columns.change(version, action.metaData);
      if ('protocol' in action && state.protocol !== null) {
        const { minReaderVersion: reader, minWriterVersion: writer } = action.protocol;
        this.#findings.note(
          'metadata_changed',
          where,
          `version ${version}: protocol set to reader ${reader}, writer ${writer}`,
        );
      }
      if (!('metaData' in action) || state.metadata === null || record?.bracket != null) continue;
      const changed = [...changedProperties(state.metadata.configuration, action.metaData.configuration)];
      if (action.metaData.schemaString !== state.metadata.schemaString) changed.push('the schema');
      this.#findings.note('metadata_changed', where, `version ${version}: changed ${changed.join(', ') || 'nothing'}`);
    }
  }

  /** What is known of the files that a commit adds. Adding a live one again says nothing new of its content. */
  async #filesAdded(
    { adds }: Parts,
    record: CommitRecord | null,
    isSealed: boolean,
    state: ReplayedState,
  ): Promise<ReadonlyMap<string, RecordedFile>> {
    const known = new Map<string, RecordedFile>();
    for (const add of adds) {
      const recorded = record?.files.get(add.path) ?? state.files.get(add.path);
      const rows = recorded?.rows ?? (await knownRows(this.#storage, this.#table, add));
      const hasSealedStatistics = isSealed && record !== null;
      known.set(add.path, { rows, sha256: recorded?.sha256 ?? null, hasSealedStatistics });
    }
    return known;
  }
}

/** The files that a commit adds and removes, by day and rows. */
function movedBy(
  version: number,
  { adds, removes }: Parts,
  recorded: ReadonlyMap<string, RecordedFile>,
  { files }: ReplayedState,
): MovedFiles {
  const dayOf = (values: Readonly<Record<string, string>> | undefined) => values?.['event_date'];
  const live = (path: string) => files.get(path);
  return {
    version,
    added: adds.map(({ path, partitionValues }) => ({
      day: dayOf(partitionValues),
      rows: recorded.get(path)?.rows ?? null,
    })),
    removed: removes.map(({ path, partitionValues }) => ({
      day: dayOf(live(path)?.add.partitionValues ?? partitionValues),
      rows: live(path)?.rows ?? null,
    })),
  };
}

function partsOf(where: string, actions: readonly Action[]): Parts {
  return {
    where,
    info: commitInfoOf(actions),
    adds: actions.flatMap((action) => ('add' in action ? [action.add] : [])),
    removes: actions.flatMap((action) => ('remove' in action ? [action.remove] : [])),
  };
}

function* changedProperties(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Generator<string> {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (before[key] !== after[key]) yield `${key} from ${before[key] ?? 'unset'} to ${after[key] ?? 'unset'}`;
  }
}

/** Rows of a data file, from its statistics or its footer; null where neither can be read any more. */
async function knownRows(storage: Storage, table: string, add: AddFile): Promise<number | null> {
  try {
    return await rowsOf(storage, table, add);
  } catch (error) {
    if (error instanceof StorageFault && !isUnread(error)) throw error;
    return null;
  }
}
