import type { Storage } from '../storage/index.ts';
import { type CommitInfo, commitInfoOf, type JsonValue, type Snapshot } from '../table/index.ts';
import { isObject } from '../table/json.ts';
import { pastCommits } from './past-commits.ts';

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
    const recorded = recordedFiles(commitInfoOf(actions) ?? {});
    for (const action of actions) {
      if (!('add' in action) || !wanted.delete(action.add.path)) continue;
      const sha256 = recorded.get(action.add.path);
      if (sha256 !== undefined) hashes.set(action.add.path, sha256);
    }
    if (wanted.size === 0) break;
  }
  return hashes;
}

/** What a commit says of the files it adds; commits of the first version say it by source. */
function recordedFiles(info: CommitInfo): ReadonlyMap<string, string> {
  const lists = [info['files'], ...listOf(info['sources']).map((source) => (isObject(source) ? source['files'] : []))];
  const files = lists.flatMap(listOf).flatMap((file): [string, string][] => {
    if (!isObject(file)) return [];
    const { path, sha256 } = file;
    return typeof path === 'string' && typeof sha256 === 'string' ? [[path, sha256]] : [];
  });
  return new Map(files);
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
