import type { Storage } from '../storage/index.ts';
import { commitInfoOf, type Snapshot } from '../table/index.ts';
import { recordedContents } from './record-reading.ts';
import { sealed } from './recorded-transactions.ts';

/** Commits read at the same time: on a remote store one read is mostly waiting. */
const PARALLEL_READS = 16;

/**
 * Whether some commit says what became of a content. Commits are gone through from the newest on, and none that is older than
 * the content by its own time.
 * @param writtenAt when the content was there first, in milliseconds since 1970, with what clocks may differ taken off
 * @throws storage errors
 */
export async function isContentRecorded(
  storage: Storage,
  { path: table, version: head }: Pick<Snapshot, 'path' | 'version'>,
  content: { readonly path: string; readonly etag: string },
  writtenAt: number,
): Promise<boolean> {
  for (let newest = head; newest >= 0; newest -= PARALLEL_READS) {
    const versions = Array.from({ length: Math.min(PARALLEL_READS, newest + 1) }, (_, index) => newest - index);
    const commits = await Promise.all(versions.map((version) => sealed(storage, table, version)));
    for (const actions of commits) {
      if (actions === null) continue;
      if (recordedContents(actions).some(({ path, etag }) => path === content.path && etag === content.etag))
        return true;
      const time = Number(commitInfoOf(actions)?.timestamp ?? Number.NaN);
      if (time < writtenAt) return false;
    }
  }
  return false;
}
