import type { Storage } from '../storage/index.ts';
import { commitInfoOf, isForeignDataChange, isOurs, type Snapshot } from '../table/index.ts';
import { pastCommits } from './past-commits.ts';
import { recordedFiles } from './record-reading.ts';

/**
 * SHA-256, in hex, of live data files as the commits that added them recorded it, by path; a file of another engine has
 * none. Reads no further back than the oldest of those commits. A file that another engine added again, as it does to
 * restore it or to give it statistics, is as our commit before that recorded it.
 * @throws CorruptLog, BrokenEvidence, storage errors
 */
export async function recordedHashes(
  storage: Storage,
  snapshot: Snapshot,
  paths: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(paths);
  const hashes = new Map<string, string>();
  if (wanted.size === 0) return hashes;
  for await (const { actions } of pastCommits(storage, snapshot)) {
    const adds = actions.flatMap((action) => ('add' in action ? [action.add] : []));
    const info = commitInfoOf(actions);
    if (!isOurs(info)) continue;
    const recorded = recordedFiles(info ?? {}, adds);
    for (const { path } of adds) {
      if (!wanted.delete(path) || typeof recorded === 'string') continue;
      const { sha256 } = recorded.get(path) ?? {};
      if (sha256 !== undefined) hashes.set(path, sha256);
    }
    if (wanted.size === 0) break;
  }
  return hashes;
}

/**
 * Which of the files hold rows that nobody vouches for: no commit of ours recorded them, and another engine has changed data
 * at some time. Where others only ever rearranged rows, there are none.
 * @throws CorruptLog, BrokenEvidence, storage errors
 */
export async function unaccountedFiles(
  storage: Storage,
  snapshot: Snapshot,
  paths: readonly string[],
  hashes: ReadonlyMap<string, string>,
): Promise<ReadonlySet<string>> {
  const foreign = paths.filter((path) => !hashes.has(path));
  if (foreign.length === 0) return new Set();
  for await (const { actions } of pastCommits(storage, snapshot)) {
    if (isForeignDataChange(actions)) return new Set(foreign);
  }
  return new Set();
}
