import { type PastCommit, pastCommits } from '../lake/index.ts';
import type { Storage } from '../storage/index.ts';
import {
  type CommitInfo,
  commitInfoOf,
  isObject,
  type JsonObject,
  type JsonValue,
  type Snapshot,
} from '../table/index.ts';

/** What a commit says of one raw file. Commits of the first version say nothing of withheld rows. */
export interface HistorySource {
  /** Lake path. */
  readonly path: string;
  /** Joins to the table and the quarantine; empty where a commit does not say it. */
  readonly ingest_id: string;
  readonly outcome: string;
  readonly rows: number;
  readonly committed: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly withheld: number;
}

/** One version of the table. What a commit of another engine does not tell is null. */
export interface HistoryEntry {
  readonly version: number;
  readonly time: Date | null;
  readonly operation: string | null;
  readonly engine: string | null;
  readonly sources: readonly HistorySource[];
  /** What maintenance did: its kind and counts. */
  readonly change: JsonObject | null;
  /** A step of a change that is no append: which one, of what kind of change, and why. */
  readonly bracket: { readonly kind: string; readonly step: string; readonly reason: string } | null;
  /** The commit of another engine that it accepts: its version, the SHA-256 of its log file, and why. */
  readonly accepted: { readonly version: number; readonly sha256: string; readonly reason: string } | null;
  readonly filesAdded: number;
  readonly filesRemoved: number;
  readonly from: PastCommit['from'];
}

/** The versions of a table, newest first. Throws as {@link pastCommits} does. */
export async function* history(storage: Storage, snapshot: Snapshot): AsyncGenerator<HistoryEntry> {
  for await (const commit of pastCommits(storage, snapshot)) yield describe(commit);
}

function describe({ version, actions, from }: PastCommit): HistoryEntry {
  const info: CommitInfo = commitInfoOf(actions) ?? {};
  const bracket = objectOf(info['bracket']);
  return {
    version,
    time: timeOf(info.timestamp),
    operation: textOf(info.operation),
    engine: textOf(info.engineInfo),
    sources: (Array.isArray(info['sources']) ? info['sources'] : []).map(sourceOf),
    change: objectOf(info['change']),
    bracket:
      bracket === null
        ? null
        : { kind: String(bracket['kind']), step: String(bracket['step']), reason: String(bracket['reason']) },
    accepted: acceptedBy(info),
    filesAdded: actions.filter((action) => 'add' in action).length,
    filesRemoved: actions.filter((action) => 'remove' in action).length,
    from,
  };
}

function acceptedBy(info: CommitInfo): HistoryEntry['accepted'] {
  const accepted = objectOf(info['accepted']);
  if (accepted === null) return null;
  const { version, sha256, reason } = accepted;
  return { version: countOf(version), sha256: String(sha256), reason: String(reason) };
}

function sourceOf(source: JsonValue): HistorySource {
  const entry = objectOf(source) ?? {};
  return {
    path: textOf(entry['path']) ?? '',
    ingest_id: textOf(entry['ingest_id']) ?? '',
    outcome: textOf(entry['outcome']) ?? '',
    rows: countOf(entry['rows']),
    committed: countOf(entry['committed']),
    duplicates: countOf(entry['duplicates']),
    quarantined: countOf(entry['quarantined']),
    withheld: countOf(entry['withheld']),
  };
}

/** Nothing in a commitInfo can be relied on to be of any type: other engines write theirs. */
function timeOf(value: JsonValue | undefined): Date | null {
  const time = new Date(typeof value === 'number' ? value : Number.NaN);
  return Number.isNaN(time.getTime()) ? null : time;
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function countOf(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function objectOf(value: JsonValue | undefined): JsonObject | null {
  return isObject(value) ? value : null;
}
