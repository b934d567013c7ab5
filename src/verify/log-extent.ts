import { evidencePath, evidenceVersions } from '../evidence/index.ts';
import type { Storage } from '../storage/index.ts';
import { commitPath, type listLog } from '../table/index.ts';
import type { Findings } from './findings.ts';

/** Versions that may be missing one after another. A file beyond more of them was put there by somebody. */
const MOST_MISSING = 1_000;

/** How far a log and its evidence reach. */
export interface LogExtent {
  /** The newest version of which there is anything; -1 where there is nothing. */
  readonly last: number;
  /** The newest version that has evidence; -1 where none has. */
  readonly lastEvidence: number;
}

/** How far log and evidence reach from below. Files far beyond that are reported, and not walked to. */
export async function extentOf(
  storage: Storage,
  table: string,
  { commits: listed, checkpoints, strays }: Awaited<ReturnType<typeof listLog>>,
  findings: Findings,
): Promise<LogExtent> {
  const commits = [...listed.keys()];
  const evidence: number[] = [];
  for await (const version of evidenceVersions(storage, table)) evidence.push(version);
  const covered = checkpoints.map(({ version }) => version);
  const versions = [...new Set([...commits, ...covered, ...evidence])].sort((a, b) => a - b);
  let last = -1;
  for (const version of versions) if (version - last <= MOST_MISSING + 1) last = version;
  const beyond = [
    ...commits.filter((version) => version > last).map((version) => commitPath(table, version)),
    ...evidence.filter((version) => version > last).map((version) => evidencePath(table, version)),
    ...checkpoints.filter(({ version }) => version > last).flatMap(({ files }) => files),
    ...strays,
  ];
  const [first] = beyond;
  if (first !== undefined) {
    const more = beyond.length > 1 ? ` (and ${beyond.length - 1} more files)` : '';
    const text = `nothing is there of more than ${MOST_MISSING} versions before it${more}: either it was put there, and has to be removed before anything is written, or they were removed, and have to be restored; it is not looked at`;
    findings.problem('stray_version', first, text);
  }
  const lastEvidence = evidence.reduce((newest, version) => (version <= last ? Math.max(newest, version) : newest), -1);
  return { last, lastEvidence };
}
