import { parquetMetadataAsync } from 'hyparquet';
import { eventDate, IdSet, parseId } from '../events/index.ts';
import { DECOMPRESSORS } from '../parquet/index.ts';
import type { Storage } from '../storage/index.ts';
import { type AddFile, layersOf, type Snapshot, timestampRange } from '../table/index.ts';
import { readChunks, readDataFile } from './data-file-reading.ts';

const MICROS_PER_DAY = 86_400_000_000;

/** When the events of a data file happened: their date, and the instants between which they lie (both included). */
export interface EventTimes {
  readonly date: string;
  readonly min: number;
  readonly max: number;
}

/** A data file whose ids have not been read. */
interface UnreadFile extends EventTimes {
  readonly file: AddFile;
}

/** Files by event_date, each with its key, made once for all versions of a table that share them. */
const filesByDate = new WeakMap<Snapshot['files'], ReadonlyMap<string, readonly (readonly [string, AddFile])[]>>();

/**
 * The event_uids that the table holds already, as far as a file's records can meet them: only data files of the same
 * date whose event_time range covers a record are read, and of those only the id column.
 */
export class KnownIds {
  readonly #storage: Storage;
  readonly #table: string;
  readonly #files: Snapshot['files'];
  /** By date, as far as dates have been asked for: the statistics of all other files are never looked at. */
  readonly #unread = new Map<string, readonly UnreadFile[]>();
  readonly #ids = new IdSet();
  // Records in [from, to) meet no unread file.
  #from = 0;
  #to = 0;

  constructor(storage: Storage, snapshot: Snapshot) {
    this.#storage = storage;
    this.#table = snapshot.path;
    this.#files = snapshot.files;
  }

  /** Whether ids have to be read before a record of this instant can be judged. */
  needs(timeMicros: number): boolean {
    if (timeMicros >= this.#from && timeMicros < this.#to) return false;
    const files = this.#unreadOf(timeMicros);
    if (files.some(({ min, max }) => timeMicros >= min && timeMicros <= max)) return true;
    this.#from = Math.floor(timeMicros / MICROS_PER_DAY) * MICROS_PER_DAY;
    this.#to = this.#from + MICROS_PER_DAY;
    for (const { min, max } of files) {
      if (max < timeMicros) this.#from = Math.max(this.#from, max + 1);
      else this.#to = Math.min(this.#to, min);
    }
    return false;
  }

  /** Reads the ids of every file whose range covers the instant. */
  async load(timeMicros: number): Promise<void> {
    const unread: UnreadFile[] = [];
    for (const each of this.#unreadOf(timeMicros)) {
      const { file, min, max } = each;
      if (timeMicros < min || timeMicros > max) unread.push(each);
      else await forEachId(this.#storage, this.#table, file, (id) => this.#ids.add(id), PASS_OVER);
    }
    this.#unread.set(eventDate(timeMicros), unread);
  }

  has(id: Uint32Array): boolean {
    return this.#ids.has(id);
  }

  #unreadOf(timeMicros: number): readonly UnreadFile[] {
    const date = eventDate(timeMicros);
    const found = this.#unread.get(date);
    if (found !== undefined) return found;
    const files = filesOf(this.#files, date).map((file) => ({ file, ...timesOf(file) }));
    this.#unread.set(date, files);
    return files;
  }
}

/** The files of one event_date. */
function filesOf(files: Snapshot['files'], date: string): AddFile[] {
  const { base, layer } = layersOf(files);
  const kept = groupedByDate(base).get(date) ?? [];
  const changed = [...layer.values()].flatMap((file) => (file !== undefined && dateOf(file) === date ? [file] : []));
  return [...kept.flatMap(([key, file]) => (layer.has(key) ? [] : [file])), ...changed];
}

function groupedByDate(files: Snapshot['files']) {
  const known = filesByDate.get(files);
  if (known !== undefined) return known;
  const grouped = new Map<string, (readonly [string, AddFile])[]>();
  files.forEach((file, key) => {
    const date = dateOf(file);
    const others = grouped.get(date);
    if (others === undefined) grouped.set(date, [[key, file]]);
    else others.push([key, file]);
  });
  filesByDate.set(files, grouped);
  return grouped;
}

/** When the events of a file happened; at any time of its date where its statistics do not tell. */
export function timesOf(file: AddFile): EventTimes {
  const range = timestampRange(file, 'event_time');
  return { date: dateOf(file), ...(range ?? { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY }) };
}

/** Whether files with events of these times can hold the same event. */
export function overlap(a: EventTimes, b: EventTimes): boolean {
  return a.date === b.date && a.min <= b.max && b.min <= a.max;
}

function dateOf(file: AddFile): string {
  return file.partitionValues['event_date'] ?? '';
}

/** What another engine wrote may be no id of ours: it equals none, so that no record can meet it. */
export const PASS_OVER = { passesOverForeign: true };

/**
 * Calls `visit` with every event_uid of a data file, as four words that are valid during the call.
 * @param options whether a row of another engine, whose event_uid is no id of ours, is left out
 * @throws UnreadableDataFile, also if the file holds something else in that column; storage errors
 */
export async function forEachId(
  storage: Storage,
  table: string,
  add: Pick<AddFile, 'path' | 'size'>,
  visit: (id: Uint32Array) => void,
  options: { readonly passesOverForeign: boolean } = { passesOverForeign: false },
): Promise<void> {
  const id = new Uint32Array(4);
  await readDataFile(storage, table, add, async (file) => {
    const metadata = await parquetMetadataAsync(file);
    const wanted = { file, metadata, columns: ['event_uid'], compressors: DECOMPRESSORS };
    await readChunks(wanted, ({ columnData }) => {
      for (const value of columnData) {
        if (parseId(String(value), id)) visit(id);
        else if (!options.passesOverForeign) throw new Error('it has an event_uid that is not 32 hex digits');
      }
    });
  });
}
