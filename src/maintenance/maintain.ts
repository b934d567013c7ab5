import type { ChainHead } from '../evidence/index.ts';
import { codecOf, openTables, prepareTables, statesOf, type TableState, writeEvidence } from '../lake/index.ts';
import type { Settings } from '../settings/index.ts';
import type { LakeContext } from '../storage/index.ts';
import {
  checkpointInterval,
  listLog,
  openBracket,
  refresh,
  repairLastCheckpoint,
  type Snapshot,
  writeCheckpoint,
} from '../table/index.ts';
import type { Compaction, CompactObserver } from './compact.ts';
import { compactLake, type InTable } from './duties.ts';
import { type LakeVacuum, vacuumLake } from './vacuum.ts';

/** The steps of a maintenance, in their order. */
export type MaintenanceStep = 'checkpoint' | 'compact' | 'vacuum' | 'seal';

export interface MaintainOptions {
  /** Milliseconds since 1970 from which on no further day is compacted. */
  readonly deadline: number;
  readonly observer?: CompactObserver;
}

/** What a maintenance did; a step that failed is null here and named in `failures`. */
export interface Maintenance {
  /** Whether a change of the table was found interrupted, and its bracket closed. */
  readonly closedBracket: boolean;
  /** Checkpoints that were due and missing, and were written. */
  readonly checkpoints: number | null;
  /** Of every table that has days. */
  readonly compactions: readonly InTable<Compaction>[] | null;
  readonly vacuum: LakeVacuum | null;
  /** The end of each table's chain, by table; null where its evidence could not be written. */
  readonly heads: ReadonlyMap<string, ChainHead | null>;
  readonly failures: readonly { readonly step: MaintenanceStep; readonly error: unknown }[];
}

/**
 * Keeps a lake in shape: closes a bracket that was left open, writes a checkpoint that is overdue, compacts closed days,
 * removes unused files, and writes missing evidence. A step that fails does not keep the later ones from being done.
 * @throws storage errors and TableError where the tables cannot be opened at all
 */
export async function maintainLake(
  context: LakeContext,
  settings: Settings,
  { deadline, observer }: MaintainOptions,
): Promise<Maintenance> {
  const { storage } = context;
  const failures: { step: MaintenanceStep; error: unknown }[] = [];
  const attempt = async <T>(step: MaintenanceStep, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      failures.push({ step, error });
      return null;
    }
  };
  const found = await openTables(storage);
  const closedBracket =
    found !== null &&
    statesOf(found).some(({ table, snapshot }) => table.isAppendOnly && openBracket(snapshot) !== null);
  const tables = statesOf(await prepareTables(context, observer));
  const checkpoints = await attempt('checkpoint', () => writeOverdue(context, snapshotsOf(tables)));
  const compactions = await attempt('compact', () =>
    compactLake(context, tables, {
      codec: codecOf(settings),
      deadline,
      dryRun: false,
      ...(observer !== undefined && { observer }),
    }),
  );
  const compacted = new Map(compactions?.map(({ table, result }) => [table as string, result.snapshot]));
  const snapshots = await Promise.all(
    tables.map(({ table, snapshot }) => refresh(storage, compacted.get(table.name) ?? snapshot)),
  );
  const vacuum = await attempt('vacuum', () => vacuumLake(context, snapshots, { dryRun: false }));
  const heads = new Map<string, ChainHead | null>();
  for (const snapshot of snapshots) {
    const failed = (error: unknown): void => void failures.push({ step: 'seal', error });
    heads.set(snapshot.path, await writeEvidence(storage, snapshot, { ...observer, onEvidenceFailure: failed }));
  }
  return { closedBracket, checkpoints, compactions, vacuum, heads, failures };
}

function snapshotsOf(tables: readonly TableState[]): Snapshot[] {
  return tables.map(({ snapshot }) => snapshot);
}

/** Writes the checkpoint of a table that went without for a whole interval: one that failed in its turn. */
async function writeOverdue(context: LakeContext, snapshots: readonly Snapshot[]): Promise<number> {
  const { storage, host } = context;
  let written = 0;
  for (const snapshot of snapshots) {
    const interval = checkpointInterval(snapshot);
    if (snapshot.version < interval) continue;
    const { checkpoints } = await listLog(storage, snapshot.path, snapshot.version - interval);
    if (checkpoints.length > 0) {
      await repairLastCheckpoint(storage, snapshot.path);
      continue;
    }
    await writeCheckpoint(storage, snapshot, new Date(host.now()));
    written++;
  }
  return written;
}
