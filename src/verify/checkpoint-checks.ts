import { readAll, type Storage } from '../storage/index.ts';
import {
  type Action,
  CorruptLog,
  decodeCheckpoint,
  type ListedCheckpoint,
  parseActions,
  readCheckpoint,
  readLogFile,
  type Snapshot,
  stateOf,
  UnsupportedTable,
} from '../table/index.ts';
import { sideText } from './checksum-file.ts';
import type { Findings } from './findings.ts';
import { parsedFiles } from './parsed-columns.ts';
import type { ReplayedState } from './replayed-state.ts';
import { parsedStatisticsDiffer } from './statistics-match.ts';

/**
 * Compares a checkpoint with the state of its version: each that is there, since every reader has a way of its own to
 * choose between several of one version.
 */
export async function compareCheckpoint(
  storage: Storage,
  table: string,
  checkpoint: ListedCheckpoint,
  state: ReplayedState,
  findings: Findings,
): Promise<void> {
  const where = checkpoint.files[0] ?? table;
  findings.counts.checkpoints++;
  try {
    const { snapshot, files } = await contentOf(storage, table, checkpoint);
    const dropped = state.droppedFrom(snapshot);
    if (dropped > 0) {
      const text = `it leaves out ${dropped} txn, as the table allows it (delta.setTransactionRetentionDuration): the next run of ours that writes puts back what it needs of them`;
      findings.note('transactions_expired', where, text);
    }
    const found = state.differencesTo(snapshot) ?? (await parsedDifferences(storage, table, files, state));
    if (found === null) return;
    const text = `it does not hold the state of version ${checkpoint.version}: ${found}; remove it, and the next one is right`;
    findings.problem('checkpoint_differs', where, text);
  } catch (error) {
    if (!(error instanceof CorruptLog) && !(error instanceof UnsupportedTable)) throw error;
    findings.problem('checkpoint_unreadable', where, error.detail);
  }
}

interface CheckpointState {
  readonly snapshot: Snapshot;
  /** The Parquet files that it is made of. */
  readonly files: readonly string[];
}

async function contentOf(storage: Storage, table: string, checkpoint: ListedCheckpoint): Promise<CheckpointState> {
  const { kind, files, version } = checkpoint;
  if (kind === 'classic') return { snapshot: await readCheckpoint(storage, table, checkpoint), files };
  const [file = ''] = files;
  const { actions, sidecars } = await secondKind(storage, table, file);
  const beside = sidecars.map((name) => `${table}/_delta_log/_sidecars/${name}`);
  for (const path of beside) actions.push(...(await decoded(storage, table, path)).actions);
  const snapshot = stateOf(table, version, actions);
  return { snapshot, files: [...(file.endsWith('.parquet') ? files : []), ...beside] };
}

/** The actions of a checkpoint's main file, and the names of the files beside it. */
async function secondKind(storage: Storage, table: string, file: string) {
  if (file.endsWith('.parquet')) {
    const { actions, sidecars } = await decoded(storage, table, file);
    return { actions: [...actions], sidecars };
  }
  const text = await sideText(storage, file);
  if (text === null) throw new CorruptLog(table, `the checkpoint ${file} is no text`);
  const actions: Action[] = [...parseActions(table, file, text)];
  const sidecars = text.split('\n').flatMap((line) => {
    if (!line.includes('"sidecar"')) return [];
    const { sidecar } = JSON.parse(line) as { readonly sidecar?: { readonly path?: unknown } };
    return typeof sidecar?.path === 'string' ? [sidecar.path] : [];
  });
  return { actions, sidecars };
}

/** @throws CorruptLog for a file that is missing or no checkpoint */
async function decoded(storage: Storage, table: string, path: string) {
  const bytes = (await storage.head(path)) === null ? null : await readLogFile(storage, table, path, 'checkpoint');
  try {
    if (bytes === null) throw new Error('it is not there');
    return decodeCheckpoint(bytes);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new CorruptLog(table, `${path} cannot be read: ${detail}`, { cause: error });
  }
}

/** How the columns of statistics and partitions that some engines write beside the texts differ; null where they do not. */
async function parsedDifferences(
  storage: Storage,
  table: string,
  files: readonly string[],
  state: ReplayedState,
): Promise<string | null> {
  const found: string[] = [];
  for (const file of files) {
    for (const { path, statistics, partition } of await parsedFiles(table, file, await readAll(storage, file))) {
      const add = state.files.get(path)?.add;
      if (add === undefined) continue;
      if (partition !== null && !samePartition(add.partitionValues, partition)) {
        found.push(`${path} has another partition in partitionValues_parsed`);
      }
      if (statistics === null) continue;
      if (add.stats === undefined) state.claim(path, JSON.stringify(statistics, withNumbers));
      else if (parsedStatisticsDiffer(add.stats, statistics)) {
        found.push(`${path} has other statistics in stats_parsed, which can hide rows`);
      }
    }
  }
  if (found.length === 0) return null;
  return `${found.slice(0, 3).join('; ')}${found.length > 3 ? `, and ${found.length - 3} more differences` : ''}`;
}

function samePartition(expected: Readonly<Record<string, string>>, found: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(expected).every(([name, value]) => {
    const other = found[name] ?? '';
    return other instanceof Date ? other.toISOString().slice(0, 10) === value : String(other) === value;
  });
}

function withNumbers(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
