import { WAYS, type Way } from '../settings/index.ts';
import { READER_VERSION, type Role } from '../source/index.ts';
import { pathInZone } from '../storage/index.ts';
import type { Snapshot, Transaction } from '../table/index.ts';
import { otherOrder } from './day-order.ts';
import { type IdentityDifference, identityDifference, mayBeCut, namesActor } from './identity-difference.ts';
import { placesAfter } from './identity-places.ts';
import { finest, precisionOf } from './identity-precision.ts';
import { type IdentityReading, identityReading, type ReadSource } from './identity-reading.ts';
import {
  type IdentityOwner,
  type IdentityState,
  identityAppId,
  isIdentityState,
  nameOf,
  ownerKey,
  ownerOf,
  type Precision,
  type RememberedIdentity,
  rememberedIdentities,
} from './identity-state.ts';
import { waysAfter } from './identity-ways.ts';

/** Where older versions kept it: a `txn` each. */
const EARLIER = ['identity_columns:', 'time_reading:', 'reader_version:'];

/** Whether a `txn` says how the events of an instance get their ids. */
export function isIdentityNote(appId: string): boolean {
  return isIdentityState(appId) || EARLIER.some((prefix) => appId.startsWith(prefix));
}

type Columns = NonNullable<IdentityState['columns']>;

/** How the events of a file get their ids, against the files of the same instance before it. */
export interface IdentityChange {
  /** Whether other columns enter the ids. */
  readonly columns: boolean;
  /** Whether times are read otherwise. */
  readonly times: boolean;
  /** Whether an older reader, which read files of the instance, took other values or records from a file like this. */
  readonly values: boolean;
  /** Whether it is the first file of its instance. */
  readonly isNewInstance: boolean;
  /** Whether its times are perhaps finer or coarser than those before: too few to prove it. */
  readonly mayBeCut: boolean;
  /** Whether it has times without offset, and no file of its instance had any before. */
  readonly isNewZone: boolean;
}

export const UNCHANGED: IdentityChange = {
  columns: false,
  times: false,
  values: false,
  isNewInstance: false,
  isNewZone: false,
  mayBeCut: false,
};

/** What is remembered of an owner before the first file. */
function nothingOf({ instance, family }: IdentityOwner): IdentityState {
  const times = { timeZone: null, timeFormats: [], precision: null };
  return { instance, family, ...times, columns: null, reader: READER_VERSION, prefixes: [], ways: {} };
}

/**
 * What decides the ids of each instance's events, as the table remembers it: in a `txn` for each state there was, so that it
 * outlives checkpoints. A file that differs would double the rows of the overlapping window.
 */
export class Identities {
  readonly #recorded: ReadonlyMap<string, RememberedIdentity>;
  /** What is remembered by now, where it is not what the snapshot has; by owner, as all here. */
  readonly #noted = new Map<string, RememberedIdentity>();
  /** Every state since the snapshot, by appId. */
  readonly #versions = new Map<string, number>();

  constructor(snapshot: Pick<Snapshot, 'transactions'>) {
    this.#recorded = rememberedIdentities(snapshot);
  }

  /** In what a file differs from the files of its instance before it; null where it does not. */
  differenceOf(source: ReadSource): IdentityDifference | null {
    const reading = identityReading(source);
    return reading === null ? null : identityDifference(this.#stateOf(ownerOf(source.plan)), reading);
  }

  /** By which ways files of an owner came before; none where no file did, or where there was one way alone. */
  waysOf(owner: IdentityOwner): readonly Way[] {
    const { ways = {} } = this.#stateOf(owner) ?? {};
    return WAYS.filter((way) => ways[way] !== undefined);
  }

  /**
   * Notes how a file is read, and says what differs: in it, where it is several exports, or from the ones before.
   * @param isPlaced whether what lies beside it is its instance's too, from now on; not where it only stays whose it was
   */
  note(source: ReadSource & { readonly readSince: number }, isPlaced = true): IdentityChange {
    const reading = identityReading(source);
    if (reading === null) return UNCHANGED;
    const { prefix, source: file } = source.plan;
    const owner = ownerOf(source.plan);
    const before = this.#stateOf(owner);
    const difference = identityDifference(before, reading);
    const placed = { path: pathInZone(file.path), ...owner, prefix };
    const after = merged(before ?? nothingOf(owner), reading, difference);
    const others = this.#states().filter((state) => ownerKey(state) !== ownerKey(owner));
    const states = [...others, after];
    for (const state of isPlaced ? placesAfter(states, placed) : states) this.#put(state);
    return {
      columns: difference?.kind === 'columns',
      times: difference?.kind === 'times',
      values: before !== null && source.readSince > before.reader,
      isNewInstance: before === null,
      mayBeCut: difference === null && mayBeCut(before, reading),
      isNewZone: reading.timeZone !== null && (before?.timeZone ?? null) === null,
    };
  }

  /** Notes that this version of the reader read every file of these owners. */
  noteReader(owners: Iterable<IdentityOwner>): void {
    for (const owner of owners) {
      const state = this.#stateOf(owner);
      if (state !== null) this.#put({ ...state, reader: READER_VERSION });
    }
  }

  /** Forgets what it remembers of owners of which no file is in any more: the next one is as the first. */
  forget(owners: Iterable<IdentityOwner>): void {
    for (const owner of owners) if (this.#stateOf(owner) !== null) this.#put(nothingOf(owner));
  }

  /** Notes how a file is read that is back, where nothing is remembered of its instance. */
  recall(source: ReadSource & { readonly readSince: number }): void {
    if ((this.#stateOf(ownerOf(source.plan))?.columns ?? null) === null) this.note(source);
  }

  /** Names what an owner's files are compared with by now. */
  nameOf(owner: IdentityOwner): string {
    return nameOf(this.#stateOf(owner));
  }

  /** What a commit of these files has to put on record: as many states as commits of one file each would. */
  transactions(now: number): Transaction[] {
    return [...this.#versions].map(([appId, version]) => ({ appId, version, lastUpdated: now }));
  }

  #put(state: IdentityState): void {
    const before = this.#remembered(ownerKey(state));
    const appId = identityAppId(state);
    if (before !== undefined && identityAppId(before.state) === appId) return;
    const version = (before?.version ?? 0) + 1;
    this.#noted.set(ownerKey(state), { state, version });
    this.#versions.set(appId, version);
  }

  #remembered(key: string): RememberedIdentity | undefined {
    return this.#noted.get(key) ?? this.#recorded.get(key);
  }

  #stateOf(owner: IdentityOwner): IdentityState | null {
    return this.#remembered(ownerKey(owner))?.state ?? null;
  }

  #states(): IdentityState[] {
    const keys = new Set([...this.#recorded.keys(), ...this.#noted.keys()]);
    return [...keys].flatMap((key) => this.#remembered(key)?.state ?? []);
  }
}

/** What is remembered once a file went in, given what it differs in from what was remembered before. */
function merged(before: IdentityState, reading: IdentityReading, difference: IdentityDifference | null): IdentityState {
  const { parts, timeZone, timeFormats, contents } = reading;
  const isOtherTimes = difference?.kind === 'times';
  const isNamed =
    parts.every(({ columns: { actor_id: id, actor_name: name } }) => id === undefined && name === undefined) ||
    contents.some(({ named }) => named > 0);
  const columns =
    before.columns === null && !isNamed
      ? null
      : difference?.kind === 'columns' || before.columns === null
        ? (parts.findLast(({ mayHaveActor }) => !mayHaveActor)?.columns ?? before.columns)
        : withNames(before.columns, parts[0]?.columns ?? {});
  const kept = before.timeFormats.filter((format) => otherOrder(timeFormats, format) === undefined);
  return {
    ...before,
    timeZone: isOtherTimes ? (timeZone ?? before.timeZone) : (before.timeZone ?? timeZone),
    timeFormats: [...new Set([...kept, ...timeFormats])],
    precision: contents.map(precisionOf).reduce<Precision | null>(finest, isOtherTimes ? null : before.precision),
    columns,
    // What is to be otherwise from now on is so for every way.
    ways: difference === null ? waysAfter({ ...before, named: namesActor(before.columns) }, reading) : {},
  };
}

/** Columns with the header names that were not known before. The actor's is the one that it was. */
function withNames(before: Columns, { time = null, code = null, message = null, ...actor }: Columns): Columns {
  const known = Object.entries({ time, code, message, ...before }) as [Role, string | null][];
  const found: Columns = { time, code, message, ...actor };
  return Object.fromEntries(known.map(([role, name]) => [role, name ?? found[role] ?? null]));
}
