import {
  type ByRecord,
  type PastCommit,
  pastCommits,
  type ShownSource,
  shownRecord,
  type VacuumRecord,
} from '../lake/index.ts';
import type { Storage } from '../storage/index.ts';
import { commitInfoOf, type JsonObject, type Snapshot } from '../table/index.ts';

/** One version of the table. What a commit of another engine does not tell is null. */
export interface HistoryEntry {
  readonly version: number;
  readonly time: Date | null;
  readonly operation: string | null;
  readonly engine: string | null;
  readonly sources: readonly ShownSource[];
  /** What maintenance did: its kind and counts. */
  readonly change: JsonObject | null;
  /** A step of a change that is no append: which one, of what kind of change, and why. */
  readonly bracket: { readonly kind: string; readonly step: string; readonly reason: string } | null;
  /** The commit of another engine that it accepts: its version, the SHA-256 of its log file, and why. */
  readonly accepted: { readonly version: number; readonly sha256: string; readonly reason: string } | null;
  /** The vacuum that it stands for: what was about to be deleted, and why. */
  readonly vacuumed: VacuumRecord | null;
  /** Who made the change, where that was known; a name that is claimed is that of an account of some machine. */
  readonly by: ByRecord | null;
  readonly filesAdded: number;
  readonly filesRemoved: number;
  readonly from: PastCommit['from'];
}

/** The versions of a table, newest first. Throws as {@link pastCommits} does. */
export async function* history(storage: Storage, snapshot: Snapshot): AsyncGenerator<HistoryEntry> {
  for await (const commit of pastCommits(storage, snapshot)) yield describe(commit);
}

function describe({ version, actions, from }: PastCommit): HistoryEntry {
  return {
    version,
    ...shownRecord(commitInfoOf(actions)),
    filesAdded: actions.filter((action) => 'add' in action).length,
    filesRemoved: actions.filter((action) => 'remove' in action).length,
    from,
  };
}
