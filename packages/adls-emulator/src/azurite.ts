import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

/** A service of Microsoft's own emulator: plain Blob without a dfs endpoint, or queues. */
export interface Azurite extends AsyncDisposable {
  readonly connectionString: string;
}

/** The account and key that Azurite documents for everyone. */
const ACCOUNT = 'devstoreaccount1';
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const ENDPOINT_NAMES = { blob: 'BlobEndpoint', queue: 'QueueEndpoint' } as const;

/** Starts one of Azurite's services as a process of its own, on loopback, in memory. */
export async function startAzurite(service: 'blob' | 'queue'): Promise<Azurite> {
  const main = createRequire(import.meta.url).resolve(`azurite/dist/src/${service}/main.js`);
  const options = ['--skipApiVersionCheck', '--inMemoryPersistence', '--disableTelemetry', '--silent'];
  const child = spawn(process.execPath, [main, `--${service}Host`, '127.0.0.1', `--${service}Port`, '0', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const close = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const [, origin] = /listens on (http:\/\/127\.0\.0\.1:\d+)/.exec(line) ?? [];
    if (origin === undefined) continue;
    child.stdout.resume();
    const endpoint = `${ENDPOINT_NAMES[service]}=${origin}/${ACCOUNT}`;
    const parts = [`AccountName=${ACCOUNT}`, `AccountKey=${KEY}`, endpoint];
    return { connectionString: `DefaultEndpointsProtocol=http;${parts.join(';')};`, [Symbol.asyncDispose]: close };
  }
  await close();
  throw new Error('Azurite ended before it said where it listens; run it by hand to see why.');
}
