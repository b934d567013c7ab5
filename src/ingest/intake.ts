import { KeptTables } from '../lake/index.ts';
import type { Settings } from '../settings/index.ts';
import { type FileInfo, type LakeContext, StorageError } from '../storage/index.ts';
import { afterFailure, isAlone, nextBatch, pathOf, type QueuedFile } from './announced-batch.ts';
import type { Observer } from './observer.ts';
import type { FileReport } from './report.ts';
import { ingestPaths } from './run.ts';

/** Files that have a commit of their own and are read at the same time at most: each takes what memory a reading takes. */
const MOST_ALONE = 2;

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
  readonly #together: Lane = { most: 1, waiting: [], running: 0 };
  readonly #alone: Lane = { most: MOST_ALONE, waiting: [], running: 0 };
  /** Paths whose files ended a batch. */
  readonly #troubled = new Set<string>();

  constructor(settings: Settings) {
    this.#settings = settings;
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
    try {
      await ingestPaths(first.context, this.#settings, byAge(batch), {
        named: false,
        leavesSecondReadings: true,
        tables: this.tables,
        observer: sharedObserver(batch, (report) => reported.add(report.path)),
        signal: first.signal,
      });
      for (const each of batch) this.#settled(each);
    } catch (error) {
      for (const each of batch) {
        if (reported.has(pathOf(each))) this.#settled(each);
        else this.#failed(each, error, batch);
      }
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
