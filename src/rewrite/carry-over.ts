import { parquetMetadataAsync, parquetSchema } from 'hyparquet';
import { type DataFile, readChunks, readDataFile, UnreadableDataFile } from '../lake/index.ts';
import { type Codec, DECOMPRESSORS } from '../parquet/index.ts';
import type { LakeContext, Storage } from '../storage/index.ts';
import type { AddFile, Snapshot } from '../table/index.ts';
import { inReadingOrder, Rewriter } from './rewriter.ts';

export interface CarryOverOptions {
  /** What the content of files must have, in hex, by path, where that is known. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly codec: Codec;
  /** Whether files that cannot be read are left out: only where all their rows are known to come from elsewhere. */
  readonly passesOverDamaged: boolean;
  /** Which rows go although they are of none of the sources; none where it is left out. */
  readonly drops?: (row: CarriedRow) => boolean;
}

/** What decides whether a row is carried over. */
export interface CarriedRow {
  readonly eventDate: string;
  /** The data file, relative to the table. */
  readonly file: string;
  readonly ingestId: string;
  readonly eventUid: string;
}

/**
 * Writes the rows of live files that are of none of these sources into new files, each value as it is; none where there
 * are no such rows. No commit names the files yet.
 * @throws UnreadableDataFile, UnrewritableFile, storage errors; nothing is left behind then
 */
export async function carryOver(
  context: LakeContext,
  snapshot: Snapshot,
  files: readonly AddFile[],
  ingestIds: ReadonlySet<string>,
  { hashes, codec, passesOverDamaged, drops = () => false }: CarryOverOptions,
): Promise<readonly DataFile[]> {
  const { storage } = context;
  const rewriters: Rewriter[] = [];
  const written: DataFile[] = [];
  try {
    for (const [eventDate, ofDate] of byDate(files)) {
      const wanted: AddFile[] = [];
      for (const file of ofDate) {
        const isWanted = holdsOthers(storage, snapshot.path, file, ingestIds).catch((error: unknown) => {
          if (passesOverDamaged && error instanceof UnreadableDataFile) return false;
          throw error;
        });
        if (await isWanted) wanted.push(file);
      }
      if (wanted.length === 0) continue;
      let current = '';
      const keep = (row: { text(name: string): Uint8Array | null }) => {
        const [ingestId, eventUid] = [textOf(row.text('ingest_id')), textOf(row.text('event_uid'))];
        return !ingestIds.has(ingestId) && !drops({ eventDate, file: current, ingestId, eventUid });
      };
      const rewriter = new Rewriter(context, snapshot, { eventDate, codec, keep });
      rewriters.push(rewriter);
      for (const file of inReadingOrder(wanted)) {
        current = file.path;
        await rewriter.addFile(file, hashes.get(file.path) ?? null);
      }
      written.push(...(await rewriter.finish()));
    }
    return written;
  } catch (error) {
    for (const rewriter of rewriters) await rewriter.discard();
    throw error;
  }
}

function textOf(bytes: Uint8Array | null): string {
  return Buffer.from(bytes ?? []).toString('utf8');
}

/** Files by the date of their partition. */
export function byDate<T extends Pick<AddFile, 'partitionValues'>>(files: Iterable<T>): Map<string, T[]> {
  return Map.groupBy(files, ({ partitionValues }) => partitionValues['event_date'] ?? '');
}

/** Whether a file holds rows of any other source, or such as say of none. Throws as {@link readDataFile}. */
async function holdsOthers(
  storage: Storage,
  table: string,
  add: AddFile,
  ingestIds: ReadonlySet<string>,
): Promise<boolean> {
  return (await holdsAny(storage, table, add, (ingestId) => !ingestIds.has(ingestId))) ?? true;
}

/** The files among these that hold a row of some of these sources. Throws as {@link readDataFile}. */
export async function filesHolding(
  storage: Storage,
  table: string,
  files: Iterable<AddFile>,
  ingestIds: ReadonlySet<string>,
): Promise<AddFile[]> {
  const found: AddFile[] = [];
  for (const file of ingestIds.size === 0 ? [] : files) {
    if ((await holdsAny(storage, table, file, (ingestId) => ingestIds.has(ingestId))) === true) found.push(file);
  }
  return found;
}

/** Whether a file holds a row of some source that is meant; null where it says of none. Reads the footer and one column. */
function holdsAny(
  storage: Storage,
  table: string,
  add: AddFile,
  isMeant: (ingestId: string) => boolean,
): Promise<boolean | null> {
  return readDataFile(storage, table, add, async (file) => {
    const metadata = await parquetMetadataAsync(file);
    if (!parquetSchema(metadata).children.some(({ element }) => element.name === 'ingest_id')) return null;
    let holds = false;
    const wanted = { file, metadata, columns: ['ingest_id'], compressors: DECOMPRESSORS };
    await readChunks(wanted, ({ columnData }) => {
      for (const value of columnData) holds ||= isMeant(String(value));
    });
    return holds;
  });
}
