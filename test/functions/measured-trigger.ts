import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { DataLakeFileSystemClient } from '@azure/storage-file-datalake';
import { type Emulator, startEmulator } from '../emulators/adls.ts';
import { clientsOf } from '../emulators/sdk.ts';

/** What one invocation took, in a process that does nothing else. */
export interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  readonly startMs: number;
  /** The app's log. */
  readonly lines: readonly string[];
}

const CHUNK_BYTES = 8 * 2 ** 20;

/** Uploads a file as an exporter would, and triggers the packaged app for it in a process of its own. */
export async function measureTrigger(folder: string, file: string): Promise<Measured> {
  const containers = ['raw', 'curated', 'quarantine', 'evidence'];
  await using emulator = await startEmulator({ containers });
  await uploadFile(clientsOf(emulator).files, path.basename(file), file);
  return await measure(folder, emulator, path.basename(file));
}

async function measure(folder: string, emulator: Emulator, blob: string): Promise<Measured> {
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

async function uploadFile(files: DataLakeFileSystemClient, name: string, source: string): Promise<void> {
  const client = files.getFileClient(name);
  await client.create();
  const handle = await open(source);
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let position = 0;
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, position);
      if (bytesRead === 0) break;
      await client.append(Buffer.from(buffer.subarray(0, bytesRead)), position, bytesRead);
      position += bytesRead;
    }
  } finally {
    await handle.close();
  }
  await client.flush(position, { close: true });
}
