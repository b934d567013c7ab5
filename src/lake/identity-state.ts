import * as z from 'zod';
import { WAYS, type Way } from '../settings/index.ts';
import { ROLES, type Role } from '../source/index.ts';
import { sha256Hex } from '../storage/index.ts';
import { finderOf, type Snapshot, type Transaction } from '../table/index.ts';
import type { WaysContents } from './identity-ways.ts';

const IDENTITY = 'identity:';

/** How finely times are written, in digits of the second's fraction; -2 where not even seconds are. */
export interface Precision {
  /** Zeros at the end counted. */
  readonly written: number;
  /** Zeros at the end not counted: what the ids depend on. */
  readonly needed: number;
  /** In so many records, of which no more are counted than prove something: {@link ENOUGH_RECORDS}. */
  readonly records: number;
  /** Whether some files have many times that are written much more coarsely than others of theirs. */
  readonly isMixed?: boolean;
}

/** So many records prove that whoever wrote them writes no finer: that each has zeros at its end is no chance. */
export const ENOUGH_RECORDS = 10;

/** Files of an instance that hold the same trail, and are compared with each other: exports of whatever way, or classic logs. */
export type Family = 'exports' | 'classic';

/** Whose files a state is about. */
export interface IdentityOwner {
  /** As the settings name it; null for files of no instance. */
  readonly instance: string | null;
  readonly family: Family;
}

/** Whose files a file is one of. */
export function ownerOf({ instance, way }: { readonly instance: string | null; readonly way: Way }): IdentityOwner {
  return { instance, family: way === 'classic' ? 'classic' : 'exports' };
}

/** The exports of the same instance. */
export function exportsOf({ instance }: IdentityOwner): IdentityOwner {
  return { instance, family: 'exports' };
}

/** What a lake remembers of what the ids of a Nexthink instance's events depend on: as its files were read. */
export interface IdentityState extends IdentityOwner {
  /** Of times without offset; null where no file had any. */
  readonly timeZone: string | null;
  /** The patterns that files were read by, beside those that need none, in the order in which they came. */
  readonly timeFormats: readonly string[];
  /** The finest of all files; null where that is not known. */
  readonly precision: Precision | null;
  /** The columns that enter the ids, each with the first header name it had (null where that is not known); null for no file yet. */
  readonly columns: Readonly<Partial<Record<Role, string | null>>> | null;
  /** The oldest version of the reader that read any of its files. */
  readonly reader: number;
  /** Beginnings of paths in the raw zone by which the settings gave files to it. */
  readonly prefixes: readonly string[];
  /** What came by each way, where files came by another one than the exporter's. */
  readonly ways: WaysContents;
}

const DIGITS = z.number().int().min(-2).max(6);

const PRECISION = z.strictObject({
  written: DIGITS,
  needed: DIGITS,
  records: z.number().int().nonnegative(),
  mixed: z.literal(true).optional(),
});

const WAY_CONTENTS = z.strictObject({
  written: DIGITS,
  needed: DIGITS,
  records: z.number().int().nonnegative(),
  named: z.boolean(),
});

const STATE = z.strictObject({
  instance: z.string().nullable(),
  time_zone: z.string().nullable(),
  time_formats: z.array(z.string()),
  precision: PRECISION.nullable(),
  columns: z.partialRecord(z.enum(ROLES), z.string().nullable()).nullable(),
  reader: z.number().int().nonnegative(),
  prefixes: z.array(z.string()),
  /** Of exports where it is left out, as it was before there was anything else. */
  family: z.literal('classic').optional(),
  ways: z.partialRecord(z.enum(WAYS), WAY_CONTENTS).optional(),
});

/** A state as the log has it: one `txn` for each that there ever was, and that of the highest version counts. */
export interface RememberedIdentity {
  readonly state: IdentityState;
  readonly version: number;
}

/** Whether a `txn` says what the ids of an instance's events depend on. */
export function isIdentityState(appId: string): boolean {
  return appId.startsWith(IDENTITY);
}

/** The state that a `txn` tells; null for any other `txn`, or where it cannot be read. */
export function readIdentity(appId: string): IdentityState | null {
  if (!isIdentityState(appId)) return null;
  try {
    const read = STATE.parse(JSON.parse(appId.slice(IDENTITY.length)));
    const { time_zone: timeZone, time_formats: timeFormats, precision, family = 'exports', ways = {}, ...rest } = read;
    return { ...rest, family, timeZone, timeFormats, precision: precision && readPrecision(precision), ways };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

/** Whether a `txn` tells the state of one of these instances. */
export function isIdentityOf(appId: string, instances: ReadonlySet<string | null>): boolean {
  const state = readIdentity(appId);
  return state !== null && instances.has(state.instance);
}

/** The `appId` that tells a state: the same for the same state. */
export function identityAppId(state: IdentityState): string {
  const { instance, family, timeZone, timeFormats, precision, columns, reader, prefixes, ways } = state;
  const told: z.input<typeof STATE> = {
    instance,
    time_zone: timeZone,
    time_formats: [...timeFormats],
    precision: precision && toldPrecision(precision),
    columns: columns && Object.fromEntries(ROLES.flatMap((role) => (role in columns ? [[role, columns[role]]] : []))),
    reader,
    prefixes: [...prefixes].sort(),
    ...(family !== 'exports' && { family }),
    ...(Object.keys(ways).length > 0 && { ways: { ...ways } }),
  };
  return `${IDENTITY}${JSON.stringify(told)}`;
}

function readPrecision({ mixed, ...precision }: z.output<typeof PRECISION>): Precision {
  return { ...precision, ...(mixed === true && { isMixed: true }) };
}

function toldPrecision({ written, needed, records, isMixed = false }: Precision): z.input<typeof PRECISION> {
  return { written, needed, records, ...(isMixed && { mixed: true }) };
}

/** The `txn` that makes a state the one that counts, after a state of this version. */
export function identityTransaction(state: IdentityState, before: number, now: number): Transaction {
  return { appId: identityAppId(state), version: before + 1, lastUpdated: now };
}

type Transactions = Snapshot['transactions'];

const states = finderOf<Omit<Transaction, 'appId'>>(isIdentityState);
const found = new WeakMap<Transactions, ReadonlyMap<string, RememberedIdentity>>();

/** What names an owner among others. */
export function ownerKey({ instance, family }: IdentityOwner): string {
  return JSON.stringify([instance, family]);
}

/** What a table's state remembers of an owner's files; null for none. */
export function rememberedOf(snapshot: Pick<Snapshot, 'transactions'>, owner: IdentityOwner): IdentityState | null {
  return rememberedIdentities(snapshot).get(ownerKey(owner))?.state ?? null;
}

/** What a table's state remembers, by owner; found once until something else is remembered. */
export function rememberedIdentities({
  transactions,
}: Pick<Snapshot, 'transactions'>): ReadonlyMap<string, RememberedIdentity> {
  const noted = states(transactions);
  const known = found.get(noted);
  if (known !== undefined) return known;
  const byOwner = new Map<string, RememberedIdentity>();
  for (const [appId, progress] of noted) {
    const state = readIdentity(appId);
    if (state === null) continue;
    const version = Number(progress.version);
    const before = byOwner.get(ownerKey(state));
    if (before === undefined || before.version < version) byOwner.set(ownerKey(state), { state, version });
  }
  found.set(noted, byOwner);
  return byOwner;
}

/** Names what an owner's file is compared with: another name, another outcome of the comparison perhaps. */
export function identityName(snapshot: Pick<Snapshot, 'transactions'>, owner: IdentityOwner): string {
  return nameOf(rememberedOf(snapshot, owner));
}

/** The same, of a state. */
export function nameOf(state: IdentityState | null): string {
  if (state === null) return '';
  const compared = { ...state, reader: 0, prefixes: [], ways: {} };
  return sha256Hex(identityAppId(compared)).slice(0, 16);
}
