import { mock } from 'node:test';
import { type Emulator, type StoredFile, startEmulator, walk } from 'adls-emulator';
import { Random } from '../../samples/random.ts';
import { type AdlsOptions, adlsStorage } from '../../src/storage/adls.ts';
import { comparePaths, FileNotFound, type Host, type Storage } from '../../src/storage/index.ts';
import { PATIENT, type RetryPolicy } from '../../src/storage/retry.ts';
import { routeRaw } from '../../src/storage/route.ts';
import { accountAt } from '../support/adls-case.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { etagOf } from './outcome.ts';
import { drawRequestRates, type RequestRates } from './request-faults.ts';
import { RequestTurns } from './request-turns.ts';
import type { Process, Schedule } from './schedule.ts';
import type { OpenLake, SharedLake } from './shared-lake.ts';

/** Where the zones of a lake are. */
interface Layout {
  readonly accounts: readonly string[];
  readonly containers: readonly string[];
  /** The account and the path in it, container first, that a zone's paths begin with. */
  placeOf(zone: string): readonly [account: string, folder: string];
  open(options: AdlsOptions): Storage;
}

const ZONES = ['raw', 'curated', 'quarantine', 'evidence'];

/** Each zone is a container of one account. */
const ONE_ACCOUNT: Layout = {
  accounts: ['auditlake'],
  containers: ZONES,
  placeOf: (zone) => ['auditlake', zone],
  open: (options) => adlsStorage(accountAt('https://auditlake.dfs.core.windows.net'), options),
};

/** The raw zone is a folder of the account where exports land, the others are folders of the lake's container. */
const TWO_ACCOUNTS: Layout = {
  accounts: ['landing', 'auditlake'],
  containers: ['exports', 'lake'],
  placeOf: (zone) => (zone === 'raw' ? ['landing', 'exports/audit log'] : ['auditlake', `lake/audit/${zone}`]),
  open: (options) =>
    routeRaw(
      adlsStorage(accountAt('https://landing.dfs.core.windows.net/exports/audit log'), { ...options, onlyZone: 'raw' }),
      adlsStorage(accountAt('abfss://lake@auditlake.dfs.core.windows.net/audit'), options),
    ),
};

/** Soon gives up, so that failures reach those who use the driver; sizes lengthen no try. */
const HASTY: RetryPolicy = {
  tryMs: 2_000,
  slowestBytesPerSecond: Number.POSITIVE_INFINITY,
  budgetMs: 4_000,
  firstDelayMs: 250,
  longestDelayMs: 1_000,
};

const POLICIES: readonly RetryPolicy[] = [
  { ...PATIENT, slowestBytesPerSecond: Number.POSITIVE_INFINITY },
  { ...PATIENT, slowestBytesPerSecond: Number.POSITIVE_INFINITY, tryMs: 2_000 },
  HASTY,
];

const CREDENTIAL = { getToken: async () => ({ token: 'token', expiresOnTimestamp: Date.now() + 3_600_000 }) };

/** Names that a page of a listing holds: few, so that most logs take several. */
const PAGE_SIZES = [3, 40];

/** The real driver on an emulator of the seed's own; layout, patience and faults of requests are drawn from the seed. */
export const adlsLake: OpenLake = async (prepared, schedule, seed) => {
  const random = new Random(seed ^ 0x2545f491);
  const layout = random.pick([ONE_ACCOUNT, TWO_ACCOUNTS]);
  const { accounts, containers } = layout;
  const pageSize = random.pick(PAGE_SIZES);
  const emulator = await startEmulator({ accounts, containers, pageSize, now: () => new Date(schedule.now) });
  const lake = new AdlsLake(emulator, layout, random.pick(POLICIES), drawRequestRates(random), schedule);
  for (const [path, { content, lastModified }] of prepared.files) lake.pour(path, content, lastModified);
  return lake;
};

class AdlsLake implements SharedLake {
  readonly turns = 'requests';
  readonly undisturbed: Storage;
  readonly #emulator: Emulator;
  readonly #layout: Layout;
  readonly #retry: RetryPolicy;
  readonly #rates: RequestRates;
  readonly #ways = new Map<Process, Storage>();

  constructor(emulator: Emulator, layout: Layout, retry: RetryPolicy, rates: RequestRates, schedule: Schedule) {
    this.#emulator = emulator;
    this.#layout = layout;
    this.#retry = retry;
    this.#rates = rates;
    const { httpClient } = emulator;
    this.undisturbed = layout.open({ credential: CREDENTIAL, httpClient, host: quietHost(schedule) });
    // The deadlines of the driver are real timers: let them go by the schedule's time.
    mock.timers.enable({ apis: ['setTimeout'] });
    schedule.onTimePassed = (milliseconds) => mock.timers.tick(milliseconds);
  }

  storageOf(process: Process): Storage {
    const known = this.#ways.get(process) ?? this.#open(process);
    this.#ways.set(process, known);
    return known;
  }

  put(path: string, content: Uint8Array, modified: Date): string {
    return this.#put(path, content, modified).etag;
  }

  /** Puts a file that a log may name by the ETag which it had in memory. */
  pour(path: string, content: Uint8Array, modified: Date): void {
    this.#put(path, content, modified).etag = etagOf(content);
  }

  etagOf(path: string): string {
    const [account, place] = this.#placeOf(path);
    const file = this.#emulator.store.file(account, place);
    if (file === null) throw new FileNotFound('inspect', path);
    return file.etag;
  }

  paths(prefix: string): string[] {
    const zone = prefix.slice(0, prefix.indexOf('/'));
    return [...this.#files(zone).keys()].filter((path) => path.startsWith(prefix)).sort(comparePaths);
  }

  contents(): MemoryStorage {
    const storage = new MemoryStorage();
    for (const zone of ZONES) {
      for (const [path, { content, modified }] of this.#files(zone)) storage.put(path, content.bytes(), modified);
    }
    return storage;
  }

  async close(): Promise<void> {
    mock.timers.reset();
    await this.#emulator.close();
  }

  #open(process: Process): Storage {
    const httpClient = new RequestTurns(this.#emulator, process, this.#rates, this.#retry.tryMs);
    return this.#layout.open({ credential: CREDENTIAL, httpClient, host: process.host, retry: this.#retry });
  }

  #put(path: string, content: Uint8Array, modified: Date): StoredFile {
    const [account, place] = this.#placeOf(path);
    return this.#emulator.store.put(account, place, content, modified);
  }

  /** The files of a zone by their paths in the lake. */
  #files(zone: string): Map<string, StoredFile> {
    const [account, folder] = this.#layout.placeOf(zone);
    const [container = '', ...names] = folder.split('/');
    const root = this.#emulator.store.container(account, container).find(names.join('/'));
    const files = new Map<string, StoredFile>();
    if (root?.kind !== 'directory') return files;
    for (const { path, entry } of walk(root, zone, null, () => true)) if (entry.kind === 'file') files.set(path, entry);
    return files;
  }

  #placeOf(path: string): readonly [account: string, place: string] {
    const slash = path.indexOf('/');
    const [account, folder] = this.#layout.placeOf(path.slice(0, slash));
    return [account, folder + path.slice(slash)];
  }
}

/** A host that waits for nothing, and takes its ids from the schedule. */
function quietHost(schedule: Schedule): Host {
  return {
    now: () => schedule.now,
    random: () => 0.5,
    randomId: () => schedule.newId(),
    sleep: async () => undefined,
  };
}
