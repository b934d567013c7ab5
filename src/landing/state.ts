import type { Settings } from '../settings/index.ts';
import {
  isRealAccount,
  LANDING_STATE,
  type LakeContext,
  openZone,
  PreconditionFailed,
  parseLocation,
  readAll,
  type Storage,
} from '../storage/index.ts';

/** What whoever lands files keeps cannot be used. Nothing was called, and nothing landed. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

/** How a state is read from JSON: null for what is none of its kind. */
export type ReadState<T> = (value: unknown) => T | null;

/** Others may change a state at the same time: so often a change is tried. */
const MOST_TRIES = 50;
const LONGEST_WAIT_MS = 2_000;

/**
 * Where states are: a storage of one zone, in a folder or in a container. They are no part of the lake.
 * @throws StateError where the settings name no place
 */
export function openLandingState(settings: Settings): Storage {
  return openZone(settings, landingStatePlace(settings), LANDING_STATE);
}

/** Its location. @throws StateError as `openLandingState` */
export function landingStatePlace({ landingState, lake }: Pick<Settings, 'landingState' | 'lake'>): string {
  if (landingState !== '') return landingState;
  const location = parseLocation(lake);
  if (location.kind === 'folder') return `${location.folder.replace(/[\\/]+$/, '')}/${LANDING_STATE.slice(0, -1)}`;
  throw new StateError(
    'expected a place for the calls of the day and the positions of pulls, found none, and the lake is in a storage account; ' +
      'set AUDIT_LAKE_LANDING_STATE (--landing-state) to a container of its own, such as https://landing.dfs.core.windows.net/landing-state',
  );
}

/**
 * Refuses that this machine stands in for Nexthink wherever real files are: in Azure, and where any place is in a real account.
 * @throws StateError
 */
export function checkLoopback(
  { allowLoopback, lake, raw, landingState }: Pick<Settings, 'allowLoopback' | 'lake' | 'raw' | 'landingState'>,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  if (!allowLoopback) return;
  const account = [lake, raw, landingState].find((place) => place !== '' && isRealAccount(place));
  const found = isAzure(environment)
    ? 'the app runs in Azure'
    : account === undefined
      ? null
      : 'a place is in a storage account';
  if (found === null) return;
  throw new StateError(
    `AUDIT_LAKE_ALLOW_LOOPBACK lets this machine stand in for Nexthink, which is for trials with a folder or an emulator alone, and ${found}: ` +
      'leave it out',
  );
}

/** Whether this is an app in Azure, and not the Functions host on somebody's machine. Source: Azure Functions, app settings reference. */
function isAzure(environment: Readonly<Record<string, string | undefined>>): boolean {
  const isSet = (name: string): boolean => (environment[name] ?? '') !== '';
  if (isSet('WEBSITE_INSTANCE_ID') || isSet('WEBSITE_POD_NAME')) return true;
  const isHosted = isSet('WEBSITE_SITE_NAME') || isSet('FUNCTIONS_WORKER_RUNTIME');
  return isHosted && environment['AZURE_FUNCTIONS_ENVIRONMENT'] !== 'Development';
}

/** The folder of what is kept of a host, by a name that every store takes. */
export function folderOfHost(host: string): string {
  return host.toLowerCase().replace(/[^a-z0-9.-]+/g, '_');
}

/** A state, or null where there is none yet. @param name below the zone, `.json` at its end. @throws StateError, storage errors */
export async function readState<T>(
  { storage }: Pick<LakeContext, 'storage'>,
  name: string,
  read: ReadState<T>,
): Promise<T | null> {
  return (await stored(storage, name, read)).value;
}

/**
 * Changes a state in one step, whoever else does so too: `change` is given what is there, and called again where that was
 * replaced meanwhile, so that it must come to the same whatever it did before. What it throws is passed on. What it
 * returns is stored, unless it is what it was given.
 * @returns what is stored then
 * @throws StateError, storage errors
 */
export async function changeState<T>(
  { storage, host }: LakeContext,
  name: string,
  read: ReadState<T>,
  change: (now: T | null) => T,
): Promise<T> {
  const path = LANDING_STATE + name;
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const { value, etag } = await stored(storage, name, read);
    const next = change(value);
    if (next === value) return next;
    const content = Buffer.from(`${JSON.stringify(next, null, 2)}\n`);
    if (etag === null) {
      if ((await storage.create(path, content)) === 'created') return next;
    } else if (await replaced(storage, path, content, etag)) return next;
    await host.sleep(Math.min(LONGEST_WAIT_MS, 20 * 2 ** tries) * host.random());
  }
  throw new StateError(
    `${path}: expected to change it, found it changed by others ${MOST_TRIES} times in a row; run again`,
  );
}

async function stored<T>(
  storage: Storage,
  name: string,
  read: ReadState<T>,
): Promise<{ value: T | null; etag: string | null }> {
  const path = LANDING_STATE + name;
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const info = await storage.head(path);
    if (info === null) return { value: null, etag: null };
    try {
      const text = Buffer.from(await readAll(storage, path, { ifMatch: info.etag })).toString('utf8');
      return { value: understood(path, text, read), etag: info.etag };
    } catch (error) {
      // Replaced between the two.
      if (!(error instanceof PreconditionFailed)) throw error;
    }
  }
  throw new StateError(
    `${path}: expected to read it, found it changed by others ${MOST_TRIES} times in a row; run again`,
  );
}

async function replaced(storage: Storage, path: string, content: Uint8Array, ifMatch: string): Promise<boolean> {
  try {
    await storage.replace(path, content, { ifMatch });
    return true;
  } catch (error) {
    if (error instanceof PreconditionFailed) return false;
    throw error;
  }
}

function understood<T>(path: string, text: string, read: ReadState<T>): T {
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // Told below, with what else is none.
  }
  const state = read(value);
  if (state !== null) return state;
  throw new StateError(
    `${path}: expected a state of this program, found something else; it is from a newer version, or was changed by hand: ` +
      'restore it, or remove it, which begins anew',
  );
}
