import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_COLUMNS } from '../../src/events/index.ts';
import { type FileReport, ingestPaths, type Run } from '../../src/ingest/index.ts';
import { rawPaths } from '../../src/lake/index.ts';
import { parseSettings, type Settings } from '../../src/settings/index.ts';
import { type Host, localStorage, readAll, type Storage, systemHost } from '../../src/storage/index.ts';
import { commitInfoOf, type JsonValue, openTable, type Snapshot } from '../../src/table/index.ts';
import { readCommits } from '../../src/table/log.ts';
import { type Row, readWithHyparquet } from '../parquet/readers.ts';

export const EVENTS = 'curated/audit_events';

/** When the raw files of tests land unless they say otherwise. */
export const LANDED_AT = new Date('2026-06-01T00:00:00.000Z');

/** The real world, but for the waiting. */
export const HOST: Host = { ...systemHost, sleep: () => new Promise((resolve) => setImmediate(resolve)) };

export function settings(options: Readonly<Record<string, string>> = {}): Settings {
  return parseSettings({ environment: {}, options: { lake: 'unused', ...options } });
}

/** Ingests the given raw files, or whatever raw holds. */
export function ingest(
  storage: Storage,
  options: Readonly<Record<string, string>> = {},
  paths?: string[],
  changesIdentity = false,
): Promise<Run> {
  const named = paths !== undefined;
  return ingestPaths({ storage, host: HOST }, settings(options), paths ?? rawPaths(storage, settings(options)), {
    named,
    changesIdentity,
  });
}

/** The report of the only file of a run. */
export function onlyReport({ reports }: Run): FileReport {
  const [report] = reports;
  if (report === undefined || reports.length > 1) throw new Error(`expected one report, found ${reports.length}`);
  return report;
}

/** A run's reports as `path: outcome committed/duplicates/quarantined`. */
export function outcomes({ reports }: Run): string[] {
  return reports.map(
    ({ path, outcome, committed, duplicates, quarantined }) =>
      `${path.slice('raw/'.length)}: ${outcome} ${committed}/${duplicates}/${quarantined}`,
  );
}

/** Runs a test on a lake in a folder of its own. */
export function onLocalLake(body: (storage: Storage, root: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const root = await mkdtemp(join(tmpdir(), 'lake-'));
    try {
      await body(localStorage(root), root);
    } finally {
      await rm(root, { recursive: true });
    }
  };
}

/** Puts a raw file on a lake. */
export async function land(storage: Storage, name: string, content: string | Uint8Array): Promise<void> {
  await storage.replace(`raw/${name}`, Buffer.from(content));
}

export async function snapshotOf(storage: Storage): Promise<Snapshot> {
  const snapshot = await openTable(storage, EVENTS);
  if (snapshot === null) throw new Error('expected a table, found none');
  return snapshot;
}

/** What a file of an older program lacks reads as null. */
const NOTHING: Row = Object.fromEntries(EVENT_COLUMNS.map(({ name }) => [name, null]));

/** Every row of the table with its event_date, in the order of raw file and record. */
export async function tableRows(storage: Storage): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { path, partitionValues } of (await snapshotOf(storage)).files.values()) {
    const bytes = await readAll(storage, `${EVENTS}/${path}`);
    for (const row of await readWithHyparquet(bytes)) {
      rows.push({ ...NOTHING, ...row, event_date: partitionValues['event_date'] ?? null });
    }
  }
  return rows.sort(byOrigin);
}

export function byOrigin(a: Row, b: Row): number {
  const [first, second] = [String(a['source_file']), String(b['source_file'])];
  return first === second ? Number(a['source_row']) - Number(b['source_row']) : first < second ? -1 : 1;
}

/** The messages in the table, sorted: what is in, and how often. */
export async function messages(storage: Storage): Promise<string[]> {
  return (await tableRows(storage)).map((row) => String(row['message'])).sort();
}

export type Source = { readonly [name: string]: JsonValue };

/** What every commit says of its raw files, in the order of the versions. */
export async function sources(storage: Storage): Promise<Source[]> {
  const commits = await readCommits(storage, EVENTS, 1);
  return commits.flatMap(({ actions }) => (commitInfoOf(actions)?.['sources'] ?? []) as unknown as Source[]);
}

const MINUTE = 60_000;

/** An export of `count` events, one a minute from `first` on (minutes after 2026-03-01T00:00Z), each told by its number. */
export function minutes(first: number, count: number): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const time = new Date(Date.UTC(2026, 2, 1) + (first + index) * MINUTE).toISOString();
    return `${time},92042,"Created dashboard, ID=d-${first + index}, name=Sales",li\n`;
  });
  return `time,code,message,user name\n${lines.join('')}`;
}

/** The messages of {@link minutes}, sorted. */
export function minuteMessages(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `Created dashboard, ID=d-${first + index}, name=Sales`).sort();
}
