import { dayOfDate } from '../events/index.ts';
import type { CommitRecord, ReplayRecord, SourceRecord } from '../lake/index.ts';
import type { Findings, Problem } from './findings.ts';
import type { ReplayedState } from './replayed-state.ts';

/** A data change of another engine, as it was found. */
interface ForeignChange {
  readonly version: number;
  readonly where: string;
  readonly problem: Problem;
  /** SHA-256 of its log file, in hex; null where nobody can say it. */
  readonly sha256: string | null;
  /** The days of the files it added and removed; null where they cannot be told. */
  readonly days: ReadonlySet<string> | null;
  /** Rows of each day that have to be there again; null where nobody knows how many there were. */
  readonly expected: Map<string, number> | null;
  /** The version of the replay that put back what raw gives, and why a replay did not. */
  healedBy: number | null;
  shortfall: string | null;
  /** What commits of ours say that accept it. */
  readonly acceptances: { readonly version: number; readonly reason: string; readonly time: Date | null }[];
}

/** A data file that a commit adds or removes: its day and its rows, as far as they are known. */
interface MovedFile {
  readonly day: string | undefined;
  readonly rows: number | null;
}

/** The files that a commit moves. */
export interface MovedFiles {
  readonly version: number;
  readonly added: readonly MovedFile[];
  readonly removed: readonly MovedFile[];
}

/**
 * Follows changes of data by other engines until a replay has put back what raw files give and somebody has accepted them.
 * Both together turn the problem into a note; neither does alone, nor a replay that left something out.
 */
export class ForeignChanges {
  readonly #findings: Findings;
  readonly #changes: ForeignChange[] = [];
  /** Raw files that are in, by `ingest_id`, with the version that took them in. */
  readonly #sources = new Map<string, { readonly path: string; readonly version: number }>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Notes a data change that was just reported as a problem; `state` is the one before it. */
  add(problem: Problem, sha256: string | null, { version, added, removed }: MovedFiles, state: ReplayedState): void {
    const named = [...added, ...removed].map(({ day }) => day);
    const days = named.includes(undefined) ? null : new Set(named.map(String));
    // After a change before it that is not healed, the rows of these days say nothing.
    const isBaseline = this.#changes.every(
      ({ healedBy, days: earlier }) => healedBy !== null || areApart(earlier, days),
    );
    const expected = isBaseline ? rowsOf(state, days) : null;
    const { where } = problem;
    this.#changes.push({
      ...{ version, where, problem, sha256, days, expected },
      healedBy: null,
      shortfall: null,
      acceptances: [],
    });
  }

  /** Notes a commit of ours, once it is applied to the state. `unlockedFor` is the change for which the table is open. */
  see(commit: MovedFiles, record: CommitRecord, unlockedFor: string | null, state: ReplayedState): void {
    const { change, accepted, sources } = record;
    if (accepted !== null) this.#accept(commit.version, accepted);
    if (change !== null && change.kind === unlockedFor && change.kind === 'replay') {
      for (const each of this.#changes) this.#heal(each, commit.version, change, sources, state);
    } else if (change?.kind === 'erase' || change?.kind === 'retain' || change?.kind === 'withdraw') {
      for (const { expected } of this.#changes) lower(expected, commit, change.kind === 'retain' ? change.before : '');
    }
    // What is out, no replay reads.
    if (change?.kind === 'withdraw' && !change.undo) {
      for (const { ingest_id: id } of change.withdrawn) this.#sources.delete(id ?? '');
    }
    for (const source of sources) {
      if (source.outcome === 'ingested' && !this.#sources.has(source.ingest_id)) {
        this.#sources.set(source.ingest_id, { path: source.path, version: commit.version });
      }
    }
  }

  /** Turns the problems that are healed and accepted into notes, and says of the others what is still to be done. */
  finish(): void {
    const { problems } = this.#findings;
    for (const { version, where, problem, healedBy, shortfall, acceptances } of this.#changes) {
      const last = acceptances.at(-1);
      const at = problems.indexOf(problem);
      if (at === -1) continue;
      if (last !== undefined && healedBy !== null) {
        problems.splice(at, 1);
        const when = last.time === null ? '' : ` on ${last.time.toISOString()}`;
        const text = `version ${version} changed data; version ${healedBy} (replay) put back what raw files give, and version ${last.version} accepted it${when}: ${last.reason}`;
        this.#findings.note('foreign_change_accepted', where, text);
        continue;
      }
      const undone =
        healedBy === null
          ? `${shortfall ?? 'replay puts back what raw files give'}; then audit-lake accept ${version} acknowledges it`
          : `version ${healedBy} (replay) put back what raw files give; audit-lake accept ${version} --reason TEXT acknowledges it`;
      const isAccepted =
        last === undefined ? '' : `, and its acceptance in version ${last.version} does not stand until then`;
      problems[at] = { ...problem, explanation: `${problem.explanation}; ${undone}${isAccepted}` };
    }
  }

  #accept(version: number, accepted: NonNullable<CommitRecord['accepted']>): void {
    for (const change of this.#changes) {
      if (change.version !== accepted.version || change.sha256 !== accepted.sha256) continue;
      change.acceptances.push({ version, reason: accepted.reason, time: accepted.time });
    }
  }

  #heal(
    each: ForeignChange,
    version: number,
    replay: ReplayRecord,
    sources: readonly SourceRecord[],
    state: ReplayedState,
  ): void {
    if (each.healedBy !== null) return;
    each.shortfall = this.#shortfall(each, replay, sources, state);
    if (each.shortfall === null) each.healedBy = version;
  }

  /** Why a replay did not put back all that raw files give of these days; null where it did. */
  #shortfall(
    { version, days, expected }: ForeignChange,
    { from, to, vanished, carried_over: carried, skipped }: ReplayRecord,
    sources: readonly SourceRecord[],
    state: ReplayedState,
  ): string | null {
    const isCovered = (day: string) => (from === null || day >= from) && (to === null || day <= to);
    const isOfAllDays = from === null && to === null;
    if (days === null ? !isOfAllDays : ![...days].every((day) => dayOfDate(day) !== null && isCovered(day))) {
      return isOfAllDays ? null : 'the replay since then does not cover its days';
    }
    const read = new Set(sources.map(({ ingest_id: id }) => id));
    const passedOver = new Set(skipped.map(({ path }) => path));
    for (const [id, { path, version: since }] of this.#sources) {
      if (since < version && !read.has(id) && !passedOver.has(path))
        return `the replay since then did not read ${path}`;
    }
    if (carried > 0 && skipped.length === 0) return `the replay since then kept ${carried} rows that no raw file gives`;
    const found = rowsOf(state, days);
    // Settings that changed which records are good, or what makes an event, may have changed how many there are.
    if (vanished > 0 || expected === null || found === null) return null;
    let missing = 0;
    for (const [day, rows] of expected) missing += Math.max(0, rows - (found.get(day) ?? 0));
    if (missing === 0) return null;
    return `${missing} of the rows of its days are still missing, since raw files are gone or changed: restore them from a copy, then replay`;
  }
}

function areApart(some: ReadonlySet<string> | null, others: ReadonlySet<string> | null): boolean {
  return some !== null && others !== null && ![...some].some((day) => others.has(day));
}

/** Rows of some days by day, all where they are null; null where they cannot be told. */
function rowsOf({ files }: ReplayedState, days: ReadonlySet<string> | null): Map<string, number> | null {
  const found = new Map<string, number>();
  for (const { add, rows } of files.values()) {
    const day = add.partitionValues['event_date'] ?? '';
    if (days !== null && !days.has(day)) continue;
    if (rows === null) return null;
    found.set(day, (found.get(day) ?? 0) + rows);
  }
  return found;
}

/** Takes out what an erasure or a retention removed, which need not come back: whole days before one that is kept. */
function lower(expected: Map<string, number> | null, { added, removed }: MovedFiles, before: string): void {
  for (const day of expected?.keys() ?? []) if (day < before) expected?.delete(day);
  for (const [files, sign] of [
    [removed, -1],
    [added, 1],
  ] as const) {
    for (const { day = '', rows } of files) {
      const left = expected?.get(day);
      if (left === undefined) continue;
      if (rows === null) expected?.delete(day);
      else expected?.set(day, left + sign * rows);
    }
  }
}
