import { type Emulator, type EmulatorOptions, startEmulator } from 'adls-emulator';
import { type AdlsOptions, adlsStorage } from '../../src/storage/adls.ts';
import type { Host } from '../../src/storage/host.ts';
import { parseLocation, type Storage } from '../../src/storage/index.ts';
import type { AccountLocation } from '../../src/storage/lake-location.ts';
import type { RetryPolicy } from '../../src/storage/retry.ts';

export const ZONES = ['raw', 'raw2', 'curated', 'quarantine', 'evidence'];

/** Patient in tries, and impatient with a server that hangs. */
export const QUICK: RetryPolicy = {
  tryMs: 300,
  slowestBytesPerSecond: 10_000_000,
  budgetMs: 120_000,
  firstDelayMs: 250,
  longestDelayMs: 30_000,
};

/** A world where waiting takes no time; `waits` is what was waited for. */
export interface QuickHost extends Host {
  readonly waits: number[];
}

export function quickHost(): QuickHost {
  const waits: number[] = [];
  let waited = 0;
  let ids = 0;
  return {
    waits,
    now: () => Date.now() + waited,
    random: () => 0.5,
    randomId: () => String(++ids).padStart(32, 'a'),
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      waits.push(milliseconds);
      waited += milliseconds;
    },
  };
}

export function accountAt(url: string): AccountLocation {
  const location = parseLocation(url);
  if (location.kind !== 'account') throw new Error(`expected an account, found ${url}`);
  return location;
}

/** A driver on the emulator's first account, by its loopback URL. */
export function driverOn(emulator: Emulator, below = '', options: AdlsOptions = {}): Storage {
  return adlsStorage(accountAt(`${emulator.blobUrl}${below}`), {
    connectionString: emulator.connectionString,
    ...options,
  });
}

/** What a test finds: an emulator with the zones as containers, and a driver that waits in no time. */
export interface Given {
  readonly emulator: Emulator;
  readonly storage: Storage;
  readonly host: QuickHost;
}

/** Runs a test on an emulator of its own. */
export function onEmulator(body: (given: Given) => Promise<void>, options: EmulatorOptions = {}): () => Promise<void> {
  return async () => {
    await using emulator = await startEmulator({ containers: ZONES, ...options });
    const host = quickHost();
    await body({ emulator, storage: driverOn(emulator, '', { host, retry: QUICK }), host });
  };
}
