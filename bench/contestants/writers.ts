import { ingestPaths } from '../../src/ingest/index.ts';
import { parseSettings } from '../../src/settings/index.ts';
import { localStorage, RAW, type Storage, systemHost } from '../../src/storage/index.ts';

/**
 * Writers in one process, each a run of its own over its share of the raw files, one file after the other and each in a
 * commit of its own. Arguments: the lake, how many writers. Prints what it took and how many commits came too late.
 */
const [lake = '', count = '1'] = process.argv.slice(2);
const writers = Number(count);
const settings = parseSettings({ environment: {}, options: { lake } });

const paths: string[] = [];
for await (const { path } of localStorage(lake).list(RAW)) paths.push(path);
let conflicts = 0;
const before = process.cpuUsage();
const start = performance.now();
await Promise.all(Array.from({ length: writers }, (_, writer) => write(counting(localStorage(lake)), writer)));
const wallSeconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${JSON.stringify({ wallSeconds, cpuSeconds: (user + system) / 1e6, conflicts })}\n`);

async function write(storage: Storage, writer: number): Promise<void> {
  for (const [index, path] of paths.entries()) {
    if (index % writers === writer) await ingestPaths({ storage, host: systemHost }, settings, [path], { named: true });
  }
}

/** The storage, but that log files which were there already are counted. */
function counting(storage: Storage): Storage {
  return new Proxy(storage, {
    get: (target, name) => {
      if (name !== 'create') return Reflect.get(target, name).bind(target);
      return async (...args: Parameters<Storage['create']>) => {
        const outcome = await target.create(...args);
        if (outcome === 'exists' && /audit_events\/_delta_log\/\d+\.json$/.test(args[0])) conflicts++;
        return outcome;
      };
    },
  });
}
