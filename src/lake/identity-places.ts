import { type Instance, instanceEntry, instanceOf, isGiven, type Settings } from '../settings/index.ts';
import { RAW } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { type IdentityOwner, type IdentityState, rememberedIdentities } from './identity-state.ts';
import { withdrawals } from './withdrawals.ts';

/** A raw file, and whose the settings say it is. */
interface PlacedFile {
  /** Relative to the raw zone. */
  readonly path: string;
  readonly instance: string | null;
  /** The beginning of its path by which that is so; null where it belongs to none. */
  readonly prefix: string | null;
}

/** A raw file whose path belonged to another instance when files like it went in. */
interface MovedPlace {
  readonly before: string | null;
  /** A raw file that went in then, relative to the raw zone. */
  readonly example: string;
}

/** Which raw files are whose: as somebody says in the settings, else as the lake remembers it of the files that are in. */
export function instancesIn(
  settings: Pick<Settings, 'instances' | 'origins'>,
  snapshot: Pick<Snapshot, 'transactions'> | null,
): readonly Instance[] {
  if (snapshot === null || isGiven(settings, 'instances')) return settings.instances;
  const remembered = rememberedIdentities(snapshot);
  const found = places.get(remembered) ?? placesOf([...remembered.values()].map(({ state }) => state));
  places.set(remembered, found);
  return found;
}

const places = new WeakMap<ReturnType<typeof rememberedIdentities>, readonly Instance[]>();

/** The entry by which files of this path went to an instance, as far as it is remembered. @param path relative to the raw zone */
function rememberedPlace(states: Iterable<IdentityState>, path: string): Instance | undefined {
  return instanceEntry(path, placesOf(states));
}

/** The states once an owner's file went in, by where it lies: its instance has the prefix, and no other one does. */
export function placesAfter(
  states: readonly IdentityState[],
  { path, instance, prefix, family }: PlacedFile & IdentityOwner,
): IdentityState[] {
  const former = rememberedPlace(states, path);
  const moved = prefix ?? (former?.name === instance ? undefined : former?.prefix);
  return states.map((state) => {
    // Files of another kind have places of their own.
    if (state.instance === instance && state.family !== family) return state;
    const others = state.prefixes.filter((each) => each !== moved);
    return { ...state, prefixes: state.instance === instance && prefix !== null ? [...others, prefix] : others };
  });
}

/**
 * Whether raw files that went in before from the same place were another instance's: with another name the same events get
 * other ids. A prefix under which no file went in, and an instance that is new there, are no change.
 */
export function movedPlace(
  snapshot: Pick<Snapshot, 'transactions'>,
  instances: readonly Instance[],
  { path, instance, prefix }: PlacedFile,
): MovedPlace | null {
  const remembered = rememberedIdentities(snapshot);
  if (remembered.size === 0) return null;
  const states = [...remembered.values()].map(({ state }) => state);
  const former = rememberedPlace(states, path);
  if ((former?.name ?? null) === instance) return null;
  const scope = prefix ?? former?.prefix;
  if (scope === undefined) return null;
  return inScope(snapshot, instances, states, scope, instance);
}

const searched = new WeakMap<Snapshot['transactions'], Map<string, MovedPlace | null>>();

/** Looked for once for each place and state of a table: that goes through every raw file that is in. */
function inScope(
  { transactions }: Pick<Snapshot, 'transactions'>,
  instances: readonly Instance[],
  states: readonly IdentityState[],
  scope: string,
  instance: string | null,
): MovedPlace | null {
  const known = searched.get(transactions) ?? new Map<string, MovedPlace | null>();
  searched.set(transactions, known);
  const name = JSON.stringify([scope, instance, instances]);
  const answer = known.get(name);
  if (answer !== undefined) return answer;
  const before = placesOf(states);
  const out = new Set(withdrawals({ transactions }).map(({ path }) => path));
  let found: MovedPlace | null = null;
  for (const appId of transactions.keys()) {
    if (!appId.startsWith(RAW + scope) || out.has(appId)) continue;
    const path = appId.slice(RAW.length);
    const [then, now] = [instanceOf(path, before) ?? null, instanceOf(path, instances) ?? null];
    if (now !== instance || then === instance) continue;
    found = { before: then, example: path };
    break;
  }
  known.set(name, found);
  return found;
}

function placesOf(states: Iterable<IdentityState>): Instance[] {
  return [...states].flatMap(({ instance, prefixes }) =>
    instance === null ? [] : prefixes.map((prefix) => ({ prefix, name: instance })),
  );
}
