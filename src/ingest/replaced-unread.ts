import {
  isContentRecorded,
  isOnRecordAsReplaced,
  openEvents,
  type ReplacedContent,
  type ReplacedHow,
  recordReplaced,
} from '../lake/index.ts';
import { inclusion, type Settings } from '../settings/index.ts';
import {
  type FileInfo,
  FileNotFound,
  type LakeContext,
  PreconditionFailed,
  pathInZone,
  readAll,
  type Storage,
} from '../storage/index.ts';

/** A content of a file as an event announced it. */
export interface AnnouncedContent {
  readonly etag: string;
  /** Stored bytes. */
  readonly size: number;
  /** When it was there, in milliseconds since 1970, by the clock of the store. */
  readonly at: number;
  /** In one request, by a list of blocks, or by appending: by the last two a file can also be made longer. */
  readonly written: 'whole' | 'by_blocks' | 'appended';
}

/** By how much the clocks of the store and of a writer of commits may differ. */
const CLOCKS_DIFFER_MS = 3_600_000;

/**
 * Puts on record that a content which an event announced is no longer there and was read by nobody. A file that its writer has
 * only made longer holds it still, and is none of this; nor is one that is gone, or that the settings leave out.
 * @param announced by the path of its file @param found the file as it was read just now, or looked at; null where it is gone
 * @returns null where there is nothing to say, or it was said before
 * @throws storage errors
 */
export async function noteIfReplaced(
  { storage, host }: Pick<LakeContext, 'storage' | 'host'>,
  settings: Settings,
  announced: AnnouncedContent & { readonly path: string },
  found: FileInfo | null,
): Promise<ReplacedContent | null> {
  const { path, etag, size, at } = announced;
  if (found === null || !inclusion(settings)(pathInZone(path))) return null;
  const how = await howReplaced(storage, announced, found);
  if (how === null || (await isOnRecordAsReplaced(storage, path, etag))) return null;
  const snapshot = await openEvents(storage);
  if (snapshot !== null && (await isContentRecorded(storage, snapshot, { path, etag }, at - CLOCKS_DIFFER_MS)))
    return null;
  const content = {
    ...{ path, etag, size, how },
    written_at: new Date(at).toISOString(),
    found: { etag: found.etag, size: found.size, modified: found.lastModified.toISOString() },
    noticed_at: new Date(host.now()).toISOString(),
  };
  return (await recordReplaced(storage, content)) ? content : null;
}

/** How it is known that a content is no longer in its file; null where it is, as far as anybody can tell. */
async function howReplaced(
  storage: Storage,
  { etag, size, at, written }: AnnouncedContent,
  found: FileInfo,
): Promise<ReplacedHow | null> {
  if (found.etag === etag || size === 0) return null;
  if (found.size === size) return 'same_length';
  if (found.size < size) return 'shorter';
  if (written === 'whole') return 'rewritten';
  // Appending leaves the time of creation as it is, wherever a record was cut by it; a longer list of blocks may make the file anew.
  if (written === 'appended') return (await isMadeAfter(storage, found, at)) ? 'made_anew' : null;
  return (await goesOnAt(storage, found, size)) ? null : 'other_content';
}

const SECOND_MS = 1000;

/** Whether a file was made after a time, by the clock of the store; false where nobody can tell. */
async function isMadeAfter(storage: Storage, { path, etag, created }: FileInfo, at: number): Promise<boolean> {
  if (created === undefined) return false;
  const second = Math.floor(at / SECOND_MS) * SECOND_MS;
  if (created.getTime() !== second) return created.getTime() > at;
  // In the same second; a listing is finer.
  for await (const file of storage.list(path, { onFault: () => undefined, tellsCreated: true })) {
    if (file.path === path) return file.etag === etag && (file.created ?? created).getTime() > at;
  }
  return false;
}

/** Bytes on either side of the place where an earlier content ended that are looked at. */
const SEAM_BYTES = 4;
const LINE_ENDS: ReadonlySet<number> = new Set([0x0a, 0x0d]);
/** How a part of a compressed file begins: gzip, zstd. */
const MEMBERS = ['1f8b', '28b52ffd'];

/**
 * Whether a file may be what an earlier content of so many bytes became when its writer went on: a line ends or begins there, or
 * a part of a compressed file. Where the file changes meanwhile, its next event tells.
 */
async function goesOnAt(storage: Storage, { path, etag }: FileInfo, size: number): Promise<boolean> {
  const start = Math.max(0, size - SEAM_BYTES);
  try {
    const bytes = await readAll(storage, path, { start, end: size + SEAM_BYTES, ifMatch: etag });
    const [before, after] = [bytes.subarray(0, size - start), bytes.subarray(size - start)];
    const isLineEnd = (byte: number | undefined) => byte !== undefined && LINE_ENDS.has(byte);
    // Of UTF-16 the line end is two bytes, one of them zero.
    const [last, first] = [before.at(-1) === 0 ? before.at(-2) : before.at(-1), after[0] === 0 ? after[1] : after[0]];
    return (
      isLineEnd(last) ||
      isLineEnd(first) ||
      MEMBERS.some((magic) => Buffer.from(after).toString('hex').startsWith(magic))
    );
  } catch (error) {
    if (error instanceof PreconditionFailed || error instanceof FileNotFound) return true;
    throw error;
  }
}
