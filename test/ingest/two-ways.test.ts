import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { rememberedOf } from '../../src/lake/identity-state.ts';
import { prepareTables } from '../../src/lake/index.ts';
import { compactTable } from '../../src/maintenance/compact.ts';
import { snappy } from '../../src/parquet/index.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { replay, withdraw } from '../maintenance/changes.ts';
import { HOST, ingest, LANDED_AT, settings, snapshotOf, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

/** An event as all three ways tell it. */
interface Told {
  readonly time: string;
  readonly code: number;
  readonly message: string;
  readonly actor: string;
}

const EVENTS = 24;

/** Events over two days, some of them within a second, one with what CSV and JSON quote. */
function trail(digits = 3): Told[] {
  return Array.from({ length: EVENTS }, (_, index) => ({
    time: new Date(Date.UTC(2026, 2, 1, 20) + index * 1_234_567)
      .toISOString()
      .replace(/\.(\d+)Z/, (_all, fraction: string) => (digits === 0 ? 'Z' : `.${fraction.slice(0, digits)}Z`)),
    code: 92042,
    message: `Created dashboard, ID=d-${index}, name=${index === 3 ? 'Umsätze, "Nord"' : 'Sales'}`,
    actor: index % 2 === 0 ? 'li' : 'dana.levy@corp.example',
  }));
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

function exporterCsv(events: readonly Told[]): string {
  const lines = events.map(({ time, code, message, actor }) => `${time},${code},${quoted(message)},${actor}\n`);
  return `time,code,message,user name\n${lines.join('')}`;
}

/** Other names, another order, a column more, UTC written as an offset. */
function nqlCsv(events: readonly Told[]): string {
  const lines = events.map(
    ({ time, code, message, actor }) => `${quoted(message)},platform,${actor},${code},${time.replace('Z', '+00:00')}\n`,
  );
  return `message,source,user_name,code,time\n${lines.join('')}`;
}

function webhookJson({ time, code, message, actor }: Told): string {
  return JSON.stringify({ message, 'user name': actor, code, time });
}

const FILES = {
  exporter: { 'exports/2026-03-02.csv': exporterCsv(trail()) },
  nql: { 'landed/nql/audit/2026-03-02/1.csv': nqlCsv(trail()) },
  webhook: Object.fromEntries(
    trail().map((event, index) => [`landed/webhook/2026-03-02/${index}.json`, webhookJson(event)]),
  ),
} as const;
type Name = keyof typeof FILES;
const NAMES = Object.keys(FILES) as Name[];

async function take(storage: MemoryStorage, files: Readonly<Record<string, string>>, options = {}) {
  for (const [name, content] of Object.entries(files)) storage.put(`raw/${name}`, content, LANDED_AT);
  return await ingest(
    storage,
    options,
    Object.keys(files).map((name) => `raw/${name}`),
  );
}

async function uids(storage: MemoryStorage): Promise<string[]> {
  return (await tableRows(storage)).map((row) => String(row['event_uid'])).sort();
}

async function assertVerified(storage: MemoryStorage): Promise<void> {
  const { problems } = await verifyLake(storage, settings(), { deep: true, head: null });
  assert.deepEqual(problems, []);
}

function orders<T>(of: readonly T[]): T[][] {
  if (of.length < 2) return [[...of]];
  return of.flatMap((first) => orders(of.filter((each) => each !== first)).map((rest) => [first, ...rest]));
}

describe('the same events by two ways', () => {
  it('are one row each, in whatever order the ways come', async () => {
    const ids = new Set<string>();
    for (const order of orders(NAMES)) {
      const storage = new MemoryStorage();
      for (const [index, name] of order.entries()) {
        const { reports } = await take(storage, FILES[name]);
        const sum = (pick: 'committed' | 'duplicates') => reports.reduce((total, report) => total + report[pick], 0);
        assert.deepEqual([sum('committed'), sum('duplicates')], index === 0 ? [EVENTS, 0] : [0, EVENTS], order.join());
        assert.deepEqual(
          reports.flatMap(({ warnings }) => warnings),
          [],
          order.join(),
        );
      }
      ids.add((await uids(storage)).join());
    }
    assert.equal(ids.size, 1);
  });

  it('stay so with compaction, replay and withdrawals between', async () => {
    const storage = new MemoryStorage();
    await take(storage, FILES.webhook);
    const expected = await uids(storage);
    const { events } = await prepareTables({ storage, host: HOST });
    await compactTable({ storage, host: HOST }, events, { codec: snappy, dryRun: false });
    await take(storage, FILES.exporter);
    assert.deepEqual(await uids(storage), expected);
    await withdraw(storage, Object.keys(FILES.webhook).slice(0, 10));
    assert.deepEqual(await uids(storage), expected, 'they are the rows of the export by now');
    await take(storage, FILES.nql);
    await replay(storage);
    await withdraw(storage, Object.keys(FILES.exporter));
    assert.deepEqual(await uids(storage), expected);
    await withdraw(storage, Object.keys(FILES.webhook).slice(0, 10), { undo: true });
    await replay(storage);
    assert.deepEqual(await uids(storage), expected);
    await assertVerified(storage);
  });

  it('are one row where fields agree as far as they can: zeros at the end of times, and the zone they are written in', async () => {
    const storage = new MemoryStorage();
    await take(storage, FILES.exporter);
    const other = trail().map((event) => ({ ...event, time: event.time.replace('Z', '000+00:00') }));
    const { reports } = await take(storage, { 'landed/nql/audit/2026-03-02/2.csv': nqlCsv(other) });
    assert.deepEqual([reports[0]?.committed, reports[0]?.duplicates], [0, EVENTS]);
  });
});

/** One delivery after the other, each a run of its own; what became of each, and what was said. */
async function stream(storage: MemoryStorage, deliveries: readonly object[]) {
  const found: { outcome: string; warnings: readonly string[]; explanation: string; committed: number }[] = [];
  for (const [index, delivery] of deliveries.entries()) {
    const { reports } = await take(storage, { [`landed/webhook/2026-03-03/${index}.json`]: JSON.stringify(delivery) });
    const { outcome, warnings, explanation, committed } = reports[0]!;
    found.push({ outcome, warnings, explanation: explanation ?? '', committed });
  }
  return found;
}

const withoutActor = ({ actor: _, ...event }: Told) => event;
const asDelivered = ({ actor, ...event }: Told) => ({ ...event, 'user name': actor });

describe('a way that tells events otherwise', () => {
  it('is refused once ten of its records show that its times are cut, though each comes in a file of its own', async () => {
    const storage = new MemoryStorage();
    await take(storage, FILES.exporter);
    const found = await stream(storage, trail(0).map(asDelivered));
    assert.deepEqual(
      found.map(({ outcome }) => outcome),
      [...Array<string>(9).fill('ingested'), ...Array<string>(EVENTS - 9).fill('rejected')],
    );
    // From the second record on it is said that they may be cut.
    assert.deepEqual(
      found.slice(0, 9).map(({ warnings }) => warnings.includes('time_precision_differs')),
      [false, ...Array<boolean>(8).fill(true)],
    );
    assert.match(
      found.at(-1)?.explanation ?? '',
      /expected times to the millisecond .* before \(by exporter, webhook\), found none of 10 by webhook finer than to the second .* which came by webhook/,
    );
    await assertVerified(storage);
  });

  it('is refused where it comes in one batch too, and where it is finer at once', async () => {
    const coarse = new MemoryStorage();
    await take(coarse, FILES.exporter);
    const files = trail(0).map((event, at) => [`landed/webhook/2026-03-03/${at}.json`, webhookJson(event)] as const);
    const { reports } = await take(coarse, Object.fromEntries(files));
    assert.equal(reports.filter(({ outcome }) => outcome === 'ingested').length, 9);
    const fine = new MemoryStorage();
    await take(fine, { 'a.csv': exporterCsv(trail(0)) });
    const [first] = await stream(fine, trail().map(asDelivered).slice(1));
    assert.equal(first?.outcome, 'rejected');
    assert.match(
      first?.explanation ?? '',
      /times to the second .*\(by exporter\), found times to the millisecond .* by webhook/,
    );
  });

  it('is what the others are compared with where it came first', async () => {
    const storage = new MemoryStorage();
    await stream(storage, trail(0).map(asDelivered));
    const [report] = (await take(storage, FILES.exporter)).reports;
    assert.equal(report?.outcome, 'rejected');
    assert.match(
      report?.explanation ?? '',
      /times to the second .*\(by webhook\), found times to the millisecond .* by exporter/,
    );
  });

  it('is refused where twenty of its records name no actor, and others do', async () => {
    const storage = new MemoryStorage();
    await take(storage, FILES.exporter);
    const found = await stream(storage, trail().map(withoutActor));
    assert.deepEqual(
      found.map(({ outcome }) => outcome),
      [...Array<string>(19).fill('ingested'), ...Array<string>(EVENTS - 19).fill('rejected')],
    );
    assert.match(
      found.at(-1)?.explanation ?? '',
      /expected the name of the actor in the column "user name".*found 20 by webhook of which none names an actor/,
    );
    const reverse = new MemoryStorage();
    await stream(reverse, trail().map(withoutActor));
    const [report] = (await take(reverse, FILES.exporter)).reports;
    assert.equal(report?.outcome, 'rejected');
    assert.match(
      report?.explanation ?? '',
      /expected no actor, as in 20 records by webhook.* found the name of the actor/,
    );
  });

  it('is none where some of its records name an actor, as events of the product itself do not', async () => {
    const storage = new MemoryStorage();
    await take(storage, FILES.exporter);
    const more = [...trail(), ...trail().map((event) => ({ ...event, code: 92043 }))];
    const found = await stream(
      storage,
      more.map((event, at) => (at === 0 ? asDelivered(event) : withoutActor(event))),
    );
    assert.ok(found.every(({ outcome }) => outcome === 'ingested'));
  });

  it('goes in where somebody says so, and what is remembered by way begins anew', async () => {
    const storage = new MemoryStorage();
    await take(storage, FILES.exporter);
    await stream(storage, trail(0).map(asDelivered));
    const path = 'raw/landed/webhook/2026-03-03/20.json';
    const { reports } = await ingest(storage, {}, [path], true);
    assert.equal(reports[0]?.outcome, 'ingested');
    assert.deepEqual(rememberedOf(await snapshotOf(storage), { instance: null, family: 'exports' })?.ways, {});
  });

  it('leaves what is remembered of a lake with the exporter alone as it was', async () => {
    const storage = new MemoryStorage();
    await take(storage, FILES.exporter);
    const names = [...(await snapshotOf(storage)).transactions.keys()].filter((appId) => appId.startsWith('identity:'));
    assert.ok(names.length > 0 && names.every((appId) => !appId.includes('"ways"')));
  });
});

describe('the instance of what was landed', () => {
  const options = { instances: 'exports/=acme,landed/webhook/=acme' };

  it('is the one of its folder: the same events of one instance are one row', async () => {
    const storage = new MemoryStorage();
    await take(storage, FILES.exporter, options);
    const { reports } = await take(storage, FILES.webhook, options);
    assert.ok(reports.every(({ committed, duplicates }) => committed === 0 && duplicates === 1));
  });

  it('is asked for where instances are named and its folder is that of nobody: it waits until somebody says whose it is', async () => {
    const storage = new MemoryStorage();
    await take(storage, FILES.exporter, { instances: 'exports/=acme' });
    const { reports } = await take(storage, FILES.webhook, { instances: 'exports/=acme' });
    assert.ok(reports.every(({ outcome, reason }) => outcome === 'skipped' && reason === 'setting_differs'));
    assert.match(reports[0]?.explanation ?? '', /landed\/webhook\/.*acme.*--instances landed\/webhook\/=acme/);
    const later = await take(storage, FILES.webhook, options);
    assert.ok(later.reports.every(({ duplicates }) => duplicates === 1));
  });
});
