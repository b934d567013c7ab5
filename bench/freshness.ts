import { setTimeout as sleep } from 'node:timers/promises';
import { type Emulator, FAULTS, type StorageEvent } from 'adls-emulator';
import { upload } from 'adls-emulator/sdk';
import host from '../host.json' with { type: 'json' };
import { Random } from '../samples/random.ts';
import { textTable } from '../src/present/text-table.ts';
import { type Given, onApp, records, verified, WEBHOOK } from '../test/functions/app-case.ts';
import { isSubscribed } from '../test/functions/event-grid.ts';
import { extractPackage } from '../test/functions/extracted-package.ts';
import { hourlyExport } from './hourly-export.ts';

/**
 * How long after an exporter has closed a file its events can be queried: exports of the size of an hour arrive over some
 * time, are announced to the packaged app as Event Grid does it, and are done when their commit is there for any reader.
 * Requests take as long as they do in a region, and some fail. `npm run bench -- freshness [exports] [seconds]`.
 */
const exports = Number(process.argv[2] ?? 100);
const seconds = Number(process.argv[3] ?? 90);
const GOAL_SECONDS = 120;
const LEAST_ROWS = 100;
const MOST_ROWS = 4000;
const PARALLEL = host.extensions.blobs.maxDegreeOfParallelism;
/** Until Event Grid has delivered, and the chance that it does so twice. */
const DELIVERY_MS = { least: 100, most: 2000 };
const REPEATED = 0.05;
const LATENCIES_MS = [10, 12, 15, 20, 30];
const FAULT_RATE = 0.02;
const FIRST_HOUR = Date.UTC(2026, 4, 1);
const HOUR_MS = 3_600_000;
const COMMIT = /\/containers\/curated\/blobs\/(audit_events\/_delta_log\/\d{20}\.json)$/;

const random = new Random(1);
await using extracted = await extractPackage();
await onApp(() => extracted, measure)();

async function measure({ emulator, app, extension, landing, lake }: Given): Promise<void> {
  disturb(emulator);
  const closed = new Map<string, number>();
  const visible = new Map<string, number>();
  const deliver = async (event: StorageEvent): Promise<void> => {
    await sleep(random.whole(DELIVERY_MS.least, DELIVERY_MS.most));
    extension.webhook(WEBHOOK, [event]);
  };
  emulator.events.subscribe((event) => {
    if (isSubscribed(event)) {
      closed.set(`raw/${event.subject.split('/blobs/')[1]}`, performance.now());
      void deliver(event);
      if (random.chance(REPEATED)) void deliver(event);
    }
    const sources = sourcesOf(event, emulator);
    if (sources.length > 0) commits++;
    for (const path of sources) visible.set(path, performance.now());
  });
  let commits = 0;
  const begun = performance.now();
  let rows = 0;
  const arrivals = Array.from({ length: exports }, async (_, hour) => {
    const count = random.whole(LEAST_ROWS, MOST_ROWS);
    rows += count;
    await sleep(random.next() * seconds * 1000);
    await upload(
      landing.files,
      `${String(hour).padStart(4, '0')}.csv`,
      hourlyExport(FIRST_HOUR + hour * HOUR_MS, count),
    );
  });
  const arrived = Promise.all(arrivals);
  const isDone = (): boolean => visible.size === exports || extension.poison.length > 0;
  const workers = Array.from({ length: PARALLEL }, async () => {
    for (; !isDone(); await sleep(5)) await extension.drain();
  });
  await Promise.all([arrived, ...workers]);
  const elapsed = (performance.now() - begun) / 1000;
  const requests = emulator.requests.length;
  const failed = emulator.requests.filter(({ fault }) => fault !== null && fault !== 'delay').length;
  emulator.faults.clear();
  if (extension.poison.length > 0) throw new AggregateError(extension.failures, 'an invocation failed for good');
  await verified(lake);
  process.stdout.write(
    `${exports} exports with ${rows} rows over ${seconds} s: all visible after ${elapsed.toFixed(0)} s, ` +
      `by ${commits} commits and ${requests} requests, of which ${failed} failed; ` +
      `${records(app, 'failure').length} failures reached the app\n`,
  );
  print([...visible].map(([path, at]) => (at - closed.get(path)!) / 1000));
}

/** Every request takes its time, and a share of the app's fails, in every way that storage fails. */
function disturb({ faults }: Emulator): void {
  const broken = [FAULTS.busy('1'), FAULTS.busy(), FAULTS.failed(), FAULTS.timedOutAfterDoing(), FAULTS.lostAnswer()];
  faults.schedule({ random, rate: FAULT_RATE, account: 'auditlake', faults: broken });
  faults.schedule({
    random,
    rate: FAULT_RATE,
    account: 'landing',
    method: 'GET',
    faults: [...broken, FAULTS.cutBody(50_000)],
  });
  faults.schedule({ random, rate: 1, faults: LATENCIES_MS.map(FAULTS.delay) });
}

/** The raw files that the commit brings in which an event tells of; none for any other event. */
function sourcesOf({ subject, data }: StorageEvent, { store }: Emulator): string[] {
  const [, name] = COMMIT.exec(subject) ?? [];
  if (name === undefined || data.api !== 'PutBlob') return [];
  const [info = ''] = store.file('auditlake', `curated/${name}`)?.content.bytes().toString('utf8').split('\n') ?? [];
  const { commitInfo } = JSON.parse(info) as { commitInfo?: { sources?: readonly { path: string }[] } };
  return (commitInfo?.sources ?? []).map(({ path }) => path);
}

function print(found: readonly number[]): void {
  const sorted = found.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1]!;
  const cells = [at(0.5), at(0.95), at(1)].map((each) => each.toFixed(1));
  const header = ['from closed to queryable, s', 'p50', 'p95', 'longest'];
  process.stdout.write(`${textTable(header, [[`goal: p95 ${GOAL_SECONDS}`, ...cells]], [false, true, true, true])}\n`);
  if (at(0.95) > GOAL_SECONDS) process.exitCode = 1;
}
