import { EventUids } from '../events/index.ts';
import { KNOWN_EVENTS, type ReadingPlan, type SourceRecord } from '../lake/index.ts';
import { END, NEED_INPUT, openExport, RejectedFile, ROW, type Row } from '../source/index.ts';
import { digestOf, FileNotFound, PreconditionFailed, type Storage, UnreadableFile } from '../storage/index.ts';

/** A good record of a raw file. All of it is valid until the next one. */
export interface RawRecord {
  readonly row: Row;
  /** Its event's id. */
  readonly id: Uint32Array;
  /** The same without ordinal: equal for records that are equal in all that ids are made of. */
  readonly first: Uint32Array;
}

/**
 * Goes through the good records of a raw file, read by a plan, that `isWanted` wants.
 * @returns whether all of it was read: false where it is gone, is no export, or cannot be read
 * @throws storage errors that are not the file's
 */
export async function forEachRecord(
  storage: Storage,
  plan: ReadingPlan,
  isWanted: (row: Row) => boolean,
  visit: (record: RawRecord) => void,
): Promise<boolean> {
  const { path, etag: ifMatch, landedAt } = plan.source;
  const open = () => storage.read(path, { ifMatch });
  const file = { path, landedAt: landedAt.getTime(), timeFormats: plan.timeFormats, open };
  try {
    const reader = await openExport(file, plan.settings, plan.recorded, KNOWN_EVENTS);
    try {
      const uids = new EventUids(plan.instance ?? '');
      let part = 0;
      for (let found = reader.next(); found !== END; found = reader.next()) {
        if (found === NEED_INPUT) await reader.fill();
        if (found !== ROW) continue;
        const { row, bytes } = reader;
        if (row.part !== part) {
          part = row.part;
          uids.beginPart();
        }
        if (!isWanted(row)) continue;
        visit({ row, id: uids.next(bytes, row), first: uids.first });
      }
      return true;
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (isOfFile(error, path)) return false;
    throw error;
  }
}

/** Whether an error says something of a raw file, and nothing of the store. */
function isOfFile(error: unknown, path: string): boolean {
  if (error instanceof RejectedFile) return true;
  const isAbout =
    error instanceof FileNotFound || error instanceof PreconditionFailed || error instanceof UnreadableFile;
  return isAbout && error.path === path;
}

/** The plan for a raw file as it stands now; null where it is gone, or holds something else than was recorded of it. */
export async function presentPlan(
  storage: Storage,
  plan: ReadingPlan,
  { sha256 }: Pick<SourceRecord, 'sha256'>,
): Promise<ReadingPlan | null> {
  const { source } = plan;
  const info = await storage.head(source.path);
  if (info === null) return null;
  if (info.etag === source.etag) return plan;
  // A lake that was copied has other ETags.
  if (info.size !== source.size) return null;
  const found = await digestOf(storage, source.path, { ifMatch: info.etag });
  return found?.sha256 === sha256 ? { ...plan, source: { ...source, etag: info.etag } } : null;
}
