import * as z from 'zod';
import { textDigest } from '../events/index.ts';
import { REPLACED, type Storage } from '../storage/index.ts';
import { readOwnRecord } from './own-record.ts';

const FOUND = z.object({ etag: z.string(), size: z.number(), modified: z.string() });

const RECORD = z.object({
  /** Lake path. */
  path: z.string(),
  /** Of the content that nobody has read. */
  etag: z.string(),
  /** Its stored bytes. */
  size: z.number(),
  /** When it was there, as its event says. */
  written_at: z.string(),
  /** How it is known that it is no longer in the file, as {@link ReplacedHow}. */
  how: z.enum(['shorter', 'made_anew', 'rewritten', 'other_content', 'same_length']),
  /** What took its place. */
  found: FOUND,
  noticed_at: z.string(),
});

/** A content of a raw file that another one took the place of before anybody read it. Times are ISO 8601 in UTC. */
export type ReplacedContent = Readonly<z.infer<typeof RECORD>>;

/**
 * What tells that a content is gone: what is there is shorter, or was made anew after it; it was written as a whole, and what
 * is there is longer; what is there does not go on where it ended; or is exactly as long, which may be the same content once more.
 */
export type ReplacedHow = ReplacedContent['how'];

/** The id of a content that was replaced: it names its record. */
export function replacedId({ path, etag }: Pick<ReplacedContent, 'path' | 'etag'>): string {
  return textDigest([path, etag], 32);
}

function recordPath(content: Pick<ReplacedContent, 'path' | 'etag'>): string {
  return `${REPLACED}${replacedId(content)}.json`;
}

/** Whether a content is on record as replaced. Throws storage errors. */
export async function isOnRecordAsReplaced(storage: Storage, path: string, etag: string): Promise<boolean> {
  return (await storage.head(recordPath({ path, etag }))) !== null;
}

/**
 * Puts on record that a content was replaced before anybody read it, once; no commit names the record. Says whether it is new.
 * @throws storage errors
 */
export async function recordReplaced(storage: Storage, content: ReplacedContent): Promise<boolean> {
  const text = Buffer.from(`${JSON.stringify(content)}\n`);
  return (await storage.create(recordPath(content), text)) === 'created';
}

/** Every content that is on record as replaced, in no order; what is no record of ours is passed over. Throws storage errors. */
export async function replacedContents(storage: Storage): Promise<ReplacedContent[]> {
  const found: ReplacedContent[] = [];
  for await (const { path } of storage.list(REPLACED, { onFault: () => undefined })) {
    const record = await readOwnRecord(storage, path, RECORD);
    if (record !== null) found.push(record);
  }
  return found;
}
