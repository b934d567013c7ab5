import { parquetMetadataAsync, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { eventDate, IdSet, parseId } from '../events/index.ts';
import { readAll, type Storage } from '../storage/index.ts';
import { type AddFile, type Snapshot, timestampRange } from '../table/index.ts';

const MICROS_PER_DAY = 86_400_000_000;

/** A data file whose ids have not been read, and the instants between which its events lie (both included). */
interface UnreadFile {
  readonly file: AddFile;
  readonly min: number;
  readonly max: number;
}

/** The files of one version of a table by event_date, made once for all raw files that are read against it. */
const filesByDate = new WeakMap<Snapshot['files'], ReadonlyMap<string, readonly AddFile[]>>();

/**
 * The event_uids that the table holds already, as far as a file's records can meet them: only data files of the same
 * date whose event_time range covers a record are read, and of those only the id column.
 */
export class KnownIds {
  readonly #storage: Storage;
  readonly #table: string;
  readonly #files: ReadonlyMap<string, readonly AddFile[]>;
  /** By date, as far as dates have been asked for: the statistics of all other files are never looked at. */
  readonly #unread = new Map<string, UnreadFile[]>();
  readonly #ids = new IdSet();
  // Records in [from, to) meet no unread file.
  #from = 0;
  #to = 0;

  constructor(storage: Storage, snapshot: Snapshot) {
    this.#storage = storage;
    this.#table = snapshot.path;
    this.#files = groupedByDate(snapshot);
  }

  /** Whether ids have to be read before a record of this instant can be judged. */
  needs(timeMicros: number): boolean {
    if (timeMicros >= this.#from && timeMicros < this.#to) return false;
    const files = this.#unreadOf(timeMicros);
    if (files.some(({ min, max }) => timeMicros >= min && timeMicros <= max)) return true;
    const day = Math.floor(timeMicros / MICROS_PER_DAY) * MICROS_PER_DAY;
    this.#from = Math.max(day, ...files.filter(({ max }) => max < timeMicros).map(({ max }) => max + 1));
    this.#to = Math.min(day + MICROS_PER_DAY, ...files.filter(({ min }) => min > timeMicros).map(({ min }) => min));
    return false;
  }

  /** Reads the ids of every file whose range covers the instant. */
  async load(timeMicros: number): Promise<void> {
    const files = this.#unreadOf(timeMicros);
    const wanted = files.filter(({ min, max }) => timeMicros >= min && timeMicros <= max);
    for (const { file } of wanted) {
      await forEachId(this.#storage, `${this.#table}/${file.path}`, file.size, (id) => this.#ids.add(id));
    }
    files.splice(0, files.length, ...files.filter((file) => !wanted.includes(file)));
  }

  has(id: Uint32Array): boolean {
    return this.#ids.has(id);
  }

  #unreadOf(timeMicros: number): UnreadFile[] {
    const date = eventDate(timeMicros);
    const found = this.#unread.get(date);
    if (found !== undefined) return found;
    const files = (this.#files.get(date) ?? []).map((file) => ({ file, ...rangeOf(file) }));
    this.#unread.set(date, files);
    return files;
  }
}

function groupedByDate({ files }: Snapshot): ReadonlyMap<string, readonly AddFile[]> {
  const known = filesByDate.get(files);
  if (known !== undefined) return known;
  const grouped = new Map<string, AddFile[]>();
  files.forEach((file) => {
    const date = file.partitionValues['event_date'] ?? '';
    const others = grouped.get(date);
    if (others === undefined) grouped.set(date, [file]);
    else others.push(file);
  });
  filesByDate.set(files, grouped);
  return grouped;
}

/** The instants between which a file's events lie; all there are where its statistics do not tell. */
function rangeOf(file: AddFile): { readonly min: number; readonly max: number } {
  return timestampRange(file, 'event_time') ?? { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
}

/**
 * Calls `visit` with every event_uid of a data file, as four words that are valid during the call.
 * @throws Error if the file holds something else in that column
 */
export async function forEachId(
  storage: Storage,
  path: string,
  size: number,
  visit: (id: Uint32Array) => void,
): Promise<void> {
  const file = {
    byteLength: size,
    slice: async (start: number, end: number = size): Promise<ArrayBuffer> =>
      Uint8Array.from(await readAll(storage, path, { start: start < 0 ? size + start : start, end })).buffer,
  };
  const metadata = await parquetMetadataAsync(file);
  const id = new Uint32Array(4);
  await parquetRead({
    file,
    metadata,
    columns: ['event_uid'],
    compressors,
    onChunk: ({ columnData }) => {
      for (const value of columnData) {
        if (!parseId(String(value), id)) {
          throw new Error(`${path}: expected an event_uid of 32 hex digits, found ${JSON.stringify(value)}`);
        }
        visit(id);
      }
    },
  });
}
