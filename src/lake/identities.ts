import { type Header, READER_VERSION, ROLES } from '../source/index.ts';
import type { Snapshot, Transaction } from '../table/index.ts';
import { version } from './content-transaction.ts';
import type { ReadingPlan } from './reading-plan.ts';
import type { IngestedSource } from './source-outcome.ts';

const COLUMNS = 'identity_columns:';
const TIMES = 'time_reading:';
const READER = 'reader_version:';
/** The reader that read the files of instances for which no `txn` names one. */
const FIRST_READER = 1;
/** Settings that read times as they are read where nothing is set; no `txn` stands for them. */
const USUAL_TIMES = timesVersion({ timeFormat: 'auto', timeZone: 'UTC' });

/** Whether a `txn` says how the events of an instance get their ids. */
export function isIdentityNote(appId: string): boolean {
  return [COLUMNS, TIMES, READER].some((prefix) => appId.startsWith(prefix));
}

/** How the events of a file get their ids, against the file of the same instance before it. */
export interface IdentityChange {
  /** Whether other columns enter the ids. */
  readonly columns: boolean;
  /** Whether times are read with other settings. */
  readonly times: boolean;
  /** Whether an older reader, which read files of the instance, took other values or records from a file like this. */
  readonly values: boolean;
  /** Whether it is the first file of its instance. */
  readonly isNewInstance: boolean;
}

export const UNCHANGED: IdentityChange = { columns: false, times: false, values: false, isNewInstance: false };

/**
 * What decides the ids of each instance's events: which optional columns there are, how times are read, and the oldest
 * version of the reader that read any of its files; kept as a `txn` each so that it outlives checkpoints. A change doubles
 * the rows of the overlapping window, so it is reported.
 */
export class Identities {
  readonly #snapshot: Snapshot;
  /** Noted since the snapshot, by appId. */
  readonly #noted = new Map<string, number>();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /** Notes how the next file is read, and says what differs: in it, where it is several exports, or from the one before. */
  note({
    plan,
    header,
    parts,
    readSince,
  }: Pick<IngestedSource, 'plan' | 'header' | 'parts' | 'readSince'>): IdentityChange {
    const { instance, settings } = plan;
    if (header.names.length === 0) return UNCHANGED;
    const headers = parts.length === 0 ? [header] : parts.map((part) => part.header);
    const columnsOf = headers.map(identityBits);
    const columnsBefore = this.#known(`${COLUMNS}${instance ?? ''}`);
    this.#put(`${COLUMNS}${instance ?? ''}`, columnsOf.at(-1)!);
    const isMixed = columnsOf.some((columns) => columns !== columnsOf[0]);
    const times = timesVersion(settings);
    const timesBefore = this.#put(`${TIMES}${instance ?? ''}`, times);
    if (columnsBefore === undefined) {
      this.#put(`${READER}${instance ?? ''}`, READER_VERSION);
      return { ...UNCHANGED, columns: isMixed, isNewInstance: true };
    }
    const reader = Number(this.#known(`${READER}${instance ?? ''}`));
    return {
      columns: isMixed || columnsBefore !== columnsOf[0],
      times: timesBefore !== times,
      values: readSince > reader,
      isNewInstance: false,
    };
  }

  /** Notes that this version of the reader read every file of these instances. */
  noteReader(instances: Iterable<string | null>): void {
    for (const instance of instances) this.#put(`${READER}${instance ?? ''}`, READER_VERSION);
  }

  /** What a commit of these files has to put on record. */
  transactions(now: number): Transaction[] {
    const changed = [...this.#noted].filter(([appId, noted]) => this.#recorded(appId) !== noted);
    return changed.map(([appId, noted]) => ({ appId, version: noted, lastUpdated: now }));
  }

  /** Notes a version and returns the one before it. */
  #put(appId: string, noted: number): number | bigint | undefined {
    const known = this.#known(appId);
    this.#noted.set(appId, noted);
    return known;
  }

  #known(appId: string): number | bigint | undefined {
    return this.#noted.get(appId) ?? this.#recorded(appId);
  }

  #recorded(appId: string): number | bigint | undefined {
    return this.#snapshot.transactions.get(appId)?.version ?? usual(appId);
  }
}

/** The optional columns that enter the ids, a bit each. */
function identityBits({ identityColumns }: Header): number {
  return identityColumns.reduce((bits, role) => bits | (1 << ROLES.indexOf(role)), 0);
}

/** What holds for an instance for which no `txn` says it. */
function usual(appId: string): number | undefined {
  if (appId.startsWith(READER)) return FIRST_READER;
  return appId.startsWith(TIMES) ? USUAL_TIMES : undefined;
}

function timesVersion({ timeFormat, timeZone }: Pick<ReadingPlan['settings'], 'timeFormat' | 'timeZone'>): number {
  return version(JSON.stringify([timeFormat, timeZone]));
}
