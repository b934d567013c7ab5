import { KeptTables } from '../lake/index.ts';
import type { Settings } from '../settings/index.ts';
import { type FileInfo, type LakeContext, StorageError } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { afterFailure, isAlone, nextBatch, pathOf, type QueuedFile } from './announced-batch.ts';
import { BacklogLook, type BatchCourse, MANY_FILES, takeBacklog } from './backlog.ts';
import type { IngestCommit, Observer } from './observer.ts';
import type { FileReport } from './report.ts';
import { ingestPaths } from './run.ts';

/** Files that have a commit of their own and are read at the same time at most: each takes what memory a reading takes. */
const MOST_ALONE = 2;

const MINUTE_MS = 60_000;

/** How long a batch of files that nobody announced here begins further ones: those who wait are announced. */
const MORE_MS = 20_000;

/** Paths that are kept in mind as failed at most. */
const MOST_TROUBLED = 1_000;

/** A raw file that was announced, and who waits for what becomes of it. */
export interface Announced {
  readonly context: LakeContext;
  /** As it was looked at; the path of one that is gone. */
  readonly file: FileInfo | string;
  readonly observer: Observer;
  /** Once it is aborted, nobody waits any more. */
  readonly signal: AbortSignal;
}

interface Waiting extends QueuedFile, Announced {
  isRunning: boolean;
  settle(outcome: { readonly error: unknown } | null): void;
}

/** Files that wait for their turn, and how many batches of them run. */
interface Lane {
  readonly most: number;
  readonly waiting: Waiting[];
  running: number;
}

/**
 * What a process takes in that serves many invocations: the small files that wait at the same time share a commit, one commit
 * after the other, on top of tables that are kept. A batch runs in the name of the first that waits.
 */
export class Intake {
  readonly tables = new KeptTables();
  readonly #settings: Settings;
  readonly #look: BacklogLook;
  readonly #together: Lane = { most: 1, waiting: [], running: 0 };
  readonly #alone: Lane = { most: MOST_ALONE, waiting: [], running: 0 };
  /** Paths whose files ended a batch. */
  readonly #troubled = new Set<string>();

  /** @param many late files that make a backlog */
  constructor(settings: Settings, many = MANY_FILES) {
    this.#settings = settings;
    this.#look = new BacklogLook(many);
  }

  /**
   * Takes a file in, with others that wait. Resolves when its fate is in the log, and was told to its observer.
   * @throws storage errors, TableError, the signal's reason: nothing of it is in, and it may come again
   */
  take(announced: Announced): Promise<void> {
    const { signal } = announced;
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = (): void => {
      // Whoever a batch runs for is told when it has cleared away what it has not committed.
      if (!waiting.isRunning) waiting.settle({ error: signal.reason });
    };
    const waiting: Waiting = {
      ...announced,
      isApart: this.#troubled.has(pathOf(announced)),
      isRunning: false,
      settle: (outcome) => {
        signal.removeEventListener('abort', onAbort);
        this.#forget(waiting);
        if (outcome === null) resolve();
        else reject(outcome.error);
      },
    };
    signal.addEventListener('abort', onAbort);
    this.#queue(waiting);
    return promise;
  }

  #queue(waiting: Waiting): void {
    const lane = isAlone(waiting) ? this.#alone : this.#together;
    lane.waiting.push(waiting);
    if (lane.running < lane.most) void this.#work(lane);
  }

  #forget(waiting: Waiting): void {
    for (const lane of [this.#together, this.#alone]) {
      const at = lane.waiting.indexOf(waiting);
      if (at !== -1) lane.waiting.splice(at, 1);
    }
  }

  /** Works a lane off. Never throws. */
  async #work(lane: Lane): Promise<void> {
    lane.running++;
    for (let batch = nextBatch(lane.waiting); batch.length > 0; batch = nextBatch(lane.waiting)) {
      for (const each of batch) lane.waiting.splice(lane.waiting.indexOf(each), 1);
      await this.#takeBatch(batch);
    }
    lane.running--;
  }

  async #takeBatch(batch: readonly Waiting[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    first.isRunning = true;
    const reported = new Set<string>();
    let conflicts = 0;
    const shared = sharedObserver(batch, (report) => reported.add(report.path));
    const onCommit = (commit: IngestCommit): void => {
      conflicts += commit.conflicts;
      shared.onCommit?.(commit);
    };
    try {
      const { snapshot } = await ingestPaths(first.context, this.#settings, byAge(batch), {
        named: false,
        leavesSecondReadings: true,
        tables: this.tables,
        observer: { ...shared, onCommit },
        signal: first.signal,
      });
      for (const each of batch.slice(1)) this.#settled(each);
      if (!isAlone(first)) await this.#takeMore(first, { files: batch.map(({ file }) => file), conflicts }, snapshot);
      this.#settled(first);
    } catch (error) {
      for (const each of batch) {
        if (reported.has(pathOf(each))) this.#settled(each);
        else this.#failed(each, error, batch);
      }
    }
  }

  /** Takes in what waits beside announced files, where they tell of it. Never throws: the reconciliation comes to the same files. */
  async #takeMore({ context, observer, signal }: Waiting, course: BatchCourse, snapshot: Snapshot): Promise<void> {
    const settleMs = this.#settings.settleMinutes * MINUTE_MS;
    const now = context.host.now();
    const beside = course.files.find((file) => typeof file !== 'string');
    if (beside === undefined || typeof beside === 'string' || !this.#look.isDue(course, settleMs, now)) return;
    const options = { settleMs, deadline: now + MORE_MS, mostTries: this.#settings.reconcileTries, signal, observer };
    try {
      const all = { ...options, tables: this.tables };
      const { listed, taken } = await takeBacklog(context, this.#settings, snapshot, beside, all);
      this.#look.note(listed, taken);
    } catch {
      this.#look.note(0, 0);
    }
  }

  #settled(waiting: Waiting): void {
    this.#troubled.delete(pathOf(waiting));
    waiting.settle(null);
  }

  #failed(waiting: Waiting, error: unknown, batch: readonly Waiting[]): void {
    const next = afterFailure(error, waiting, batch, batch[0]?.signal.aborted === true);
    if (next !== 'failed') {
      if (waiting.signal.aborted) return;
      waiting.isApart ||= next === 'apart';
      this.#queue(waiting);
      return;
    }
    const isItsOwn = error instanceof StorageError && error.path === pathOf(waiting);
    if (isItsOwn && this.#troubled.size < MOST_TROUBLED) this.#troubled.add(pathOf(waiting));
    waiting.settle({ error });
  }
}

/** In the order in which they came to be, as every other way takes them: what is remembered of an instance begins with its first. */
function byAge(batch: readonly Waiting[]): (FileInfo | string)[] {
  const ageOf = (file: FileInfo | string) => (typeof file === 'string' ? 0 : file.lastModified.getTime());
  return batch.map(({ file }) => file).toSorted((a, b) => ageOf(a) - ageOf(b));
}

/** Tells each of its own file, and the first of what is done for all. */
function sharedObserver(batch: readonly Waiting[], onReported: (report: FileReport) => void): Observer {
  const byPath = new Map(batch.map((each) => [pathOf(each), each.observer]));
  return {
    ...batch[0]?.observer,
    onFile: (path, size, source) => byPath.get(path)?.onFile?.(path, size, source),
    onReport: (report) => {
      onReported(report);
      byPath.get(report.path)?.onReport?.(report);
    },
  };
}
