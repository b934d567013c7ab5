import { EventUids } from '../events/index.ts';
import { KNOWN_EVENTS, type ReadingPlan } from '../lake/index.ts';
import {
  END,
  type ExportReader,
  type Header,
  NEED_INPUT,
  openExport,
  type Recognised,
  ROW,
  type Row,
  type StoredExport,
  type TextPlace,
  textPlace,
} from '../source/index.ts';
import type { Storage } from '../storage/index.ts';

/** A record of a raw file, found again. */
export interface FoundRecord {
  readonly number: number;
  /** The bytes of it as they stand in the text, decompressed and in UTF-8. */
  readonly bytes: Buffer;
  /** Its event's id; null where it is no audit record. */
  readonly uid: string | null;
  /** Why it is none. */
  readonly reason: string | null;
  /** What the row has of it as it is written; null where it is no audit record. */
  readonly cells: RecordCells | null;
  /** The columns that hold for it, as far as they are known by then. */
  readonly header: Header | null;
  readonly recognised: Recognised | null;
  /** Null where it cannot be told. */
  readonly place: TextPlace | null;
}

/** What a search came to. */
export interface RecordSearch {
  /** Null where the file has no such record. */
  readonly record: FoundRecord | null;
  /** The lowest version of the reader that reads the file so; null where it was not read to its end. */
  readonly readSince: number | null;
}

/** Columns of a row that are texts of its record, verbatim; null where it has none. */
export interface RecordCells {
  readonly event_time_text: string | null;
  readonly code: number;
  readonly message: string;
  readonly actor_name: string | null;
  readonly actor_id: string | null;
  readonly component: string | null;
  readonly category: string | null;
}

/** A record while its reader stands at it. */
interface Held extends Omit<FoundRecord, 'place' | 'recognised'> {
  readonly offset: number;
}

/**
 * Finds a record of a raw file: the one that has this number and gives this event; where that gives another, one that gives the
 * event; else the one with the number. The file is read up to it and no further, in bounded memory but for the ids before it.
 * @param plan how the file was read, with its ETag of now
 * @throws RejectedFile where it cannot be read up to there, FileNotFound, PreconditionFailed, storage errors
 */
export async function findRecord(
  storage: Storage,
  plan: ReadingPlan,
  number: number,
  uid: string,
): Promise<RecordSearch> {
  const { path, etag, landedAt } = plan.source;
  const file: StoredExport = {
    path,
    landedAt: landedAt.getTime(),
    timeFormats: plan.timeFormats,
    isLog: plan.way === 'classic',
    open: () => storage.read(path, { ifMatch: etag }),
  };
  const reader = await openExport(file, plan.settings, plan.recorded, KNOWN_EVENTS);
  try {
    const { held, isWhole } = await search(reader, plan.instance ?? '', number, uid);
    const readSince = isWhole ? reader.readSince : null;
    if (held === null) return { record: null, readSince };
    const documents = plan.recorded ?? reader.recognised;
    const encodingOf = (document: number) => documents[document]?.encoding ?? 'utf-8';
    const { offset, ...found } = held;
    const place = await textPlace(file, plan.settings, encodingOf, offset);
    return { record: { ...found, place, recognised: documents[place?.document ?? 0] ?? null }, readSince };
  } finally {
    await reader.close();
  }
}

async function search(
  reader: ExportReader,
  instance: string,
  number: number,
  uid: string,
): Promise<{ readonly held: Held | null; readonly isWhole: boolean }> {
  const uids = new EventUids(instance);
  let ofNumber: Held | null = null;
  let ofEvent: Held | null = null;
  let part = 0;
  let isWhole = true;
  for (let found = reader.next(); found !== END; found = reader.next()) {
    if (found === NEED_INPUT) {
      await reader.fill();
      continue;
    }
    const { row, bytes } = reader;
    if (row.part !== part) {
      part = row.part;
      uids.beginPart();
    }
    if (found === ROW) uids.next(bytes, row);
    const isEvent = found === ROW && uids.hex.toString('latin1') === uid;
    if (isEvent) ofEvent ??= heldAt(reader, uid, null);
    if (row.number === number) {
      ofNumber = heldAt(
        reader,
        found === ROW ? uids.hex.toString('latin1') : null,
        found === ROW ? null : reader.reason,
      );
    }
    if (row.number < number || ofEvent === null) continue;
    isWhole = false;
    break;
  }
  return { held: ofNumber?.uid === uid ? ofNumber : (ofEvent ?? ofNumber), isWhole };
}

/** What the reader stands at, kept: the bytes are its own again once it goes on. */
function heldAt(reader: ExportReader, uid: string | null, reason: string | null): Held {
  const { row, bytes } = reader;
  return {
    number: row.number,
    bytes: Buffer.from(bytes.subarray(row.rawStart, row.rawEnd)),
    offset: row.offset,
    ...{ uid, reason, header: reason === null ? reader.header : null },
    cells: reason === null ? cellsOf(row, bytes) : null,
  };
}

function cellsOf(row: Row, bytes: Buffer): RecordCells {
  const text = (start: number, end: number) => (start < end ? bytes.toString('utf8', start, end) : null);
  return {
    event_time_text: text(row.timeStart, row.timeEnd),
    code: row.code,
    message: text(row.messageStart, row.messageEnd) ?? '',
    actor_name: text(row.actorNameStart, row.actorNameEnd),
    actor_id: text(row.actorIdStart, row.actorIdEnd),
    component: text(row.componentStart, row.componentEnd),
    category: text(row.categoryStart, row.categoryEnd),
  };
}
