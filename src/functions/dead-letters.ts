import { fateOf, noteIfReplaced } from '../ingest/index.ts';
import { openEvents } from '../lake/index.ts';
import { inclusion, type Settings } from '../settings/index.ts';
import { type BlobContainer, type ListedBlob, openBlobContainer, pathInZone } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { emitFailure, emitReplaced } from '../telemetry/index.ts';
import { type AnnouncedFile, announcedFiles } from './announced-event.ts';
import type { Invocation } from './invocation.ts';
import type { RawPlace } from './raw-place.ts';

const FUNCTION = 'reconcile-raw';
const CONTAINER = 'dead-letters';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Dead letters that are older are nobody's concern any more: what waits for so long has other alerts. */
const WEEK_MS = 7 * DAY_MS;
/** Dead letters that are read in one look, and bytes of one. */
const MOST_READ = 100;
const MOST_BYTES = 8 * 2 ** 20;

/** Dead letters, by name, all of whose files were in when this app looked: what is done is not read again. */
const settledOf = new WeakMap<Settings, Set<string>>();

/** What dead letters announce, against the log. */
type Counts = Record<'in' | 'settling' | 'waiting', number> & { oldestWaiting: number | null };

/**
 * Looks, after a reconciliation, whether files that Event Grid could not announce are in by now, and logs that. One request
 * where there are no dead letters. Fails never: what goes wrong is logged.
 * @param serviceUrl of the Blob service of the host's account, where Event Grid keeps them; undefined where nobody said one
 */
export async function lookAtDeadLetters(
  invocation: Invocation,
  rawPlace: RawPlace,
  serviceUrl: string | undefined,
): Promise<void> {
  const { settings, host, emit, signal } = invocation;
  if (serviceUrl === undefined || serviceUrl === '' || signal.aborted) return;
  try {
    const container = openBlobContainer(settings, serviceUrl, CONTAINER);
    const settled = settledOf.get(settings) ?? new Set();
    settledOf.set(settings, settled);
    const letters = await unsettled(container, settled, host.now() - WEEK_MS);
    const look = new Look(invocation, rawPlace);
    for (const letter of letters.slice(0, MOST_READ)) {
      signal.throwIfAborted();
      if (await look.at(container, letter)) settled.add(letter.name);
    }
    const { in: inTable, settling, waiting, oldestWaiting } = look.counts;
    emit('dead_letters', {
      ...{ total: inTable + settling + waiting, in: inTable, settling, waiting },
      left: Math.max(0, letters.length - MOST_READ),
      oldest_waiting_seconds: oldestWaiting === null ? null : Math.max(0, host.now() - oldestWaiting) / 1000,
    });
  } catch (error) {
    emitFailure(emit, FUNCTION, 'dead_letters', error, false);
  }
}

/** What of the dead letters has to be looked at, the oldest first. */
async function unsettled(container: BlobContainer, settled: Set<string>, since: number): Promise<ListedBlob[]> {
  const letters: ListedBlob[] = [];
  const there = new Set<string>();
  for await (const letter of container.list()) {
    there.add(letter.name);
    if (letter.lastModified.getTime() >= since && !settled.has(letter.name)) letters.push(letter);
  }
  for (const name of settled) if (!there.has(name)) settled.delete(name);
  return letters.sort((a, b) => a.lastModified.getTime() - b.lastModified.getTime());
}

/** One look at dead letters: each file counts once, however often it was announced. */
class Look {
  readonly counts: Counts = { in: 0, settling: 0, waiting: 0, oldestWaiting: null };
  readonly #invocation: Invocation;
  readonly #rawPlace: RawPlace;
  readonly #states = new Map<string, 'in' | 'settling' | 'waiting'>();
  #snapshot: Promise<Snapshot | null> | null = null;

  constructor(invocation: Invocation, rawPlace: RawPlace) {
    this.#invocation = invocation;
    this.#rawPlace = rawPlace;
  }

  /** Whether every file that a dead letter announces is in. */
  async at(container: BlobContainer, letter: ListedBlob): Promise<boolean> {
    const bytes = letter.size > MOST_BYTES ? null : await container.read(letter);
    const events = bytes === null ? [] : announcedFiles(Buffer.from(bytes).toString('utf8'));
    let isSettled = true;
    for (const event of events) {
      const path = this.#pathOf(event);
      if (path === null || event.kind !== 'file') continue;
      const state = await this.#stateOf(path, event, letter);
      if (state !== 'in') isSettled = false;
    }
    return isSettled;
  }

  #pathOf(event: ReturnType<typeof announcedFiles>[number]): string | null {
    if (event.kind !== 'file' || !this.#rawPlace.isIn(event.account)) return null;
    const path = this.#rawPlace.lakePath(event.blob);
    return path !== null && inclusion(this.#invocation.settings)(pathInZone(path)) ? path : null;
  }

  async #stateOf(path: string, { content }: AnnouncedFile, letter: ListedBlob) {
    const { storage, settings, emit, host } = this.#invocation;
    const info = await storage.head(path);
    const replaced = content && (await noteIfReplaced(this.#invocation, settings, { path, ...content }, info));
    if (replaced != null) emitReplaced(emit, FUNCTION, settings, replaced);
    const known = this.#states.get(path);
    if (known !== undefined) return known;
    this.#snapshot ??= openEvents(storage);
    const fate = info === null ? 'gone' : await fateOf(storage, await this.#snapshot, info, settings);
    const isSettling = info !== null && host.now() - info.lastModified.getTime() < settings.settleMinutes * MINUTE_MS;
    const state = fate !== null ? 'in' : isSettling ? 'settling' : 'waiting';
    this.#states.set(path, state);
    this.counts[state]++;
    if (state === 'waiting') {
      const at = content?.at ?? letter.lastModified.getTime();
      this.counts.oldestWaiting = Math.min(this.counts.oldestWaiting ?? at, at);
    }
    return state;
  }
}
