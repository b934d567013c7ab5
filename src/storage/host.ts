import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Storage } from './storage.ts';

/** What the program takes from the world besides storage: clock, chance and waiting. Nothing of it enters a data file. */
export interface Host {
  /** Milliseconds since 1970. */
  now(): number;
  /** 32 hex digits that were never given before. */
  randomId(): string;
  /** A number in [0, 1). */
  random(): number;
  /** Rejects with the signal's reason where that comes first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The real clock and real chance. */
export const systemHost: Host = {
  now: () => Date.now(),
  randomId: () => randomBytes(16).toString('hex'),
  random: () => Math.random(),
  sleep: async (milliseconds, signal) => {
    try {
      await setTimeout(milliseconds, undefined, { ...(signal !== undefined && { signal }) });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

/** The day of an instant in UTC, `2026-11-28`. @param instant milliseconds since 1970 */
export function utcDay(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

/** A random id in the shape of a UUID. */
export function uuid(host: Host): string {
  const id = host.randomId();
  return `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-a${id.slice(17, 20)}-${id.slice(20)}`;
}

/** What work on a lake takes from the world: its files, and a clock, chance and waiting. */
export interface LakeContext {
  readonly storage: Storage;
  readonly host: Host;
}
