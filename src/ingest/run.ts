import { z } from 'zod';
import { type Codec, snappy, zstd } from '../parquet/index.ts';
import { inclusion, instanceOf, type Settings, settingsHash, sourceSettings } from '../settings/index.ts';
import { comparePaths, FileNotFound, PreconditionFailed, readAll, type Storage } from '../storage/index.ts';
import { checkpointAfterCommit, type Snapshot } from '../table/index.ts';
import { ingestFile } from './file-ingestion.ts';
import type { Host } from './host.ts';
import { openTables, prepareTables, RAW } from './lake.ts';
import { rejectionPath } from './quarantine.ts';
import { emptyReport, type FileReport } from './report.ts';
import {
  ingestedTransaction,
  isRecorded,
  rejectedPath,
  rejectedTransaction,
  type SourceFile,
  sourceFile,
} from './source-file.ts';

const CODECS: Readonly<Record<Settings['codec'], Codec>> = { snappy, zstd };

/** What is read back of a rejection's quarantine file. */
const REJECTION = z.object({ reason: z.string(), explanation: z.string() });

/** Told of what an ingestion does, for a progress bar or a log. */
export interface Observer {
  /** A file is about to be read; `size` in stored bytes. */
  onFile?(path: string, size: number): void;
  /** Stored bytes and records of the current file read so far. */
  onProgress?(bytes: number, rows: number): void;
  onReport?(report: FileReport): void;
  /** A checkpoint could not be written; the table is whole without it. */
  onCheckpointFailure?(error: unknown): void;
}

export interface RunOptions {
  readonly observer?: Observer;
  /** Whether somebody asked for these very files: one that stands rejected is then reported as rejected, not as skipped. */
  readonly named: boolean;
}

export interface Run {
  readonly reports: readonly FileReport[];
  /** The table after the last file. */
  readonly snapshot: Snapshot;
}

/**
 * Takes raw files into the table, one commit each, in the order given.
 * @param paths lake paths; one that is gone is skipped
 * @throws storage errors and TableError: what was committed before stands, and the rest is taken in by the next run
 */
export async function ingestPaths(
  storage: Storage,
  host: Host,
  settings: Settings,
  paths: AsyncIterable<string> | Iterable<string>,
  options: RunOptions,
): Promise<Run> {
  let snapshot = (await prepareTables(storage, host)).events;
  const reports: FileReport[] = [];
  const onCheckpointFailure = (error: unknown) => options.observer?.onCheckpointFailure?.(error);
  const isIncluded = inclusion(settings);
  for await (const path of paths) {
    const result = isIncluded(path.slice(RAW.length))
      ? await ingestPath(storage, host, snapshot, settings, path, options)
      : { snapshot, report: emptyReport(path, 'skipped', 'excluded', null) };
    const isNewVersion = result.snapshot.version > snapshot.version;
    snapshot = result.snapshot;
    if (isNewVersion) await checkpointAfterCommit(storage, snapshot, new Date(host.now()), onCheckpointFailure);
    reports.push(result.report);
    options.observer?.onReport?.(result.report);
  }
  return { reports, snapshot };
}

/** Every file of the raw zone that the settings include, in the order of their paths. */
export async function* rawPaths(storage: Storage, settings: Settings): AsyncGenerator<string> {
  const isIncluded = inclusion(settings);
  for await (const { path } of storage.list(RAW)) if (isIncluded(path.slice(RAW.length))) yield path;
}

/** The raw files that stand rejected in the log. */
export async function rejectedPaths(storage: Storage): Promise<string[]> {
  const transactions = (await openTables(storage))?.events.transactions ?? new Map<string, unknown>();
  const paths = [...transactions.keys()].flatMap((appId) => rejectedPath(appId) ?? []);
  return paths.filter((path) => !transactions.has(path)).sort(comparePaths);
}

/** What the log says of a raw file as it is now, with these settings. */
export async function standingOf(
  storage: Storage,
  snapshot: Snapshot,
  settings: Settings,
  path: string,
): Promise<'ingested' | 'rejected' | 'waiting'> {
  const info = await storage.head(path);
  if (info === null) return 'waiting';
  const source = sourceFile(info);
  if (isRecorded(snapshot, ingestedTransaction(source, 0))) return 'ingested';
  const hash = settingsHash(sourceSettings(settings));
  return isRecorded(snapshot, rejectedTransaction(source, hash, 0)) ? 'rejected' : 'waiting';
}

/** One file: looked at first, then read only as what it was then; once again from the start where it changed meanwhile. */
async function ingestPath(
  storage: Storage,
  host: Host,
  snapshot: Snapshot,
  settings: Settings,
  path: string,
  { observer, named }: RunOptions,
): Promise<{ snapshot: Snapshot; report: FileReport }> {
  for (let tries = 1; ; tries++) {
    const info = await storage.head(path);
    if (info === null) return { snapshot, report: emptyReport(path, 'skipped', 'gone', null) };
    const source = sourceFile(info);
    const plan = {
      source,
      instance: instanceOf(path.slice(RAW.length), settings.instances) ?? null,
      settings: sourceSettings(settings),
      settingsHash: settingsHash(sourceSettings(settings)),
      codec: CODECS[settings.codec],
      quarantineSuffix: '',
      onProgress: (bytes: number, rows: number) => observer?.onProgress?.(bytes, rows),
    };
    if (isRecorded(snapshot, ingestedTransaction(source, 0))) {
      return { snapshot, report: emptyReport(path, 'skipped', 'already_ingested', null) };
    }
    if (isRecorded(snapshot, rejectedTransaction(source, plan.settingsHash, 0))) {
      return { snapshot, report: await standingRejection(storage, source, plan.settingsHash, named) };
    }
    observer?.onFile?.(path, source.size);
    try {
      return await ingestFile(storage, host, snapshot, plan);
    } catch (error) {
      const changed = error instanceof PreconditionFailed || error instanceof FileNotFound;
      if (!changed) throw error;
      if (tries === 2) return { snapshot, report: emptyReport(path, 'skipped', 'still_changing', error.message) };
    }
  }
}

/** The report of a file that was rejected before and has not changed since, nor the settings. */
async function standingRejection(
  storage: Storage,
  source: SourceFile,
  settingsHash: string,
  named: boolean,
): Promise<FileReport> {
  const { reason, explanation } = await recordedRejection(storage, rejectionPath(source, settingsHash));
  return named
    ? emptyReport(source.path, 'rejected', reason, explanation)
    : emptyReport(source.path, 'skipped', 'rejected_before', explanation);
}

/** What was put on record when a file was rejected; its record may have been deleted since. */
async function recordedRejection(storage: Storage, path: string): Promise<z.infer<typeof REJECTION>> {
  try {
    const text = Buffer.from(await readAll(storage, path)).toString('utf8');
    return REJECTION.parse(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof FileNotFound)) throw error;
    return { reason: 'rejected_before', explanation: `the record of the rejection, ${path}, is gone` };
  }
}
