import { BrokenEvidence, decodeEvidence, encodeEvidence, evidenceBytes, logContentOf } from '../evidence/index.ts';
import { FileArchived, type Storage, sha256Hex, UnreadableFile } from '../storage/index.ts';
import { type Action, commitPath, parseCommit, TableError } from '../table/index.ts';

/** Versions read at the same time: on a remote store one read is mostly waiting. */
const PARALLEL_READS = 16;

/** One version of a table, and its link of the chain. */
export interface CommitLink {
  readonly version: number;
  /** SHA-256 of the log file; null where it is gone. */
  readonly logSha256: string | null;
  /** SHA-256 of the evidence file; null where there is none. */
  readonly evidenceSha256: string | null;
  /** What the evidence says: the evidence before it, and the log file that it sealed; null where it cannot be read. */
  readonly previous: string | null;
  readonly sealed: string | null;
  /** What the commit did, from the evidence, else from the log; none where neither can be read. */
  readonly actions: readonly Action[];
  /** What does not hold of it by itself. */
  readonly faults: readonly string[];
}

/**
 * The versions of a table with their links, newest first, each read when it is asked for or a little before. Nothing that is
 * damaged ends it: it is said of the link.
 * @param table its lake path
 * @throws storage errors
 */
export async function* commitLinks(storage: Storage, table: string, head: number): AsyncGenerator<CommitLink> {
  for (let newest = head; newest >= 0; newest -= PARALLEL_READS) {
    const versions = Array.from({ length: Math.min(PARALLEL_READS, newest + 1) }, (_, index) => newest - index);
    const links = await Promise.allSettled(versions.map((version) => linkOf(storage, table, version)));
    for (const link of links) {
      if (link.status === 'rejected') throw link.reason;
      yield link.value;
    }
  }
}

async function linkOf(storage: Storage, table: string, version: number): Promise<CommitLink> {
  const path = commitPath(table, version);
  const [log, evidence] = await Promise.all([
    orFault(() => logContentOf(storage, table, path)),
    orFault(() => evidenceBytes(storage, table, version)),
  ]);
  const faults = [log, evidence].flatMap((each) => (typeof each === 'string' ? [each] : []));
  const logBytes = typeof log === 'string' ? null : log;
  const sealing = typeof evidence === 'string' || evidence === null ? null : evidence;
  const decoded = sealing === null ? null : decodedEvidence(table, version, sealing);
  if (typeof decoded === 'string') faults.push(decoded);
  const said = typeof decoded === 'string' ? null : decoded;
  const logSha256 = logBytes === null ? null : sha256Hex(logBytes);
  if (said !== null) {
    if (log === null) faults.push(`${path} is gone from the log; its evidence says what it did`);
    else if (logBytes !== null && logSha256 !== said.commit.sha256) {
      faults.push(`${path} was altered: sealed with SHA-256 ${said.commit.sha256}, found ${logSha256}`);
    } else if (
      logBytes !== null &&
      sealing !== null &&
      !isEvidenceOf(table, version, logBytes, said.previous, sealing)
    ) {
      faults.push('its evidence was altered: the commit that it seals gives another');
    }
  } else if (log === null) faults.push(`${path} is gone, and no evidence can be read that says what it did`);
  return {
    ...{ version, logSha256, faults },
    evidenceSha256: sealing === null ? null : sha256Hex(sealing),
    previous: said?.previous ?? null,
    sealed: said?.commit.sha256 ?? null,
    actions: said?.actions ?? (logBytes === null ? [] : actionsOf(table, path, logBytes)),
  };
}

function decodedEvidence(table: string, version: number, bytes: Uint8Array) {
  try {
    return decodeEvidence(table, version, bytes);
  } catch (error) {
    if (error instanceof BrokenEvidence) return error.detail;
    throw error;
  }
}

/** Whether these bytes are what the commit gives: evidence is a function of it and of the evidence before. */
function isEvidenceOf(
  table: string,
  version: number,
  commit: Uint8Array,
  previous: string | null,
  bytes: Uint8Array,
): boolean {
  try {
    return Buffer.compare(encodeEvidence(table, version, commit, previous), bytes) === 0;
  } catch (error) {
    if (error instanceof TableError) return false;
    throw error;
  }
}

function actionsOf(table: string, path: string, bytes: Uint8Array): readonly Action[] {
  try {
    return parseCommit(table, path, bytes);
  } catch (error) {
    if (error instanceof TableError) return [];
    throw error;
  }
}

/** What a step gives, or what is wrong with the file that it reads. */
async function orFault<T>(step: () => Promise<T>): Promise<T | string> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof TableError) return error.detail;
    if (error instanceof UnreadableFile || error instanceof FileArchived) return error.message;
    if (error instanceof UnreadableFile || error instanceof FileArchived) return error.message;
    throw error;
  }
}
