import { inclusion, type Settings, settingsHash, sourceSettings } from '../settings/index.ts';
import { comparePaths, type FileInfo, type ListedFile, type Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { type Freshness, FreshnessByInstance } from './freshness.ts';
import type { Host } from './host.ts';
import { openTables, RAW } from './lake.ts';
import type { Observer } from './observer.ts';
import { type FileReport, type Totals, totalsOf } from './report.ts';
import { ingestPaths } from './run.ts';
import { recordedOutcome, rejectedAppId, sourceFile } from './source-file.ts';

/** Files that are handed to one run: what a fault throws away is no more than these. */
const FILES_PER_RUN = 256;

/** Files that may fail one after another before the store, and not the files, is at fault. */
const MOST_FAILURES = 3;

export interface ReconcileOptions {
  /** Milliseconds that a file must have stood unchanged. */
  readonly settleMs: number;
  /** Milliseconds since 1970 from which on no further file is begun. */
  readonly deadline: number;
  readonly observer?: Observer;
}

/** What a reconciliation found and did. Files: listed = excluded + recorded + waiting; waiting = settling + taken + failed + left. */
export interface Reconciliation {
  readonly listed: number;
  /** Files that the settings leave out. */
  readonly excluded: number;
  /** Files that the log names as they are. */
  readonly recorded: number;
  readonly waiting: number;
  /** Waiting files that changed too recently. */
  readonly settling: number;
  /** Waiting files that somebody's hand was laid on, and what came of them. */
  readonly taken: Totals;
  readonly failed: number;
  /** Waiting files left for the next run: time was up, or the store failed. */
  readonly left: number;
  /** Age of the oldest waiting file when this began, in milliseconds; null where none waited. */
  readonly oldestWaitingMs: number | null;
  /** What is in of each Nexthink instance after this. */
  readonly freshness: readonly Freshness[];
  /** The first of the errors that files failed with; null where none did. */
  readonly error: unknown;
}

/**
 * Takes in the raw files that the log lacks and no event announced, oldest first, once they have settled. Where the
 * store's listing tells ETags, a file that is in costs nothing; elsewhere it is looked at. A file that fails does not
 * keep the others from being taken in.
 * @throws storage errors of the listing, TableError; what was committed before stands
 */
export async function reconcileRaw(
  storage: Storage,
  host: Host,
  settings: Settings,
  { settleMs, deadline, observer }: ReconcileOptions,
): Promise<Reconciliation> {
  const freshness = new FreshnessByInstance(settings);
  const found = await findWaiting(storage, settings, freshness);
  const now = host.now();
  const waiting = found.waiting.toSorted(byAge);
  const settled = waiting.filter(({ lastModified }) => now - lastModified.getTime() >= settleMs);
  const taking = new Taking(storage, host, settings, {
    settleMs,
    deadline,
    ...(observer !== undefined && { observer }),
  });
  for (let from = 0; from < settled.length && taking.goesOn; from += FILES_PER_RUN) {
    await taking.take(settled.slice(from, from + FILES_PER_RUN));
  }
  const { reports, failed, unsettled, error } = taking;
  for (const file of settled) if (reports.get(file.path)?.outcome === 'ingested') freshness.add(file);
  const settling = waiting.length - settled.length + unsettled;
  const [oldest] = waiting;
  return {
    listed: found.listed,
    excluded: found.excluded,
    recorded: found.recorded,
    waiting: waiting.length,
    settling,
    taken: totalsOf([...reports.values()]),
    failed,
    left: waiting.length - settling - reports.size - failed,
    oldestWaitingMs: oldest === undefined ? null : Math.max(0, now - oldest.lastModified.getTime()),
    freshness: freshness.all,
    error,
  };
}

/** What the raw zone holds, against the log; files that are in are counted for their instances. */
async function findWaiting(storage: Storage, settings: Settings, freshness: FreshnessByInstance) {
  const snapshot = (await openTables(storage))?.events ?? null;
  const isIncluded = inclusion(settings);
  const hash = settingsHash(sourceSettings(settings));
  const waiting: ListedFile[] = [];
  let [listed, excluded, recorded] = [0, 0, 0];
  for await (const file of storage.list(RAW)) {
    listed++;
    if (!isIncluded(file.path.slice(RAW.length))) {
      excluded++;
      continue;
    }
    const fate = snapshot === null ? null : await fateOf(storage, snapshot, file, hash);
    if (fate === null) waiting.push(file);
    else recorded++;
    if (fate === 'ingested') freshness.add(file);
  }
  return { listed, excluded, recorded, waiting };
}

/**
 * What the log says became of a file as it is now, or that it is gone; null where it says nothing. A path that the log
 * never named needs no look at the file.
 */
async function fateOf(storage: Storage, snapshot: Snapshot, file: ListedFile, settingsHash: string) {
  const { transactions } = snapshot;
  const isNamed = transactions.has(file.path) || transactions.has(rejectedAppId(file.path));
  if (!isNamed) return null;
  const current = file.etag === undefined ? await storage.head(file.path) : { ...file, etag: file.etag };
  return current === null ? 'gone' : recordedOutcome(snapshot, sourceFile(current), settingsHash);
}

/** Hands settled files to ingestion, and goes on without those that fail. */
class Taking {
  /** What came of the files so far, by path. */
  readonly reports = new Map<string, FileReport>();
  failed = 0;
  /** Files that changed since they were listed. */
  unsettled = 0;
  error: unknown = null;
  readonly #storage: Storage;
  readonly #host: Host;
  readonly #settings: Settings;
  readonly #options: ReconcileOptions;
  #failuresInARow = 0;

  constructor(storage: Storage, host: Host, settings: Settings, options: ReconcileOptions) {
    this.#storage = storage;
    this.#host = host;
    this.#settings = settings;
    this.#options = options;
  }

  get goesOn(): boolean {
    return this.#host.now() < this.#options.deadline && this.#failuresInARow < MOST_FAILURES;
  }

  async take(files: readonly ListedFile[]): Promise<void> {
    try {
      await this.#ingest(files);
    } catch (error) {
      this.error ??= error;
      for (const file of files) if (this.goesOn && !this.reports.has(file.path)) await this.#takeOne(file);
    }
  }

  async #takeOne(file: ListedFile): Promise<void> {
    try {
      await this.#ingest([file]);
      this.#failuresInARow = 0;
    } catch (error) {
      this.error ??= error;
      this.failed++;
      this.#failuresInARow++;
    }
  }

  async #ingest(files: readonly ListedFile[]): Promise<void> {
    const unsettled: string[] = [];
    const due = async function* (this: Taking): AsyncGenerator<string | FileInfo> {
      for (const { path } of files) {
        if (this.#host.now() >= this.#options.deadline) return;
        // Looked at once more when its turn has come: whoever writes slowly may have gone on since the listing.
        const info = await this.#storage.head(path);
        if (info === null || this.#isSettled(info)) yield info ?? path;
        else unsettled.push(path);
      }
    };
    const options = { named: false, observer: this.#watching() };
    await ingestPaths(this.#storage, this.#host, this.#settings, due.call(this), options);
    this.unsettled += unsettled.length;
  }

  /** The observer, with the reports noted: those of files that were settled before another one failed, too. */
  #watching(): Observer {
    const { observer } = this.#options;
    return {
      onFile: (path, size, source) => observer?.onFile?.(path, size, source),
      onProgress: (bytes, rows) => observer?.onProgress?.(bytes, rows),
      onReport: (report) => {
        this.reports.set(report.path, report);
        observer?.onReport?.(report);
      },
      onCommit: (commit) => observer?.onCommit?.(commit),
      onCheckpointFailure: (error) => observer?.onCheckpointFailure?.(error),
      onEvidenceFailure: (error) => observer?.onEvidenceFailure?.(error),
      onEvidenceRewritten: (table, commits) => observer?.onEvidenceRewritten?.(table, commits),
    };
  }

  #isSettled({ lastModified }: FileInfo): boolean {
    return this.#host.now() - lastModified.getTime() >= this.#options.settleMs;
  }
}

function byAge(a: ListedFile, b: ListedFile): number {
  return a.lastModified.getTime() - b.lastModified.getTime() || comparePaths(a.path, b.path);
}
