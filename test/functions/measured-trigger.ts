import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Content, startEmulator } from 'adls-emulator';

/** What one invocation took, in a process that does nothing else. */
export interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  readonly startMs: number;
  /** The app's log. */
  readonly lines: readonly string[];
}

/** Triggers the packaged app in a process of its own for a file of that name and content. */
export async function measureTrigger(folder: string, blob: string, content: Content): Promise<Measured> {
  await using emulator = await startEmulator({ containers: ['raw', 'curated', 'quarantine', 'evidence'] });
  emulator.store.put(emulator.account, `raw/${blob}`, content);
  const script = path.join(import.meta.dirname, 'one-invocation.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder, 'raw', blob], {
    env: {
      ...process.env,
      AUDIT_LAKE_LAKE: emulator.dfsUrl,
      AUDIT_LAKE_STORAGE_CONNECTION_STRING: emulator.connectionString,
    },
  });
  return JSON.parse(stdout) as Measured;
}
