import { dateOfDay, dayOfDate } from '../events/index.ts';
import {
  type ByRecord,
  type ChangeInfo,
  type CommitObserver,
  removalOf,
  retainedFrom,
  retainedTransaction,
  rowsOf,
} from '../lake/index.ts';
import type { LakeContext } from '../storage/index.ts';
import type { Action, AddFile, Snapshot } from '../table/index.ts';
import { bracketedChange, type Change } from './bracketed-change.ts';

const DAY_MS = 86_400_000;

export interface RetainOptions {
  /** The first day that is kept, in whole days since 1970; the boundary never moves back. */
  readonly before: number;
  /** Why, for the log. */
  readonly reason: string;
  /** Who asks for it; left out where nobody knows. */
  readonly by?: ByRecord | null;
  /** Whether to say only what would be done. */
  readonly dryRun: boolean;
  readonly observer?: CommitObserver;
}

/** What a retention did, or would do. */
export interface Retention {
  readonly snapshot: Snapshot;
  /** The version that removed the files; null where nothing was done. */
  readonly version: number | null;
  /** The first day that is kept, `YYYY-MM-DD`. */
  readonly before: string;
  /** Data files, their rows and bytes, that no longer belong to the table. */
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Removes the days before a boundary from audit_events, whole partitions without reading a row, and records the boundary:
 * rows before it are not taken in again. Raw and quarantine files stay as they are.
 * @throws storage errors and TableError
 */
export async function retainTable(
  context: LakeContext,
  snapshot: Snapshot,
  options: RetainOptions,
): Promise<Retention> {
  const removal = new DaysRemoval(context, options);
  if (options.dryRun) {
    await removal.prepare(snapshot);
    return { snapshot, version: null, ...removal.summary };
  }
  const changed = await bracketedChange(context, snapshot, removal, options.observer);
  return { ...changed, ...removal.summary };
}

/** The removal of whole days. Its plan is the table's state and nothing more, so that it is made anew for each. */
class DaysRemoval implements Change {
  readonly kind = 'retain';
  readonly reason: string;
  readonly by: ByRecord | null;
  readonly #context: LakeContext;
  readonly #wanted: number;
  #before: number;
  #files: readonly AddFile[] = [];
  /** Rows by path: counting may mean reading a footer. */
  readonly #rows = new Map<string, number>();

  constructor(context: LakeContext, { before, reason, by = null }: RetainOptions) {
    this.reason = reason;
    this.by = by;
    this.#context = context;
    this.#wanted = before;
    this.#before = before;
  }

  get summary(): Pick<Retention, 'before' | 'files' | 'rows' | 'bytes'> {
    return {
      before: dateOfDay(this.#before),
      files: this.#files.length,
      rows: this.#files.reduce((sum, { path }) => sum + (this.#rows.get(path) ?? 0), 0),
      bytes: this.#files.reduce((sum, { size }) => sum + size, 0),
    };
  }

  async prepare(snapshot: Snapshot): Promise<boolean> {
    const boundary = retainedFrom(snapshot);
    this.#before = Math.max(this.#wanted, boundary);
    this.#files = [...snapshot.files.values()].filter((file) => dayOf(file) < this.#before);
    for (const file of this.#files) {
      if (!this.#rows.has(file.path))
        this.#rows.set(file.path, await rowsOf(this.#context.storage, snapshot.path, file));
    }
    return this.#files.length > 0 || this.#before > boundary;
  }

  revise(snapshot: Snapshot): Promise<boolean> {
    return this.prepare(snapshot);
  }

  commitOn(): { readonly record: ChangeInfo; readonly actions: readonly Action[] } {
    const now = this.#context.host.now();
    const { before, files, rows } = this.summary;
    return {
      record: {
        operation: 'DELETE',
        operationParameters: { predicate: JSON.stringify([`event_date < DATE '${before}'`]) },
        operationMetrics: { numRemovedFiles: String(files), numDeletedRows: String(rows) },
        userMetadata: `removed ${rows} rows dated before ${before}`,
        change: { kind: this.kind, before, files, rows },
      },
      actions: [{ txn: retainedTransaction(this.#before, now) }, ...this.#files.map((file) => removalOf(file, now))],
    };
  }
}

/** The day of a partition; never before any boundary where the partition has no date. */
function dayOf({ partitionValues }: AddFile): number {
  return dayOfDate(partitionValues['event_date'] ?? '') ?? Number.POSITIVE_INFINITY;
}

/**
 * The first day that is kept where all that is older than `age` goes: an age in days, months or years before the day
 * `today` (`90d`, `13m`, `2y`), or that day itself (`2025-07-01`). A day that the month lacks becomes its last one. Null
 * for what is no age.
 */
export function retentionBoundary(age: string, today: number): number | null {
  const date = dayOfDate(age);
  if (date !== null) return date;
  const [, digits, unit] = /^(\d{1,5}(?=d)|\d{1,4}(?=m)|\d{1,3}(?=y))([dmy])$/.exec(age) ?? [];
  if (digits === undefined) return null;
  const count = Number(digits);
  if (unit === 'd') return today - count;
  const from = new Date(today * DAY_MS);
  const months = unit === 'y' ? count * 12 : count;
  const first = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() - months, 1));
  const daysInMonth = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return first.getTime() / DAY_MS + Math.min(from.getUTCDate(), daysInMonth) - 1;
}
