import { readSourceSettings } from '../settings/index.ts';
import { ROLES } from '../source/index.ts';
import { pathInZone, type Storage } from '../storage/index.ts';
import type { Snapshot, Transaction } from '../table/index.ts';
import { version as digestVersion } from './content-transaction.ts';
import { type IdentityState, identityTransaction, ownerKey, rememberedIdentities } from './identity-state.ts';
import { type TakenIn, takenIn } from './record-reading.ts';
import { sealed } from './recorded-transactions.ts';

const COLUMNS = 'identity_columns:';
const TIMES = 'time_reading:';
const READER = 'reader_version:';
/** The reader that read the files of instances for which no `txn` names one. */
const FIRST_READER = 1;
/** How times were read where nothing was set; no `txn` stands for that. */
const USUAL_TIMES = timesVersion('auto', 'UTC');

/** Commits that are gone through for what the `txn`s of an older version do not tell, at most and at the same time. */
const MOST_COMMITS = 256;
const PARALLEL_READS = 16;

/**
 * What an older version of this program kept in `txn`s of their own, as states that this one goes by: columns and reader as
 * these `txn`s say, zone, patterns and places from the newest commits. None where it was taken over before.
 */
async function identitiesToTakeOver(storage: Storage, snapshot: Snapshot): Promise<IdentityState[]> {
  const remembered = rememberedIdentities(snapshot);
  const instances = [...snapshot.transactions.keys()].flatMap((appId) => {
    const instance = appId.startsWith(COLUMNS) ? appId.slice(COLUMNS.length) || null : undefined;
    const isHere = instance !== undefined && remembered.has(ownerKey({ instance, family: 'exports' }));
    return instance === undefined || isHere ? [] : [instance];
  });
  if (instances.length === 0) return [];
  const newest = await newestSources(storage, snapshot, instances);
  const prefixes = prefixesOf(newest);
  return instances.map((instance) => stateOf(snapshot, instance, newest, prefixes.get(instance) ?? []));
}

/** The same as `txn`s. */
export async function takenOverTransactions(storage: Storage, snapshot: Snapshot, now: number): Promise<Transaction[]> {
  const states = await identitiesToTakeOver(storage, snapshot);
  return states.map((state) => identityTransaction(state, 0, now));
}

/** The snapshot with what is to be taken over, for whoever reads only. */
export async function withIdentities(storage: Storage, snapshot: Snapshot): Promise<Snapshot> {
  const set = await takenOverTransactions(storage, snapshot, 0);
  if (set.length === 0) return snapshot;
  const transactions = new Map(snapshot.transactions);
  for (const { appId, ...progress } of set) transactions.set(appId, progress);
  return { ...snapshot, transactions };
}

/** What the newest commits took in, newest first, back to where each of these instances has a file among it. */
async function newestSources(
  storage: Storage,
  { path, version }: Snapshot,
  instances: readonly (string | null)[],
): Promise<TakenIn[]> {
  const found: TakenIn[] = [];
  const isMissing = (instance: string | null) => !found.some((each) => each.instance === instance);
  const last = Math.max(0, version - MOST_COMMITS);
  for (let next = version; next > last && instances.some(isMissing); next -= PARALLEL_READS) {
    const versions = Array.from({ length: Math.min(PARALLEL_READS, next - last) }, (_, index) => next - index);
    for (const actions of await Promise.all(versions.map((each) => sealed(storage, path, each)))) {
      found.push(...takenIn(actions ?? []).toReversed());
    }
  }
  return found;
}

function stateOf(
  { transactions }: Snapshot,
  instance: string | null,
  newest: readonly TakenIn[],
  prefixes: readonly string[],
): IdentityState {
  const name = instance ?? '';
  const source = newest.find((each) => each.instance === instance);
  const settings = source === undefined ? '' : readSourceSettings(source.settings);
  const isUsual = Number(transactions.get(TIMES + name)?.version ?? USUAL_TIMES) === USUAL_TIMES;
  const [timeFormat, timeZone] =
    typeof settings === 'string' ? ['auto', isUsual ? 'UTC' : null] : [settings.timeFormat, settings.timeZone];
  const bits = Number(transactions.get(COLUMNS + name)?.version ?? 0);
  const actors = ROLES.filter((_, index) => (bits & (1 << index)) !== 0);
  return {
    instance,
    family: 'exports',
    timeZone,
    timeFormats: timeFormat === 'auto' ? [] : [timeFormat],
    precision: null,
    columns: Object.fromEntries(actors.map((role) => [role, null])),
    reader: Number(transactions.get(READER + name)?.version ?? FIRST_READER),
    prefixes,
    ways: {},
  };
}

/**
 * By which beginnings of their paths files belonged to each instance: the first folder of those that no file of another
 * instance is in, else the whole folder; nothing where they lie at the top.
 */
function prefixesOf(sources: readonly TakenIn[]): ReadonlyMap<string | null, readonly string[]> {
  const owners = new Map<string, Set<string | null>>();
  const files = sources.map(({ path, instance }) => ({ folders: foldersOf(pathInZone(path)), instance }));
  for (const { folders, instance } of files) {
    for (const folder of folders) owners.set(folder, (owners.get(folder) ?? new Set()).add(instance));
  }
  const found = new Map<string | null, Set<string>>();
  for (const { folders, instance } of files) {
    const own = folders.find((folder) => owners.get(folder)?.size === 1);
    if (own !== undefined && instance !== null) found.set(instance, (found.get(instance) ?? new Set()).add(own));
  }
  return new Map([...found].map(([instance, prefixes]) => [instance, [...prefixes]]));
}

/** The folders that a file lies in, from the first one on, each with a slash at its end; the empty one where it lies in none. */
function foldersOf(path: string): string[] {
  const folders = [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index + 1));
  return folders.length === 0 ? [''] : folders;
}

function timesVersion(timeFormat: string, timeZone: string): number {
  return digestVersion(JSON.stringify([timeFormat, timeZone]));
}
