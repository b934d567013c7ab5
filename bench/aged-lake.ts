import { linkSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { ingestPaths } from '../src/ingest/index.ts';
import { afterCommit } from '../src/lake/after-commit.ts';
import { prepareTables } from '../src/lake/tables.ts';
import { parseSettings } from '../src/settings/index.ts';
import { localStorage, systemHost } from '../src/storage/index.ts';
import { type Action, type AddFile, type CommitInfo, commit, openTable, type Snapshot } from '../src/table/index.ts';
import { readCommit } from '../src/table/log.ts';
import { hourlyExport } from './hourly-export.ts';

const HOUR_MS = 3_600_000;
const EVENTS = 'curated/audit_events';
/** So many commits are ingested for real: whatever a later file overlaps is among them. */
const INGESTED = 10;

/** The beginning of the hour of the last commit, in every lake made here: what comes after meets the same rows in each. */
export const NEWEST_HOUR = Date.UTC(2026, 5, 1, 10);

/**
 * Makes a lake that took in an export of `rows` records every hour, `commits` of them up to {@link NEWEST_HOUR}, each in
 * a commit of its own with one data file, checkpoints as they were due. The last ten are ingested; the ones before are
 * committed with the actions of a real one moved in time, and their raw and data files are links to those of that. To
 * `verify` the lake is in order; a deep one would see the times.
 */
export async function makeAgedLake(folder: string, commits: number, rows: number): Promise<void> {
  const storage = localStorage(folder);
  const model = path.join(folder, '..', `model-${path.basename(folder)}`);
  const actions = await modelActions(model, rows);
  let snapshot = (await prepareTables({ storage, host: systemHost })).events;
  for (let left = commits; left > INGESTED; left--) {
    snapshot = await commitAged(folder, model, snapshot, actions, NEWEST_HOUR - (left - 1) * HOUR_MS);
  }
  for (let left = Math.min(INGESTED, commits); left > 0; left--) {
    await ingestHour(folder, NEWEST_HOUR - (left - 1) * HOUR_MS, rows);
  }
}

/** Goes on for some more commits, of hours long before those the lake holds. */
export async function ageFurther(folder: string, commits: number, rows: number): Promise<void> {
  const storage = localStorage(folder);
  const model = path.join(folder, '..', `model-${path.basename(folder)}`);
  const actions = await modelActions(model, rows);
  let snapshot = await openTable(storage, EVENTS);
  for (let count = 0; count < commits && snapshot !== null; count++) {
    const hour = Date.UTC(2024, 0, 1) + snapshot.version * HOUR_MS;
    snapshot = await commitAged(folder, model, snapshot, actions, hour);
  }
}

async function ingestHour(folder: string, start: number, rows: number): Promise<void> {
  const storage = localStorage(folder);
  const raw = rawPath(start);
  await storage.create(raw, Buffer.from(hourlyExport(start, rows)));
  await ingestPaths(
    { storage, host: systemHost },
    parseSettings({ environment: {}, options: { lake: folder } }),
    [raw],
    {
      named: true,
    },
  );
}

/** The actions of a real commit, in a lake of its own. */
async function modelActions(folder: string, rows: number): Promise<readonly Action[]> {
  const storage = localStorage(folder);
  if ((await openTable(storage, EVENTS)) === null) await ingestHour(folder, NEWEST_HOUR, rows);
  return (await readCommit(storage, EVENTS, 1)).actions;
}

async function commitAged(
  folder: string,
  model: string,
  snapshot: Snapshot,
  actions: readonly Action[],
  start: number,
): Promise<Snapshot> {
  const storage = localStorage(folder);
  const link = (from: string, to: string) => {
    const target = path.join(folder, to);
    mkdirSync(path.dirname(target), { recursive: true });
    linkSync(path.join(model, from), target);
  };
  const files = new Map<string, AddFile>();
  for (const action of actions) if ('add' in action) files.set(action.add.path, movedFile(action.add, start));
  const moved = actions.flatMap((action): Action[] => {
    if ('commitInfo' in action) return [{ commitInfo: movedInfo(action.commitInfo, snapshot, start, files) }];
    if ('txn' in action && action.txn.appId.includes(rawPath(NEWEST_HOUR))) {
      return [{ txn: { ...action.txn, appId: action.txn.appId.replace(rawPath(NEWEST_HOUR), rawPath(start)) } }];
    }
    // The first commit says how the instance's files are read.
    if ('txn' in action && snapshot.version === 0) return [action];
    const add = 'add' in action ? files.get(action.add.path) : undefined;
    return add === undefined ? [] : [{ add }];
  });
  for (const [before, { path: after }] of files) link(`${EVENTS}/${before}`, `${EVENTS}/${after}`);
  link(rawPath(NEWEST_HOUR), rawPath(start));
  const result = await commit(storage, snapshot, moved);
  if (result.outcome === 'conflict') throw new Error(`somebody else writes to ${folder}`);
  const failure = (error: unknown) => {
    throw error;
  };
  await afterCommit({ storage, host: systemHost }, result.snapshot, {
    onCheckpointFailure: failure,
    onEvidenceFailure: failure,
  });
  return result.snapshot;
}

function movedInfo(
  info: CommitInfo,
  snapshot: Snapshot,
  start: number,
  files: ReadonlyMap<string, AddFile>,
): CommitInfo {
  let text = JSON.stringify(info).replaceAll(rawPath(NEWEST_HOUR), rawPath(start));
  for (const [before, { path: after }] of files) text = text.replaceAll(before, after);
  return { ...(JSON.parse(text) as CommitInfo), readVersion: snapshot.version, txnId: systemHost.randomId() };
}

function movedFile(add: AddFile, start: number): AddFile {
  const date = new Date(start).toISOString().slice(0, 10);
  const stats = (add.stats ?? '')
    .replaceAll(rawPath(NEWEST_HOUR), rawPath(start))
    .replaceAll(new Date(NEWEST_HOUR).toISOString().slice(0, 13), new Date(start).toISOString().slice(0, 13));
  return {
    ...add,
    path: `event_date=${date}/part-00000-${systemHost.randomId()}.snappy.parquet`,
    partitionValues: { event_date: date },
    stats,
  };
}

function rawPath(start: number): string {
  return `raw/audit-logs-${new Date(start).toISOString().slice(0, 13)}-hourly.csv`;
}
