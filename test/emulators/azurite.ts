import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

/** Microsoft's own emulator: plain Blob only, no dfs endpoint. */
export interface Azurite extends AsyncDisposable {
  readonly connectionString: string;
}

/** The account and key that Azurite documents for everyone. */
const ACCOUNT = 'devstoreaccount1';
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** Starts Azurite's blob service as a process of its own, on loopback, in memory. */
export async function startAzurite(): Promise<Azurite> {
  const main = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js');
  const options = ['--skipApiVersionCheck', '--inMemoryPersistence', '--disableTelemetry', '--silent'];
  const child = spawn(process.execPath, [main, '--blobHost', '127.0.0.1', '--blobPort', '0', ...options], {
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
    const parts = [`AccountName=${ACCOUNT}`, `AccountKey=${KEY}`, `BlobEndpoint=${endpoint}/${ACCOUNT}`];
    return { connectionString: `DefaultEndpointsProtocol=http;${parts.join(';')};`, [Symbol.asyncDispose]: close };
  }
  await close();
  throw new Error('Azurite ended before it said where it listens; run it by hand to see why.');
}
