import type { Storage } from '../storage/index.ts';
import { commitInfoOf, type Snapshot } from '../table/index.ts';
import { pastCommits } from './past-commits.ts';
import { recordedFiles } from './recorded-files.ts';

/**
 * SHA-256, in hex, of live data files as the commits that added them recorded it, by path; a file of another engine has
 * none. Reads no further back than the oldest of those commits.
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
    const recorded = recordedFiles(commitInfoOf(actions) ?? {}, adds);
    for (const { path } of adds) {
      if (!wanted.delete(path) || typeof recorded === 'string') continue;
      const { sha256 } = recorded.get(path) ?? {};
      if (sha256 !== undefined) hashes.set(path, sha256);
    }
    if (wanted.size === 0) break;
  }
  return hashes;
}
