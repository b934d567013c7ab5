import type { KeptTables } from '../lake/index.ts';
import type { Settings } from '../settings/index.ts';
import {
  AccessDenied,
  type LakeContext,
  type ListedFile,
  StorageError,
  StorageFault,
  Unavailable,
  UnreadableFile,
} from '../storage/index.ts';
import { TableError } from '../table/index.ts';
import type { Attempts, Tries } from './attempts.ts';
import type { Observer } from './observer.ts';
import type { Pace } from './pace.ts';
import type { FileReport } from './report.ts';
import { ingestPaths, type RunOptions, recordUnreadable } from './run.ts';
import { isLandedWhole, isWhole } from './settling.ts';

export interface TakingOptions {
  /** Milliseconds that a file must have stood unchanged. */
  readonly settleMs: number;
  /** Milliseconds since 1970 from which on no further file is begun. */
  readonly deadline: number;
  /**
   * Files that are begun together at first, each time twice as many, so that an end that comes soon finds some of them in; as many as
   * ever where nothing is said.
   */
  readonly firstFiles?: number;
  /** Tries that fail, or do not come to an end, after which a file is recorded as unreadable. */
  readonly mostTries?: number;
  /** Once it is aborted, reading ends, and nothing is committed any more. */
  readonly signal?: AbortSignal;
  readonly observer?: Observer;
  /** The tables as this process keeps them; left out, they are opened anew for each commit. */
  readonly tables?: KeptTables;
}

/** Files that are begun together at most. */
const FILES_PER_RUN = 256;

/** So many are tried one by one, where one of them fails. */
const FEW_FILES = 4;

/** Files that may fail one after another before the store, and not the files, is at fault. */
const MOST_FAILURES = 3;

/** Tries of a file where nothing else is said. */
const MOST_TRIES = 5;

const UNREADABLE = 'unreadable';

/** Milliseconds of reading that an end in the middle may cost. */
const COMMIT_MS = 1_000;
/** The same of files that were landed: thousands of small ones, which are to be few commits however slow the store is. */
const LANDED_COMMIT_MS = 15_000;

/** Milliseconds that a file may take while others wait; no more than its share of the time that there is. */
const FILE_MS = 60_000;
const SHARES = 4;

/** Hands settled files to ingestion, and goes on without those that fail, take too long, or did so before. */
export class Taking {
  /** What came of the files so far, by path. */
  readonly reports = new Map<string, FileReport>();
  readonly #failed = new Set<string>();
  /** What is wrong with files that cannot be read although the store works: nothing of that is in the log. */
  readonly #faults = new Map<string, string>();
  /** Files that changed since they were listed. */
  readonly #unsettled = new Set<string>();
  error: unknown = null;
  readonly #context: LakeContext;
  readonly #settings: Settings;
  readonly #options: TakingOptions;
  readonly #attempts: Attempts;
  readonly #fileMs: number;
  #failuresInARow = 0;

  constructor(context: LakeContext, settings: Settings, attempts: Attempts, options: TakingOptions) {
    this.#context = context;
    this.#settings = settings;
    this.#attempts = attempts;
    this.#options = options;
    this.#fileMs = Math.min(FILE_MS, (options.deadline - context.host.now()) / SHARES);
  }

  get failed(): number {
    return this.#failed.size;
  }

  get unsettled(): number {
    return this.#unsettled.size;
  }

  /**
   * Takes files in, in this order as far as none of them was tried before; those that were landed by themselves, so that many
   * share a commit. Those that take long follow, and those that were tried before come last, one by one, so that whatever
   * becomes of them the others are in.
   */
  async take(files: readonly ListedFile[]): Promise<void> {
    const triesOf = (file: ListedFile): number => this.#attempts.of(file).tries;
    // One alone keeps nobody waiting.
    const fresh = files.length === 1 ? [] : files.filter((file) => triesOf(file) === 0);
    for (const some of [fresh.filter((file) => !this.#isLanded(file)), fresh.filter((file) => this.#isLanded(file))]) {
      // Of landed files thousands are to be few commits.
      let most = some.every((file) => this.#isLanded(file))
        ? FILES_PER_RUN
        : (this.#options.firstFiles ?? FILES_PER_RUN);
      for (let from = 0; from < some.length && this.#goesOn; most = Math.min(2 * most, FILES_PER_RUN)) {
        await this.#takeTogether(some.slice(from, from + most));
        from += most;
      }
    }
    const left = files.filter((file) => this.#isOpen(file));
    await this.#takeOneByOne(left.toSorted((a, b) => triesOf(a) - triesOf(b)));
    await this.#attempts.sweep(files.filter(({ path }) => !this.reports.has(path))).catch(() => undefined);
  }

  get #goesOn(): boolean {
    const isOver = this.#options.signal?.aborted === true || this.#context.host.now() >= this.#options.deadline;
    return !isOver && this.#failuresInARow < MOST_FAILURES;
  }

  #isOpen({ path }: ListedFile): boolean {
    return !this.reports.has(path) && !this.#failed.has(path) && !this.#unsettled.has(path);
  }

  async #takeTogether(files: readonly ListedFile[]): Promise<void> {
    try {
      const end = await this.#attempts.beginTogether(files);
      // A failure is no end of the process: the mark goes, and each file is tried alone.
      await this.#ingest(files, this.#fileMs).finally(() => end().catch(() => undefined));
    } catch (error) {
      this.error ??= error;
      const open = files.filter((file) => this.#isOpen(file));
      if (open.length <= FEW_FILES || !open.every((file) => this.#isLanded(file))) await this.#takeOneByOne(open);
      else await this.#takeHalves(open);
    }
  }

  /** Of many landed files, a bad one would else make a commit of each of the others. */
  async #takeHalves(files: readonly ListedFile[]): Promise<void> {
    const middle = Math.ceil(files.length / 2);
    for (const half of [files.slice(0, middle), files.slice(middle)]) if (this.#goesOn) await this.#takeTogether(half);
  }

  /** Where files fail one after another, one from the end of the queue shows whether it is the store that does. */
  async #takeOneByOne(files: readonly ListedFile[]): Promise<void> {
    const queue = [...files];
    while (queue.length > 0 && this.#goesOn) {
      const file = this.#failuresInARow === MOST_FAILURES - 1 ? queue.pop() : queue.shift();
      if (file !== undefined) await this.#takeOne(file);
    }
  }

  async #takeOne(file: ListedFile): Promise<void> {
    const begun = this.#context.host.now();
    const before = this.#attempts.of(file);
    try {
      if (before.counted >= (this.#options.mostTries ?? MOST_TRIES)) await this.#giveUp(file, before);
      else {
        await this.#attempts.begin(file);
        await this.#ingest([file], Number.POSITIVE_INFINITY);
        const fault = this.#faults.get(file.path);
        if (fault !== undefined) throw new UnreadableFile('read', file.path, fault);
      }
      await this.#attempts.end(file);
      this.#failuresInARow = 0;
    } catch (error) {
      this.error ??= error;
      this.#failed.add(file.path);
      this.#failuresInARow++;
      // Where the store lets nothing more be written, the mark stays as it is: one more try that came to no end.
      const isBlamed = this.#isBlamed(file, error, this.#context.host.now() - begun);
      await this.#attempts.fail(file, nameOf(error), isBlamed).catch(() => undefined);
    }
  }

  /** Puts a file on record that was tried often enough. */
  async #giveUp(file: ListedFile, { counted, error }: Tries): Promise<void> {
    const info = await this.#context.storage.head(file.path);
    if (info !== null && !this.#isWhole(info)) {
      this.#unsettled.add(file.path);
      return;
    }
    const last = error === null ? 'ended the process, or did not end in its time' : `failed with ${error}`;
    const explanation =
      `unreadable: expected the file to be read to its end, found that ${counted} tries did not get there, and the last ` +
      `${last}; see to that, then run ingest --rejected`;
    await recordUnreadable(this.#context, this.#settings, info ?? file.path, explanation, this.#runOptions());
  }

  /**
   * Whether it is the file that a try alone failed for: its bytes are refused for good, or what may pass by itself does not
   * keep other files from being read; or it was given its time and has not come to an end.
   */
  #isBlamed({ path }: ListedFile, error: unknown, took: number): boolean {
    if (this.#options.signal?.aborted === true) return took >= this.#fileMs;
    if (error instanceof TableError) return false;
    if (!(error instanceof StorageError)) return this.reports.size > 0;
    if (error.path !== path) return false;
    const isPassing = error instanceof StorageFault && error.transient;
    const isOfAll = isPassing || error instanceof AccessDenied || error instanceof Unavailable;
    return !isOfAll || this.reports.size > 0;
  }

  async #ingest(files: readonly ListedFile[], fileMs: number): Promise<void> {
    const { deadline } = this.#options;
    const due = async function* (this: Taking): AsyncGenerator<string | ListedFile> {
      for (const file of files) {
        if (this.#context.host.now() >= deadline) return;
        if (this.#isLanded(file)) {
          yield file;
          continue;
        }
        const { path } = file;
        // Looked at once more when its turn has come: whoever writes slowly may have gone on since the listing.
        const info = await this.#context.storage.head(path);
        if (info === null || this.#isWhole(info)) yield info ?? path;
        else this.#unsettled.add(path);
      }
    };
    const commitMs = files.every((file) => this.#isLanded(file)) ? LANDED_COMMIT_MS : COMMIT_MS;
    const pace = { commitMs, fileMs, until: deadline };
    await ingestPaths(this.#context, this.#settings, due.call(this), this.#runOptions(pace));
  }

  #runOptions(pace?: Pace): RunOptions {
    const { signal, tables } = this.#options;
    return {
      named: false,
      ...(tables !== undefined && { tables }),
      observer: this.#watching(pace === undefined),
      ...(signal !== undefined && { signal }),
      ...(pace !== undefined && { pace }),
    };
  }

  /**
   * The observer, with the reports noted: those of files that were settled before another one failed, too.
   * @param isOnRecord whether a file that cannot be read is put on record as that
   */
  #watching(isOnRecord: boolean): Observer {
    const { observer } = this.#options;
    return {
      onFile: (path, size, source) => observer?.onFile?.(path, size, source),
      onProgress: (bytes, rows) => observer?.onProgress?.(bytes, rows),
      onReport: (report) => {
        if (report.reason === UNREADABLE && !isOnRecord) {
          this.#faults.set(report.path, report.explanation ?? '');
          return;
        }
        this.reports.set(report.path, report);
        observer?.onReport?.(report);
      },
      onCommit: (commit) => observer?.onCommit?.(commit),
      onCheckpointFailure: (error) => observer?.onCheckpointFailure?.(error),
      onEvidenceFailure: (error) => observer?.onEvidenceFailure?.(error),
      onEvidenceRewritten: (table, commits) => observer?.onEvidenceRewritten?.(table, commits),
      onNewerCatalogue: () => observer?.onNewerCatalogue?.(),
    };
  }

  #isWhole(info: ListedFile): boolean {
    return isWhole(info, this.#settings, this.#options.settleMs, this.#context.host.now());
  }

  #isLanded(file: ListedFile): boolean {
    return isLandedWhole(file, this.#settings);
  }
}

/** Class and code of an error: nothing of its text, which may quote a file. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = error instanceof StorageFault ? error.code : '';
  return code === '' ? error.constructor.name : `${error.constructor.name} ${code}`;
}
