import { IdSet, parseId } from '../events/index.ts';
import type { DataFile } from '../lake/index.ts';
import type { Codec } from '../parquet/index.ts';
import type { LakeContext } from '../storage/index.ts';
import type { AddFile, Snapshot } from '../table/index.ts';
import { carryOver } from './carry-over.ts';
import { ownersOf } from './owners.ts';

/** Which rows of a table give way to those of a raw file that takes its place among the others. */
export interface GivingWay {
  /** Whether the raw file holds an event. */
  holds(id: Uint32Array): boolean;
  /** Whether the raw file of an `ingest_id` came in after it. */
  isLater(ingestId: string): boolean;
}

/** The data files of a table that hold rows that give way, and what is to take their place. */
export interface WithoutEvents {
  readonly replaced: readonly AddFile[];
  /** Files with their other rows, as they were. No commit names them yet. */
  readonly carried: readonly DataFile[];
  /** Events that the raw file holds, and that stay another's. */
  readonly kept: IdSet;
  /** How many rows give way of each source, by its `ingest_id`. */
  readonly rows: ReadonlyMap<string, number>;
}

/**
 * Writes live files anew without the rows of events that a raw file holds which came in before theirs.
 * @param hashes what the content of files must have, in hex, by path, where that is known
 * @throws UnreadableDataFile, UnrewritableFile, storage errors; nothing is left behind then
 */
export async function withoutEvents(
  context: LakeContext,
  snapshot: Snapshot,
  files: Iterable<AddFile>,
  { holds, isLater }: GivingWay,
  codec: Codec,
  hashes: (paths: readonly string[]) => Promise<ReadonlyMap<string, string>>,
): Promise<WithoutEvents> {
  const kept = new IdSet();
  const rows = new Map<string, number>();
  const replaced: AddFile[] = [];
  for (const file of files) {
    let gives = false;
    await ownersOf(context.storage, snapshot.path, file, ({ id, ingestId }) => {
      if (!holds(id)) return;
      if (isLater(ingestId)) gives = true;
      else kept.add(id);
    });
    if (gives) replaced.push(file);
  }
  const id = new Uint32Array(4);
  const carried = await carryOver(context, snapshot, replaced, new Set(), {
    hashes: await hashes(replaced.map(({ path }) => path)),
    codec,
    passesOverDamaged: false,
    drops: ({ ingestId, eventUid }) => {
      if (!parseId(eventUid, id) || !holds(id) || !isLater(ingestId)) return false;
      rows.set(ingestId, (rows.get(ingestId) ?? 0) + 1);
      return true;
    },
  });
  return { replaced, carried, kept, rows };
}
