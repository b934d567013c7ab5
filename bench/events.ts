import { type Emulator, FAULTS, startEmulator } from 'adls-emulator';
import host from '../host.json' with { type: 'json' };
import { Random } from '../samples/random.ts';
import { Invocations, ingestBlob } from '../src/functions/index.ts';
import { RawPlace } from '../src/functions/raw-place.ts';
import { ingestPaths } from '../src/ingest/index.ts';
import { textTable } from '../src/present/text-table.ts';
import { parseSettings, type Settings } from '../src/settings/index.ts';
import { openLake, systemHost } from '../src/storage/index.ts';
import { openTable } from '../src/table/index.ts';
import { hourlyExport } from './hourly-export.ts';

/**
 * What an event costs: requests of a lone one, and requests and files a second where many files wait, for one instance of the app and
 * for many; each beside events that know nothing of each other, as they were before: every one opens the lake, and has a commit of
 * its own. Requests take as long as they do in a region. Instances and emulator share this process, so that files a second are a lower
 * bound. `npm run bench -- events [files] [instances] [files of the others]`.
 */
const files = Number(process.argv[2] ?? 1000);
const instances = Number(process.argv[3] ?? 80);
const fewer = Number(process.argv[4] ?? Math.min(files, 200));
const ROWS = 100;
const FIRST_HOUR = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const LATENCIES_MS = [4, 6, 8, 10, 12];
const LONE = 20;
/** How old the files of a backlog are: an outage is over. */
const SETTLED_MS = 3_600_000;
const TOGETHER = host.extensions.blobs.maxDegreeOfParallelism;
const TOGETHER_BEFORE = 2;

/** What takes one announced file in. */
type Take = (name: string) => Promise<void>;

interface Case {
  readonly emulator: Emulator;
  readonly settings: Settings;
}

/** An instance of the app as it is. */
function instanceOf({ settings }: Case): Take {
  const invocations = new Invocations(settings);
  const place = new RawPlace(settings);
  return async (name) => {
    using invocation = invocations.begin(() => undefined);
    await ingestBlob(invocation, place, { container: 'raw', name });
  };
}

/** One whose invocations have nothing in common. */
function instanceBefore({ settings }: Case): Take {
  const storage = openLake(settings);
  return async (name) => {
    const info = await storage.head(`raw/${name}`);
    await ingestPaths({ storage, host: systemHost }, settings, info === null ? [] : [info], { named: false });
  };
}

const cells: string[][] = [];
for (const [name, make, parallel, count] of [
  ['each by itself', instanceBefore, TOGETHER_BEFORE, fewer],
  ['the app', instanceOf, TOGETHER, files],
] as const) {
  cells.push([`a lone event, ${name}`, ...(await lone(make))]);
  for (const many of [1, instances]) {
    const shown = many === 1 ? '1 instance' : `${many} instances`;
    cells.push([`${count} files, ${shown}, ${name}`, ...(await backlog(make, count, many, parallel))]);
  }
}
const header = [
  `files of ${ROWS} rows, 4 to 12 ms a request`,
  'requests a file',
  'files a second',
  'commits',
  'lost races',
];
process.stdout.write(`${textTable(header, cells, [false, true, true, true, true])}\n`);

async function lone(make: (given: Case) => Take): Promise<string[]> {
  await using given = await opened(LONE + 1, 0);
  const take = make(given);
  await take(nameOf(0));
  const before = given.emulator.requests.length;
  const begun = performance.now();
  for (let file = 1; file <= LONE; file++) await take(nameOf(file));
  return figures(given.emulator, before, LONE, performance.now() - begun);
}

async function backlog(make: (given: Case) => Take, count: number, many: number, parallel: number): Promise<string[]> {
  await using given = await opened(count, SETTLED_MS);
  const waiting = Array.from({ length: count }, (_, file) => nameOf(file));
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: many }, async () => {
      const take = make(given);
      const worker = async (): Promise<void> => {
        for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await delivered(take, name);
      };
      await Promise.all(Array.from({ length: parallel }, worker));
    }),
  );
  const elapsed = performance.now() - begun;
  await checkRows(given, count);
  return figures(given.emulator, 0, count, elapsed);
}

/** Delivered until it is done, as the queue does it. */
async function delivered(take: Take, name: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await take(name);
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

/** @param age of the files, in milliseconds */
async function opened(count: number, age: number): Promise<Case & AsyncDisposable> {
  let earlier = age;
  const now = () => new Date(Date.now() - earlier);
  const emulator = await startEmulator({ now, containers: ['raw', 'curated', 'quarantine', 'evidence'] });
  for (let file = 0; file < count; file++) {
    const text = hourlyExport(FIRST_HOUR + file * HOUR_MS, ROWS);
    emulator.store.put(emulator.account, `raw/${nameOf(file)}`, Buffer.from(text));
  }
  earlier = 0;
  emulator.faults.schedule({ random: new Random(1), rate: 1, faults: LATENCIES_MS.map(FAULTS.delay) });
  const options = { lake: emulator.dfsUrl, storageConnectionString: emulator.connectionString };
  const settings = parseSettings({ environment: {}, options });
  return { emulator, settings, [Symbol.asyncDispose]: () => emulator.close() };
}

/** @throws Error unless every row is there once */
async function checkRows({ settings }: Case, count: number): Promise<void> {
  const table = await openTable(openLake(settings), 'curated/audit_events');
  const rows = [...(table?.files.values() ?? [])].reduce(
    (sum, { stats }) => sum + (JSON.parse(stats ?? '{}') as { numRecords: number }).numRecords,
    0,
  );
  if (rows !== count * ROWS) throw new Error(`expected ${count * ROWS} rows, found ${rows}`);
}

function figures({ requests }: Emulator, from: number, count: number, milliseconds: number): string[] {
  const done = requests.slice(from);
  const commits = done.filter(({ method, path }) => {
    return method === 'PUT' && /audit_events\/_delta_log\/\d{20}\.json$/.test(path);
  });
  const lost = commits.filter(({ status }) => status !== 201).length;
  return [
    (done.length / count).toFixed(1),
    (count / (milliseconds / 1000)).toFixed(1),
    String(commits.length - lost),
    String(lost),
  ];
}

function nameOf(file: number): string {
  return `${String(file).padStart(6, '0')}.csv`;
}
