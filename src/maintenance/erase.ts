import {
  type ByRecord,
  type ChangeInfo,
  type CommitObserver,
  type DataFile,
  discardFiles,
  erasedTransaction,
  fileRecords,
  type QuarantineFile,
  recordedHashes,
  removalOf,
} from '../lake/index.ts';
import type { Codec } from '../parquet/index.ts';
import { Rewriter } from '../rewrite/index.ts';
import { comparePaths, ERASED_LISTS, EVENTS_TABLE, type LakeContext, sha256Hex } from '../storage/index.ts';
import { type Action, type AddFile, type Snapshot, TableError } from '../table/index.ts';
import { bracketedChange, type Change } from './bracketed-change.ts';
import { DataSubject } from './data-subject.ts';
import { findIn, type SubjectRows } from './erasure-scan.ts';

export interface EraseOptions {
  /** Every value that names the data subject; at least one, none empty. */
  readonly values: readonly string[];
  /** Why, for the log, where it stays: it names nobody. */
  readonly reason: string;
  /** Who asks for it; left out where nobody knows. */
  readonly by?: ByRecord | null;
  readonly codec: Codec;
  /** Whether to say only what would be done. */
  readonly dryRun: boolean;
  readonly observer?: CommitObserver;
}

/** What an erasure did, or would do. */
export interface Erasure {
  readonly snapshot: Snapshot;
  /** The version that removed the rows; null where nothing was done. */
  readonly version: number | null;
  /** Rows that are no longer in the table, and the data files that held them. */
  readonly rows: number;
  readonly files: number;
  /** Lake paths of these files. */
  readonly dataFiles: readonly string[];
  /** Rows that mention the data subject and stay: no column says that they are theirs. */
  readonly mentions: number;
  /** Raw files that the rows were read from, and that the mentioning ones were read from. */
  readonly rawFiles: readonly string[];
  readonly mentioningRawFiles: readonly string[];
  /** The list of what was erased, by ids that say nothing; null where nothing was done. */
  readonly list: QuarantineFile | null;
}

/**
 * Removes the rows of one data subject from audit_events: those in which a column that names persons equals one of the
 * values. The ids of these rows are kept in a list, so that neither a re-export nor a replay brings them back; nothing that
 * is written holds one of the values.
 * @throws UnrewritableFile for a data file in which rows could be overlooked, storage errors, TableError
 */
export async function eraseUser(context: LakeContext, snapshot: Snapshot, options: EraseOptions): Promise<Erasure> {
  const removal = new RowsRemoval(context, options);
  if (options.dryRun) {
    await removal.search(snapshot);
    return { snapshot, version: null, ...removal.summary, list: null };
  }
  const changed = await bracketedChange(context, snapshot, removal, options.observer);
  return { ...changed, ...removal.summary };
}

/** An erasure list that was published; no commit need name it yet. */
interface ErasureList extends QuarantineFile {
  readonly bytes: Uint8Array;
}

/** The removal of a data subject's rows: every live file is searched once, those that hold any are written anew. */
class RowsRemoval implements Change {
  readonly kind = 'erase';
  readonly reason: string;
  readonly by: ByRecord | null;
  readonly #context: LakeContext;
  readonly #codec: Codec;
  readonly #subject: DataSubject;
  /** By path; files that are no longer live are taken out. */
  readonly #searched = new Map<string, { readonly file: AddFile; readonly findings: SubjectRows }>();
  /** What files that hold rows of the data subject become, by path. */
  readonly #rewritten = new Map<string, readonly DataFile[]>();
  #list: ErasureList | null = null;

  constructor(context: LakeContext, { values, reason, by = null, codec }: EraseOptions) {
    this.reason = reason;
    this.by = by;
    this.#context = context;
    this.#codec = codec;
    this.#subject = new DataSubject(values);
  }

  get summary(): Omit<Erasure, 'snapshot' | 'version'> {
    const searched = [...this.#searched.values()].map(({ findings }) => findings);
    const list = this.#list;
    return {
      rows: this.#affected().reduce((sum, { findings }) => sum + findings.uids.length, 0),
      files: this.#affected().length,
      dataFiles: this.#affected().map(({ file }) => `${EVENTS_TABLE}/${file.path}`),
      mentions: searched.reduce((sum, { mentions }) => sum + mentions, 0),
      rawFiles: union(searched.map(({ rawFiles }) => rawFiles)),
      mentioningRawFiles: union(searched.map(({ mentioningRawFiles }) => mentioningRawFiles)),
      list: list === null ? null : { path: list.path, rows: list.rows, size: list.size, sha256: list.sha256 },
    };
  }

  /** Searches the live files that were not searched yet, and forgets those that are no longer live. */
  async search(snapshot: Snapshot): Promise<void> {
    for (const path of [...this.#searched.keys()]) {
      if (snapshot.files.has(path)) continue;
      this.#searched.delete(path);
      await discardFiles(this.#context.storage, snapshot.path, this.#rewritten.get(path) ?? []);
      this.#rewritten.delete(path);
    }
    for (const file of snapshot.files.values()) {
      if (this.#searched.has(file.path)) continue;
      const findings = await findIn(this.#context.storage, snapshot.path, file, this.#subject);
      this.#searched.set(file.path, { file, findings });
    }
  }

  async prepare(snapshot: Snapshot): Promise<boolean> {
    try {
      await this.search(snapshot);
      const due = this.#affected().filter(({ file }) => !this.#rewritten.has(file.path));
      // An altered file must be found out, not be made one that is in order.
      const hashes = await recordedHashes(
        this.#context.storage,
        snapshot,
        due.map(({ file }) => file.path),
      );
      for (const { file, findings } of due) {
        const sha256 = hashes.get(file.path) ?? null;
        this.#rewritten.set(file.path, await this.#rewrite(snapshot, file, sha256, findings.uids.length));
      }
      await this.#publishList();
      return this.#list !== null;
    } catch (error) {
      for (const files of this.#rewritten.values()) await discardFiles(this.#context.storage, snapshot.path, files);
      await this.#withdrawList();
      throw error;
    }
  }

  revise(snapshot: Snapshot): Promise<boolean> {
    return this.prepare(snapshot);
  }

  commitOn(): { readonly record: ChangeInfo; readonly actions: readonly Action[] } {
    if (this.#list === null) throw new Error('nothing is to be erased');
    const { bytes, ...erased } = this.#list;
    const now = this.#context.host.now();
    const removed = this.#affected().map(({ file }) => file);
    const added = [...this.#rewritten.values()].flat();
    const copied = added.reduce((sum, { rows }) => sum + rows, 0);
    return {
      record: {
        operation: 'DELETE',
        // Other engines put the condition here. This one would name the person.
        operationParameters: { predicate: '[]' },
        operationMetrics: {
          numRemovedFiles: String(removed.length),
          numAddedFiles: String(added.length),
          numDeletedRows: String(erased.rows),
          numCopiedRows: String(copied),
        },
        userMetadata: `erased ${erased.rows} rows of a data subject`,
        change: { kind: this.kind, rows: erased.rows, files: removed.length, erased },
        files: fileRecords(added),
      },
      actions: [
        { txn: erasedTransaction(erased.path, bytes, now) },
        ...removed.map((file) => removalOf(file, now)),
        ...added.map(({ add }) => ({ add })),
      ],
    };
  }

  /** Searched files that hold rows of the data subject. */
  #affected() {
    return [...this.#searched.values()].filter(({ findings }) => findings.uids.length > 0);
  }

  async #rewrite(
    snapshot: Snapshot,
    file: AddFile,
    sha256: string | null,
    expected: number,
  ): Promise<readonly DataFile[]> {
    const eventDate = file.partitionValues['event_date'] ?? '';
    const rewriter = new Rewriter(this.#context, snapshot, {
      eventDate,
      codec: this.#codec,
      keep: (row) => !this.#subject.owns(row),
    });
    try {
      const { rows, kept } = await rewriter.addFile(file, sha256);
      if (rows - kept !== expected) {
        const detail = `${file.path}: ${expected} rows were found to be erased, ${rows - kept} when it was read again`;
        throw new TableError(snapshot.path, `${detail}; nothing was committed, check the store and run again`);
      }
      return await rewriter.finish();
    } catch (error) {
      await rewriter.discard();
      throw error;
    }
  }

  /** Publishes the list of all ids that are to be erased, in place of an earlier one that no commit names. */
  async #publishList(): Promise<void> {
    const uids = this.#affected().flatMap(({ findings }) => findings.uids);
    const bytes = Buffer.from(JSON.stringify({ event_uids: [...new Set(uids)].sort() }), 'utf8');
    if (this.#list !== null) {
      if (Buffer.compare(this.#list.bytes, bytes) === 0) return;
      await this.#withdrawList();
    }
    if (uids.length === 0) return;
    // A name of its own: another run that erases the same rows may remove its list, and not this one.
    const path = `${ERASED_LISTS}${this.#context.host.randomId()}.json`;
    await this.#context.storage.create(path, bytes);
    this.#list = { path, rows: uids.length, size: bytes.length, sha256: sha256Hex(bytes), bytes };
  }

  async #withdrawList(): Promise<void> {
    if (this.#list !== null) await this.#context.storage.delete(this.#list.path).catch(() => undefined);
    this.#list = null;
  }
}

function union(sets: readonly ReadonlySet<string>[]): string[] {
  return [...new Set(sets.flatMap((set) => [...set]))].sort(comparePaths);
}
