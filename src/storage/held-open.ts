import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { errorCode } from './local-fault.ts';

const HELD: ReadonlySet<string> = new Set(['EACCES', 'EBUSY', 'EPERM']);

/** 1.3 seconds in all: what looks into every new file has mostly done so then. */
const WAITS_MS = [10, 20, 40, 80, 160, 320, 640];

/**
 * Names, renames or removes a file. Windows refuses that for as long as another process (a virus scanner, an indexer) has it
 * open, and says the same of what is never allowed: so a few more tries are made there, and the last one's error is thrown.
 */
export async function unlessHeldOpen<T>(
  step: () => Promise<T>,
  { platform = process.platform, wait = setTimeout }: { platform?: string; wait?(ms: number): Promise<unknown> } = {},
): Promise<T> {
  for (const ms of platform === 'win32' ? WAITS_MS : []) {
    try {
      return await step();
    } catch (error) {
      if (!HELD.has(errorCode(error) ?? '')) throw error;
      await wait(ms);
    }
  }
  return await step();
}
