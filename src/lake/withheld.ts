import * as z from 'zod';
import { IdSet, parseId } from '../events/index.ts';
import { FileNotFound, readAll, type Storage, sha256Hex } from '../storage/index.ts';
import { type Commit, finderOf, type Snapshot, TableError, type Transaction } from '../table/index.ts';
import { version } from './content-transaction.ts';

const RETAINED_FROM = 'retained_from';
const ERASED = 'erased:';
const ERASURE_LIST = z.object({ event_uids: z.array(z.string()) });

/** A list of erased events is missing or is not what the log names: without it, erased rows would come back. */
export class BrokenErasureList extends TableError {}

/** The `txn` that says which events are too old to be wanted: those dated before `day`, in whole days since 1970. */
export function retainedTransaction(day: number, now: number): Transaction {
  return { appId: RETAINED_FROM, version: day, lastUpdated: now };
}

/** The `txn` that names a list of erased events by its lake path; its version is derived from the list's bytes. */
export function erasedTransaction(path: string, list: Uint8Array, now: number): Transaction {
  return { appId: `${ERASED}${path}`, version: version(sha256Hex(list)), lastUpdated: now };
}

/** The first day whose events are wanted, in whole days since 1970; -Infinity where all are. */
export function retainedFrom({ transactions }: Pick<Snapshot, 'transactions'>): number {
  return Number(transactions.get(RETAINED_FROM)?.version ?? Number.NEGATIVE_INFINITY);
}

const erasures = finderOf<Omit<Transaction, 'appId'>>(isErasure);

/** Whether rows were ever erased from the table. */
export function hasErasures({ transactions }: Pick<Snapshot, 'transactions'>): boolean {
  return erasures(transactions).size > 0;
}

/** Whether rows were erased at some time from `since` on, in milliseconds since 1970; at any time where that is null. */
export function erasedSince({ transactions }: Pick<Snapshot, 'transactions'>, since: number | null): boolean {
  for (const { lastUpdated } of erasures(transactions).values()) {
    if (since === null || lastUpdated === undefined || lastUpdated >= since) return true;
  }
  return false;
}

/** Whether a `txn` withholds rows. */
export function withholds(appId: string): boolean {
  return appId === RETAINED_FROM || isErasure(appId);
}

/** Whether a `txn` names a list of erased events. */
export function isErasure(appId: string): boolean {
  return appId.startsWith(ERASED);
}

/** Whether commits changed what is withheld. */
export function changesWithheld(commits: readonly Commit[]): boolean {
  return commits.some(({ actions }) => actions.some((action) => 'txn' in action && withholds(action.txn.appId)));
}

/** The events that must not come back from raw files: those older than the retention boundary, and those that were erased. */
export class Withheld {
  readonly #from: number;
  readonly #erased: IdSet | null;

  private constructor(from: number, erased: IdSet | null) {
    this.#from = from;
    this.#erased = erased;
  }

  /** @throws BrokenErasureList, StorageError */
  static async load(storage: Storage, snapshot: Snapshot): Promise<Withheld> {
    let erased: IdSet | null = null;
    for (const [appId, progress] of erasures(snapshot.transactions)) {
      erased ??= new IdSet();
      await readList(storage, snapshot.path, { appId, ...progress }, erased);
    }
    return new Withheld(retainedFrom(snapshot), erased);
  }

  /** Whether nothing at all is withheld. */
  get isEmpty(): boolean {
    return this.#erased === null && this.#from === Number.NEGATIVE_INFINITY;
  }

  /** How many events were erased, of all days. */
  get erased(): number {
    return this.#erased?.size ?? 0;
  }

  /** Whether an event is withheld, given its date in whole days since 1970. */
  has(day: number, id: Uint32Array): boolean {
    return day < this.#from || this.#erased?.has(id) === true;
  }
}

async function readList(storage: Storage, table: string, transaction: Transaction, into: IdSet): Promise<void> {
  const path = transaction.appId.slice(ERASED.length);
  const broken = (found: string, cause?: unknown) =>
    new BrokenErasureList(
      table,
      `expected ${path} to hold the event_uids of erased rows as the log names it, found ${found}; ` +
        'restore it from a copy, since without it those rows would be taken in again',
      { cause },
    );
  const bytes = await readAll(storage, path).catch((error: unknown) => {
    throw error instanceof FileNotFound ? broken('no such file', error) : error;
  });
  if (erasedTransaction(path, bytes, 0).version !== transaction.version) throw broken('other content');
  const id = new Uint32Array(4);
  for (const uid of eventUids(bytes, broken)) {
    if (!parseId(uid, id)) throw broken(`${JSON.stringify(uid)} among them`);
    into.add(id);
  }
}

function eventUids(bytes: Uint8Array, broken: (found: string, cause: unknown) => Error): readonly string[] {
  try {
    return ERASURE_LIST.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))).event_uids;
  } catch (error) {
    throw broken('something else', error);
  }
}
