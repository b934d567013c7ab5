import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { StorageSharedKeyCredential } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';

/** The queue service of Microsoft's own emulator. */
export interface AzuriteQueue extends AsyncDisposable {
  readonly service: QueueServiceClient;
}

/** The account and key that Azurite documents for everyone. */
const ACCOUNT = 'devstoreaccount1';
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** Starts the queue service as a process of its own, on loopback, in memory. */
export async function startQueue(): Promise<AzuriteQueue> {
  const main = createRequire(import.meta.url).resolve('azurite/dist/src/queue/main.js');
  const options = ['--skipApiVersionCheck', '--inMemoryPersistence', '--disableTelemetry', '--silent'];
  const child = spawn(process.execPath, [main, '--queueHost', '127.0.0.1', '--queuePort', '0', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const close = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const [, endpoint] = /listens on (http:\/\/127\.0\.0\.1:\d+)/.exec(line) ?? [];
    if (endpoint === undefined) continue;
    child.stdout.resume();
    const credential = new StorageSharedKeyCredential(ACCOUNT, KEY);
    const service = new QueueServiceClient(`${endpoint}/${ACCOUNT}`, credential);
    return { service, [Symbol.asyncDispose]: close };
  }
  await close();
  throw new Error('Azurite ended before it said where it listens; run it by hand to see why.');
}
