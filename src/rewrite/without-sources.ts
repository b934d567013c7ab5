import { IdSet, parseId } from '../events/index.ts';
import type { DataFile } from '../lake/index.ts';
import type { Codec } from '../parquet/index.ts';
import type { LakeContext } from '../storage/index.ts';
import type { AddFile, Snapshot } from '../table/index.ts';
import { carryOver, filesHolding } from './carry-over.ts';

/** The data files of a table that hold rows of some sources, and what is to take their place. */
export interface WithoutSources {
  readonly replaced: readonly AddFile[];
  /** Files with their other rows, as they were. No commit names them yet. */
  readonly carried: readonly DataFile[];
  /** The events of the rows that are left out, and how many there are of each source by its `ingest_id`. */
  readonly ids: IdSet;
  readonly rows: ReadonlyMap<string, number>;
}

/**
 * Writes live files that hold rows of these sources anew, without these rows and with every other as it is.
 * @param hashes what the content of files must have, in hex, by path, where that is known
 * @throws UnreadableDataFile, UnrewritableFile, storage errors; nothing is left behind then
 */
export async function withoutSources(
  context: LakeContext,
  snapshot: Snapshot,
  ingestIds: ReadonlySet<string>,
  codec: Codec,
  hashes: (paths: readonly string[]) => Promise<ReadonlyMap<string, string>>,
): Promise<WithoutSources> {
  const replaced = await filesHolding(context.storage, snapshot.path, snapshot.files.values(), ingestIds);
  const ids = new IdSet();
  const rows = new Map<string, number>();
  const id = new Uint32Array(4);
  const carried = await carryOver(context, snapshot, replaced, new Set(), {
    hashes: await hashes(replaced.map(({ path }) => path)),
    codec,
    passesOverDamaged: false,
    drops: ({ ingestId, eventUid }) => {
      if (!ingestIds.has(ingestId)) return false;
      rows.set(ingestId, (rows.get(ingestId) ?? 0) + 1);
      if (parseId(eventUid, id)) ids.add(id);
      return true;
    },
  });
  return { replaced, carried, ids, rows };
}
