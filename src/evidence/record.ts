import { EVIDENCE, sha256Hex } from '../storage/index.ts';
import {
  type Action,
  type CommitLine,
  CorruptLog,
  commitLines,
  commitPath,
  type JsonValue,
  parseActions,
  TableError,
  tableName,
} from '../table/index.ts';

/** The evidence of a version is there and says something else than its commit and the evidence before it give. */
export class EvidenceConflict extends TableError {}

/** The evidence of a version cannot be written, or not be read: it is missing, cut off or edited, or its commit is gone. */
export class BrokenEvidence extends TableError {}

/** What the evidence of one version says. */
export interface Evidence {
  readonly version: number;
  /** SHA-256 of this evidence file, in hex: the head of the chain up to here. */
  readonly sha256: string;
  /** SHA-256 of the evidence of the version before; null for version 0. */
  readonly previous: string | null;
  /** The log file it is about; `size` in bytes. */
  readonly commit: { readonly path: string; readonly size: number; readonly sha256: string };
  /** What the commit did. Files carry no statistics here. */
  readonly actions: readonly Action[];
}

/** The first line of an evidence file is a JSON object that lacks its end: the actions follow, one a line. */
const BEFORE_ACTIONS = ',"actions":[';
const END = ']}';

/** Every kind of action that evidence keeps; any other is covered by the commit's SHA-256 alone. */
const KEPT: ReadonlySet<string> = new Set(['commitInfo', 'protocol', 'metaData', 'add', 'remove', 'txn']);

/** The lake path of the evidence of a version; tables are told apart by the last segment of their path. */
export function evidencePath(table: string, version: number): string {
  return `${evidenceFolder(table)}${String(version).padStart(20, '0')}.json`;
}

/** The lake folder of a table's evidence, with its slash. */
export function evidenceFolder(table: string): string {
  return `${EVIDENCE}${tableName(table)}/`;
}

/** The evidence that a commit gives, and what the commit did. */
export interface GivenEvidence {
  readonly bytes: Uint8Array;
  readonly lines: readonly CommitLine[];
}

/**
 * The evidence of a version: a pure function of the log file's bytes and of the evidence before it, so that anyone may
 * fill a gap and all write the same bytes. `previous` is the SHA-256 of the evidence before, null for version 0.
 * @throws CorruptLog where the commit cannot be read in one way only: whatever could not be replayed is never sealed
 */
export function evidenceOf(table: string, version: number, commit: Uint8Array, previous: string | null): GivenEvidence {
  const path = commitPath(table, version);
  const header = {
    evidence: 1,
    table: tableName(table),
    version,
    previous,
    commit: { path, size: commit.length, sha256: sha256Hex(commit) },
  };
  const lines = commitLines(table, path, commit);
  const text = `${JSON.stringify(header).slice(0, -1)}${BEFORE_ACTIONS}\n${keptTexts(lines).join(',\n')}\n${END}\n`;
  return { bytes: Buffer.from(text), lines };
}

/** The bytes of {@link evidenceOf}. @throws CorruptLog */
export function encodeEvidence(
  table: string,
  version: number,
  commit: Uint8Array,
  previous: string | null,
): Uint8Array {
  return evidenceOf(table, version, commit, previous).bytes;
}

/** @throws BrokenEvidence for bytes that are not the evidence of this version */
export function decodeEvidence(table: string, version: number, bytes: Uint8Array): Evidence {
  const path = evidencePath(table, version);
  const [first = '', ...lines] = new TextDecoder().decode(bytes).split('\n');
  const header = parseHeader(first);
  const isWhole = lines.pop() === '' && lines.pop() === END;
  if (header === null || !isWhole || header.table !== tableName(table) || header.version !== version) {
    const detail = `${path} is not the evidence of version ${version}, or not all of it`;
    throw new BrokenEvidence(table, `${detail}; restore it from a copy, or remove it and run verify`);
  }
  const { previous, commit } = header;
  try {
    const actions = parseActions(table, path, lines.map((line) => line.replace(/,$/, '')).join('\n'));
    return { version, sha256: sha256Hex(bytes), previous, commit, actions };
  } catch (error) {
    if (error instanceof CorruptLog) throw new BrokenEvidence(table, error.detail, { cause: error });
    throw error;
  }
}

type Header = Pick<Evidence, 'version' | 'previous' | 'commit'> & { readonly table: string };

function parseHeader(line: string): Header | null {
  if (!line.endsWith(BEFORE_ACTIONS)) return null;
  try {
    const header = JSON.parse(`${line.slice(0, -BEFORE_ACTIONS.length)}}`) as Partial<Record<string, unknown>>;
    const { evidence, previous } = header;
    const { path, size, sha256 } = (header['commit'] ?? {}) as Partial<Record<string, unknown>>;
    const isComplete = typeof path === 'string' && typeof size === 'number' && typeof sha256 === 'string';
    const isLinked = previous === null || typeof previous === 'string';
    return evidence === 1 && isComplete && isLinked ? (header as unknown as Header) : null;
  } catch {
    return null;
  }
}

/** The lines of a log file as JSON texts, of the kinds that are kept. */
function keptTexts(lines: readonly CommitLine[]): string[] {
  return lines.flatMap(({ line: { kind, text, value } }) => {
    if (!KEPT.has(kind)) return [];
    if (kind === 'add' || kind === 'remove') return [JSON.stringify({ [kind]: withoutStatistics(value[kind] ?? {}) })];
    // The text as it stands keeps whole numbers beyond 2^53, which some writers use as versions.
    return Object.keys(value).length === 1 ? [text] : [JSON.stringify({ [kind]: value[kind] })];
  });
}

/**
 * Statistics hold the first and last names of users in a file. Evidence is write-once, so no erasure could take them out
 * again: they stay out of it, and so do tags, which are anything.
 */
function withoutStatistics(file: JsonValue): object {
  const { stats, tags, ...rest } = file as Readonly<Record<string, unknown>>;
  return rest;
}
