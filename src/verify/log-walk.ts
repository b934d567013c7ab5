import {
  BrokenEvidence,
  decodeEvidence,
  type Evidence,
  evidenceBytes,
  evidenceOf,
  evidencePath,
  type GivenEvidence,
  logContentOf,
  Unsealed,
} from '../evidence/index.ts';
import { type Storage, sha256Hex } from '../storage/index.ts';
import { type Action, CorruptLog, commitInfoOf, commitPath, isOurs, unknownParts } from '../table/index.ts';
import type { Findings } from './findings.ts';
import { VersionRun } from './version-run.ts';

/** The table property that lets engines remove old log files; they do unless it is false. */
const LOG_CLEANUP = 'delta.enableExpiredLogCleanup';

/** What to do about a commit that readers take for different things. */
const WAY_ON =
  'restore it from a copy; where there is none, and it has no evidence and no version after it, take it out of the log: all versions before it stay as they are';

/** Versions whose files are read ahead. */
const READ_AHEAD = 16;

/** What log and evidence have, as far as a listing tells. */
export interface WalkedLog {
  readonly table: string;
  /** The newest version of which there is anything. */
  readonly last: number;
  /** The newest version that has evidence; -1 where none has. */
  readonly lastEvidence: number;
  /** Whether it is known from elsewhere that the first commits were sealed; not where it is left out. */
  readonly wasSealed?: boolean;
  /** Versions below this one lack their log files, and a checkpoint that can be read covers them. */
  readonly cleanedBelow: number;
  /** The first version to look at, where it is not 0, and the head before it; undefined where nobody can say it. */
  readonly start?: { readonly version: number; readonly head: string | undefined };
}

/** One version as it was when it was sealed, as far as that can still be told. */
export interface Step {
  readonly version: number;
  /** Null where neither log nor evidence says what the commit did. */
  readonly actions: readonly Action[] | null;
  /** Whether the actions are those of the log file, and the evidence agrees: evidence alone has no statistics. */
  readonly isSealed: boolean;
  /** What a log file of another engine holds that this program makes nothing of. */
  readonly unknown: readonly string[];
  /** SHA-256 of the version's evidence, in hex; null where nobody can say it any more. */
  readonly head: string | null;
  /** SHA-256 of the log file as it was sealed, in hex; null where nobody can say it any more. */
  commitSha256(): string | null;
}

interface Files {
  readonly version: number;
  readonly commit: Uint8Array | null;
  readonly evidence: Uint8Array | null;
  /** Why the commit is not read although it is there. */
  readonly fault: string | null;
}

/**
 * Walks log and evidence side by side, says where they break, and gives what each commit did. Evidence is checked against
 * what the log file and the evidence before it give; the evidence after it tells which of two was edited.
 */
export async function* walkLog(storage: Storage, log: WalkedLog, findings: Findings): AsyncGenerator<Step> {
  const judge = new Judge(log, findings);
  let files: Files | null = null;
  for await (const next of readFiles(storage, log)) {
    if (files !== null) yield judge.judge(files, next.evidence);
    files = next;
  }
  if (files !== null) yield judge.judge(files, null);
  judge.finish();
}

async function* readFiles(storage: Storage, { table, last, start }: WalkedLog): AsyncGenerator<Files> {
  const read = async (version: number): Promise<Files> => {
    const [commit, evidence] = await Promise.all([
      logContentOf(storage, table, commitPath(table, version)).catch(faultOf),
      evidenceBytes(storage, table, version).catch(faultOf),
    ]);
    const fault = commit instanceof CorruptLog ? commit.detail : null;
    return { version, commit: bytesOf(commit), evidence: bytesOf(evidence), fault };
  };
  for (let from = start?.version ?? 0; from <= last; from += READ_AHEAD) {
    const versions = Array.from({ length: Math.min(READ_AHEAD, last - from + 1) }, (_, index) => from + index);
    yield* await Promise.all(versions.map(read));
  }
}

/**
 * Whether a commit took raw files in for a run that had sealed both tables before. The first version, which wrote no
 * evidence, named data files by their sources.
 */
export function tellsOfSealing(actions: readonly Action[]): boolean {
  const info = commitInfoOf(actions);
  return isOurs(info) && info?.['sources'] !== undefined && info['files'] !== undefined;
}

/** Says of one version after the other what it is, and what is wrong with it. */
class Judge {
  readonly #log: WalkedLog;
  readonly #findings: Findings;
  /** The head before the version at hand: null before version 0, undefined where nobody can say it any more. */
  #head: string | null | undefined = null;
  /** Versions without evidence, and versions without anything, that have not been reported yet. */
  readonly #unproved = new VersionRun();
  readonly #gone = new VersionRun();
  readonly #unsealed = new Unsealed();
  #firstUnsealed = 0;
  #cleaned = 0;
  /** Whether a commit tells that those before it were sealed: every run seals what it finds before it takes anything in. */
  #wasSealed: boolean;
  /** Whether the table ever allowed engines to clean up its log. */
  #allowsCleanup = false;

  constructor(log: WalkedLog, findings: Findings) {
    this.#log = log;
    this.#wasSealed = log.wasSealed ?? false;
    if (log.start !== undefined) this.#head = log.start.head;
    this.#findings = findings;
  }

  judge(files: Files, nextEvidence: Uint8Array | null): Step {
    const { table, lastEvidence } = this.#log;
    const { version, commit, evidence } = files;
    if (evidence !== null || commit !== null) this.#reportGone();
    if (evidence !== null || commit === null) this.#reportUnproved();
    else if (version < lastEvidence) this.#unproved.extend(version);
    // Where evidence is what commit and chain give, byte for byte, there is nothing in it to be read.
    const decoded = once(() => (evidence === null ? null : decode(table, version, evidence)));
    const link = () => (nextEvidence === null ? undefined : decode(table, version + 1, nextEvidence)?.previous);
    const before = this.#head === undefined ? (decoded()?.previous ?? null) : this.#head;
    const expected = commit === null ? null : this.#expected(files, commit, before, decoded);
    const isGiven = evidence !== null && expected !== null && Buffer.compare(evidence, expected.bytes) === 0;
    const isAsSealed = isGiven
      ? 'expected'
      : evidence === null || commit === null
        ? this.#judgeOne(files, decoded(), link())
        : this.#judgeBoth(version, {
            commit,
            decoded: decoded(),
            expected: expected?.bytes ?? null,
            link: link(),
          });
    const sealed = isAsSealed === 'expected' ? (expected?.bytes ?? null) : evidence;
    this.#head = sealed === null ? undefined : sha256Hex(sealed);
    const lines = isAsSealed === 'expected' ? expected?.lines : undefined;
    const actions = lines?.flatMap(({ action }) => action ?? []) ?? decoded()?.actions ?? null;
    this.#note(version, actions ?? [], evidence === null && commit !== null && expected !== null);
    const isSealed = actions !== null && evidence !== null && commit !== null && isAsSealed === 'expected';
    const isForeign = actions !== null && !isOurs(commitInfoOf(actions));
    const unknown = isForeign && lines !== undefined ? unknownParts(lines) : [];
    const commitSha256 = () =>
      isAsSealed === 'expected' && commit !== null ? sha256Hex(commit) : (decoded()?.commit.sha256 ?? null);
    return { version, actions, isSealed, unknown, head: this.#head ?? null, commitSha256 };
  }

  /** Says what concerns more than one version. */
  finish(): void {
    this.#reportGone();
    this.#reportUnproved();
    const { table, lastEvidence } = this.#log;
    const { count, isRemoved } = this.#unsealed;
    if (isRemoved || (lastEvidence === -1 && count > 0 && this.#wasSealed)) {
      const text = `${counted(count, 'commit')} without evidence at the end, more than a run that ends in the middle leaves: it was removed; restore it from a copy before anything is written, for the next run writes it anew from what the log says today`;
      this.#findings.problem('evidence_missing', evidencePath(table, this.#firstUnsealed), text);
    } else if (count > 0) {
      const text = `${counted(count, 'commit')} without evidence at the end so far: the next run that writes makes up for it`;
      this.#findings.note('unsealed', `${table}/_delta_log/`, text);
    }
    if (this.#cleaned === 0) return;
    const gone = `${counted(this.#cleaned, 'log file')} gone, from version 0 on`;
    const where = `${table}/_delta_log/`;
    if (this.#allowsCleanup) {
      const text = `${gone}, as an engine's log clean-up leaves it; the evidence has what they said`;
      this.#findings.note('log_cleaned_up', where, text);
    } else {
      const text = `${gone}, although the table forbids engines to clean up its log (${LOG_CLEANUP} is false): they were removed; restore them from a copy. The evidence has what they said, but for the statistics`;
      this.#findings.problem('log_cleaned_up', where, text);
    }
  }

  /** Keeps what {@link finish} speaks of. */
  #note(version: number, actions: readonly Action[], isUnsealed: boolean): void {
    for (const action of actions) {
      if ('metaData' in action && action.metaData.configuration[LOG_CLEANUP] !== 'false') this.#allowsCleanup = true;
    }
    if (!isUnsealed || version <= this.#log.lastEvidence) return;
    if (this.#unsealed.count === 0) this.#firstUnsealed = version;
    this.#unsealed.add(actions);
    if (tellsOfSealing(actions)) this.#wasSealed = true;
  }

  /** The evidence that the commit gives; null, and reported, where it cannot be read. */
  #expected(
    { version, evidence, fault }: Files,
    commit: Uint8Array,
    before: string | null,
    decoded: () => Evidence | null,
  ): GivenEvidence | null {
    const { table } = this.#log;
    if (fault !== null) {
      this.#findings.problem('commit_unreadable', commitPath(table, version), fault);
      return null;
    }
    try {
      return evidenceOf(table, version, commit, before);
    } catch (error) {
      if (!(error instanceof CorruptLog)) throw error;
      const isEdited = evidence !== null && decoded()?.commit.sha256 !== sha256Hex(commit);
      const kind = isEdited ? 'commit_edited' : 'commit_unreadable';
      this.#findings.problem(kind, commitPath(table, version), `${error.detail}; ${WAY_ON}`);
      return null;
    }
  }

  /** One of the two files is missing, or both. */
  #judgeOne(
    { version, commit, evidence }: Files,
    decoded: Evidence | null,
    link: string | null | undefined,
  ): 'expected' | 'evidence' {
    const { cleanedBelow } = this.#log;
    if (commit !== null) return 'expected';
    if (evidence === null) {
      this.#gone.extend(version);
      return 'evidence';
    }
    if (version < cleanedBelow) this.#cleaned++;
    else this.#missing(version, `the log file of version ${version} was removed; restore it from a copy`);
    if (decoded === null) this.#edited(version, 'it is not all there, or not the evidence of this version');
    else if (this.#head !== undefined && decoded.previous !== this.#head) this.#broken(version);
    else if (link !== undefined && link !== decoded.sha256)
      this.#edited(version, 'the evidence after it names another SHA-256');
    return 'evidence';
  }

  /** Both files are there, and the evidence is not what the commit gives. */
  #judgeBoth(
    version: number,
    {
      commit,
      decoded,
      expected,
      link,
    }: {
      commit: Uint8Array;
      decoded: Evidence | null;
      expected: Uint8Array | null;
      link: string | null | undefined;
    },
  ): 'expected' | 'evidence' {
    if (expected === null) return 'evidence';
    const followsExpected = link === sha256Hex(expected);
    if (decoded === null) {
      this.#edited(version, 'it is not all there, or not the evidence of this version');
      return 'expected';
    }
    if (decoded.commit.sha256 !== sha256Hex(commit)) {
      if (followsExpected) {
        this.#edited(
          version,
          'it names another SHA-256 of the commit, and the evidence after it follows from the commit',
        );
        return 'expected';
      }
      const certain = link === decoded.sha256;
      const text = `the log file of version ${version} was edited: its SHA-256 is not the one in the evidence`;
      const doubt = certain ? '' : ' (or the evidence was: no evidence after it tells)';
      this.#findings.problem(
        'commit_edited',
        commitPath(this.#log.table, version),
        `${text}${doubt}; restore it from a copy`,
      );
      return 'evidence';
    }
    if (this.#head !== undefined && decoded.previous !== this.#head && !followsExpected) {
      this.#broken(version);
      return 'evidence';
    }
    this.#edited(version, 'it says something else than the commit');
    return 'expected';
  }

  #edited(version: number, detail: string): void {
    const text = `the evidence of version ${version} was edited: ${detail}; restore it from a copy`;
    this.#findings.problem('evidence_edited', evidencePath(this.#log.table, version), text);
  }

  #broken(version: number): void {
    const text = `the evidence of version ${version} does not follow from the one before it: one of them was replaced`;
    this.#findings.problem('chain_broken', evidencePath(this.#log.table, version), text);
  }

  #missing(version: number, text: string): void {
    this.#findings.problem('commit_missing', commitPath(this.#log.table, version), text);
  }

  #reportGone(): void {
    const run = this.#gone.end();
    if (run === null) return;
    const text = `${run.words} gone: neither log files nor evidence are there; restore both from a copy`;
    this.#missing(run.first, text);
  }

  #reportUnproved(): void {
    const run = this.#unproved.end();
    if (run === null) return;
    const text = `${run.words} without evidence: it was removed; restore it from a copy`;
    this.#findings.problem('evidence_missing', evidencePath(this.#log.table, run.first), text);
  }
}

/** A value that is made when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** How many of a thing there are. */
function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun} is` : `${count} ${noun}s are`;
}

function decode(table: string, version: number, bytes: Uint8Array): Evidence | null {
  try {
    return decodeEvidence(table, version, bytes);
  } catch (error) {
    if (error instanceof BrokenEvidence) return null;
    throw error;
  }
}

function faultOf(error: unknown): CorruptLog {
  if (error instanceof CorruptLog) return error;
  throw error;
}

/** Of a file that is not read no bytes: it is there, and nothing of it is right. */
function bytesOf(content: Uint8Array | CorruptLog | null): Uint8Array | null {
  return content instanceof CorruptLog ? new Uint8Array() : content;
}
