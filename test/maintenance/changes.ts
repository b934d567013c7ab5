import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { dayOfDate } from '../../src/events/index.ts';
import { prepareTables } from '../../src/lake/index.ts';
import { codecOf } from '../../src/lake/reading-plan.ts';
import { type Erasure, eraseUser } from '../../src/maintenance/erase.ts';
import { type Replay, replayTable } from '../../src/maintenance/replay.ts';
import { type Retention, retainTable } from '../../src/maintenance/retain.ts';
import { type WithdrawalResult, withdrawFiles } from '../../src/maintenance/withdraw.ts';
import { returnFiles } from '../../src/maintenance/withdraw-undo.ts';
import type { Storage } from '../../src/storage/index.ts';
import { commitInfoOf, type JsonValue } from '../../src/table/index.ts';
import { readCommits } from '../../src/table/log.ts';
import type { Row } from '../parquet/readers.ts';
import { EVENTS, HOST, ingest, LANDED_AT, settings, snapshotOf, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { type Call, type Fate, faulty, watched } from '../support/store-faults.ts';

/** The data subject of these tests, by the values that name them. */
export const DANA = ['dana.levy@corp.example', 'u-dana', 'S-1-5-21-7'];

/** Events of a day, of which four are dana's: who did it, whom it is about, one of many, and who is updated. */
function linesOf(date: string): string[] {
  return [
    `${date}T01:00:00Z,92042,"Created dashboard, ID=d-1, name=Sales",li`,
    `${date}T02:00:00Z,92042,"Created dashboard, ID=d-2, name=Sales",dana.levy@corp.example`,
    `${date}T03:00:00Z,90211,"User logged in, id=u-dana, name=Dana, session_id=s1, ip=10.0.0.1",`,
    `${date}T04:00:00Z,94303,"2 user(s) scheduled for deletion with the following SID(s): S-1-5-21-7, S-1-5-21-8",li`,
    `${date}T05:00:00Z,92042,"Created dashboard, ID=d-3, name=Sales",u-dana`,
    `${date}T06:00:00Z,92042,"Created dashboard, ID=d-4, name=about Dana.Levy@corp.example",li`,
    `${date}T07:00:00Z,92042,"Created dashboard, ID=d-5, name=S-1-5-21-77",li`,
  ];
}

/** An export of whole days. */
export function days(...dates: readonly string[]): string {
  return ['time,code,message,user name', ...dates.flatMap(linesOf), ''].join('\n');
}

export const DATES = ['2026-03-01', '2026-03-02', '2026-03-03'];
export const ROWS_PER_DAY = 7;
/** How many of these are dana's. */
export const DANAS_PER_DAY = 4;

let prepared: Promise<MemoryStorage> | undefined;

/** A lake of three days in three raw files that overlap, all of it ingested; each call gives a copy. */
export async function threeDays(): Promise<MemoryStorage> {
  prepared ??= (async () => {
    const storage = new MemoryStorage();
    const [first = '', second = '', third = ''] = DATES;
    storage.put('raw/1.csv', days(first), LANDED_AT);
    storage.put('raw/2.csv', days(first, second), LANDED_AT);
    storage.put('raw/3.csv', `${days(third)}broken\n`, LANDED_AT);
    await ingest(storage, {}, ['raw/1.csv']);
    await ingest(storage);
    return storage;
  })();
  return (await prepared).copy();
}

/** The rows of the table as `date message by actor`, sorted. */
export async function events(storage: Storage): Promise<string[]> {
  const rows = await tableRows(storage);
  return rows.map((row) => `${row['event_date']} ${row['message']} by ${row['actor_name']}`).sort();
}

/** Of {@link events}, those that an erasure of dana leaves: neither done by, about, nor of a list with dana. */
export function kept(rows: readonly string[]): string[] {
  return rows.filter(
    (row) => !DANA.some((value) => row.includes(` by ${value}`)) && !/id=u-dana|S-1-5-21-7,/.test(row),
  );
}

export async function isLocked(storage: Storage): Promise<boolean> {
  return (await snapshotOf(storage)).metadata.configuration['delta.appendOnly'] === 'true';
}

type Recorded = { readonly [name: string]: JsonValue };

/** What the commits since a version say of changes and their brackets: `unlock`, the kind of change, `lock`, or `-`. */
export async function steps(storage: Storage, from: number): Promise<string[]> {
  return (await readCommits(storage, EVENTS, from)).map(({ actions }) => {
    const info = commitInfoOf(actions);
    const bracket = info?.['bracket'] as unknown as Recorded | undefined;
    const change = info?.['change'] as unknown as Recorded | undefined;
    return String(bracket?.['step'] ?? change?.['kind'] ?? '-');
  });
}

/** What the last commit of a change records of it. */
export async function lastChange(storage: Storage): Promise<Recorded> {
  const commits = await readCommits(storage, EVENTS, 0);
  const recorded = commits.flatMap(({ actions }) => (commitInfoOf(actions)?.['change'] ?? []) as unknown as Recorded[]);
  const last = recorded.at(-1);
  assert.ok(last, 'no commit records a change');
  return last;
}

interface Given {
  readonly dryRun?: boolean;
}

export async function retain(storage: Storage, before: string, { dryRun = false }: Given = {}): Promise<Retention> {
  const { events: snapshot } = await prepareTables({ storage, host: HOST });
  return retainTable({ storage, host: HOST }, snapshot, {
    before: dayOfDate(before) ?? Number.NaN,
    reason: 'test',
    dryRun,
  });
}

export async function erase(
  storage: Storage,
  values: readonly string[] = DANA,
  { dryRun = false }: Given = {},
): Promise<Erasure> {
  const { events: snapshot } = await prepareTables({ storage, host: HOST });
  return eraseUser({ storage, host: HOST }, snapshot, { values, reason: 'test', codec: codecOf(settings()), dryRun });
}

export async function replay(
  storage: Storage,
  options: Readonly<Record<string, string>> = {},
  scope: readonly [string, string] | null = null,
  { dryRun = false }: Given = {},
): Promise<Replay> {
  const { events: snapshot } = await prepareTables({ storage, host: HOST });
  const [from, to] = (scope ?? []).map((date) => dayOfDate(date) ?? Number.NaN);
  return replayTable({ storage, host: HOST }, settings(options), snapshot, {
    scope: from === undefined || to === undefined ? null : { from, to },
    reason: 'test',
    dryRun,
  });
}

/** Withdraws raw files by the names that they have below the raw zone, or takes that back. */
export async function withdraw(
  storage: Storage,
  names: readonly string[],
  { dryRun = false, undo = false, sha256 = null }: Given & { undo?: boolean; sha256?: string | null } = {},
): Promise<WithdrawalResult> {
  const { events: snapshot } = await prepareTables({ storage, host: HOST });
  const paths = names.map((name) => `raw/${name}`);
  const options = { paths, sha256, reason: 'test export', codec: codecOf(settings()), dryRun };
  return (undo ? returnFiles : withdrawFiles)({ storage, host: HOST }, snapshot, options);
}

/** Has the rows look as if another catalogue had decoded them: nothing else tells a replay from the rows before it. */
export async function withOlderCatalogue(storage: MemoryStorage): Promise<MemoryStorage> {
  const version = String((await tableRows(storage))[0]?.['catalogue_version']);
  for (const { path } of (await snapshotOf(storage)).files.values()) {
    const bytes = Buffer.from(storage.content(`${EVENTS}/${path}`));
    const before = hash('sha256', bytes, 'hex');
    for (let at = bytes.indexOf(version); at >= 0; at = bytes.indexOf(version, at + 1)) bytes.write('0-0', at);
    storage.put(`${EVENTS}/${path}`, bytes);
    for (const commit of storage.paths(`${EVENTS}/_delta_log/`)) {
      storage.put(
        commit,
        storage
          .content(commit)
          .toString()
          .replaceAll(before, hash('sha256', bytes, 'hex')),
      );
    }
  }
  for (const path of storage.paths('evidence/audit_events/')) storage.files.delete(path);
  await prepareTables({ storage, host: HOST });
  return storage;
}

/** {@link threeDays} as another catalogue decoded it. */
export async function aged(): Promise<MemoryStorage> {
  return withOlderCatalogue(await threeDays());
}

/** Which catalogue the rows of each date were decoded with: `old`, `new` or both. */
export async function catalogues(storage: Storage): Promise<Record<string, string>> {
  const found: Record<string, Set<string>> = {};
  for (const row of await tableRows(storage)) {
    const date = String(row['event_date']);
    found[date] ??= new Set();
    found[date].add(String(row['catalogue_version']).startsWith('0-0') ? 'old' : 'new');
  }
  return Object.fromEntries(Object.entries(found).map(([date, each]) => [date, [...each].sort().join(' and ')]));
}

/** Rows without what a replay changes. */
export function withoutCatalogue(rows: readonly Row[]): Row[] {
  return rows.map(({ catalogue_version: _, ...row }) => row);
}

type Change = (storage: Storage) => Promise<unknown>;

/**
 * Runs a change on copies of a lake, ended at each of its writes in turn: the call and all after it fail, or it is done
 * first and its answer is lost. Then a run follows that ingests nothing, and `check` looks at what there is.
 */
export async function endedAtEachWrite(
  lake: MemoryStorage,
  change: Change,
  check: (storage: MemoryStorage, ended: string) => Promise<void>,
): Promise<void> {
  const writes = (await callsOf(lake, change)).filter(({ operation }) => ['create', 'delete'].includes(operation));
  assert.ok(writes.length >= 6);
  for (const { number, operation, path } of writes) {
    for (const fate of ['fails', 'answer lost'] as const) {
      const storage = lake.copy();
      const ends = (call: Call): Fate => (call.number < number ? 'passes' : call.number === number ? fate : 'fails');
      await change(faulty(storage, ends)).catch(() => undefined);
      await ingest(storage);
      await check(storage, `${operation} ${path} ${fate}`);
    }
  }
}

/**
 * Runs a change on copies of a lake, with another writer stepping in once: before each of its writes and each of its
 * looks at the log in turn.
 */
export async function besideOthers(
  lake: MemoryStorage,
  change: Change,
  other: Change,
  check: (storage: MemoryStorage, moment: string) => Promise<void>,
): Promise<void> {
  const moments = (await callsOf(lake, change)).filter(({ operation }) => ['create', 'list'].includes(operation));
  for (const { number, operation, path } of moments) {
    const storage = lake.copy();
    const meets = async (call: Call): Promise<Fate> => {
      if (call.number === number) await other(storage);
      return 'passes';
    };
    await change(faulty(storage, meets));
    await check(storage, `before ${operation} ${path} (call ${number})`);
  }
}

async function callsOf(lake: MemoryStorage, change: Change): Promise<readonly Call[]> {
  const { storage, calls } = watched(lake.copy());
  await change(storage);
  return calls;
}
