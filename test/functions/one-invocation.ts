import { trigger } from './event-grid.ts';
import { startApp } from './function-host.ts';

/**
 * Loads the app from a folder and triggers it once, in a process of its own, so that its memory can be told from the
 * emulator's: `node one-invocation.ts FOLDER CONTAINER BLOB`. Prints one object of JSON.
 */
const [folder = '', container = '', blob = ''] = process.argv.slice(2);
const app = await startApp(folder, {});
const begun = performance.now();
await trigger(app, 'ingest-export', container, blob);
const seconds = (performance.now() - begun) / 1000;
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
const usage = { seconds, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMiB: maxRSS / 1024 };
process.stdout.write(`${JSON.stringify({ ...usage, startMs: app.startMs, lines: app.lines })}\n`);
