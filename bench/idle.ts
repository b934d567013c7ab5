import { startEmulator } from 'adls-emulator';
import { reconcileRaw } from '../src/ingest/index.ts';
import { textTable } from '../src/present/text-table.ts';
import { RAW, type Storage, systemHost } from '../src/storage/index.ts';
import { driverOn, ZONES } from '../test/support/adls-case.ts';
import { minutes, settings } from '../test/support/lake.ts';

/**
 * What a reconciliation asks of the store where nothing waits: so many hourly exports, each in a folder of its own
 * (`2026/05/01/13/export.csv`), all in. Beside it what the listing alone would take folder by folder, and what one takes after an
 * export came in by its event. `npm run bench -- idle [hours]`; a year without an argument.
 */
const hours = Number(process.argv[2] ?? 8760);
const MOST_REQUESTS = 10;
const FIRST = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const host = { ...systemHost, now: () => Date.now() + 24 * HOUR_MS };

await using emulator = await startEmulator({ containers: ZONES });
const storage = driverOn(emulator);
for (let hour = 0; hour < hours; hour++) land(hour);
const rows = [
  await measured('the first one, which takes everything in', reconcile),
  await measured('the second, which finds that nothing waits', reconcile),
  await measured('every further one', reconcile),
  await measured('listing the zone folder by folder', () => listed(storage)),
];
const idle = rows[2]!;
land(hours);
rows.push(await measured('one that takes one export in', reconcile));
rows.push(await measured('the one after it', reconcile));
const header = [`${hours} hourly folders`, 'lists', 'reads', 'writes', 'all', 's'];
process.stdout.write(
  `${textTable(
    header,
    rows.map(({ cells }) => cells),
    [false, true, true, true, true, true],
  )}\n`,
);
process.stdout.write(`goal: at most ${MOST_REQUESTS} requests of an idle run\n`);
if (idle.requests > MOST_REQUESTS) process.exitCode = 1;

function land(hour: number): void {
  const [day = '', time = ''] = new Date(FIRST + hour * HOUR_MS).toISOString().split('T');
  const path = `raw/${day.replaceAll('-', '/')}/${time.slice(0, 2)}/export.csv`;
  emulator.store.put(emulator.account, path, Buffer.from(minutes(hour * 60, 1)));
}

async function reconcile(): Promise<void> {
  const deadline = Number.POSITIVE_INFINITY;
  const { error } = await reconcileRaw({ storage, host }, settings(), { settleMs: 0, deadline });
  if (error !== null) throw error;
}

async function listed(from: Storage): Promise<void> {
  for await (const _ of from.list(RAW));
}

async function measured(name: string, work: () => Promise<void>) {
  emulator.requests.length = 0;
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1000;
  const { requests } = emulator;
  const of = (is: (operation: string) => boolean) => requests.filter(({ operation }) => is(operation ?? '')).length;
  const lists = of((operation) => /List/.test(operation));
  const writes = requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD').length;
  const counts = [lists, requests.length - lists - writes, writes, requests.length];
  return { requests: requests.length, cells: [name, ...counts.map(String), seconds.toFixed(1)] };
}
