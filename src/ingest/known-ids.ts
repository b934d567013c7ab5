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

/**
 * The event_uids that the table holds already, as far as a file's records can meet them: only data files of the same
 * date whose event_time range covers a record are read, and of those only the id column.
 */
export class KnownIds {
  readonly #storage: Storage;
  readonly #table: string;
  readonly #unread: ReadonlyMap<string, UnreadFile[]>;
  readonly #ids = new IdSet();
  // Records in [from, to) meet no unread file.
  #from = 0;
  #to = 0;

  constructor(storage: Storage, snapshot: Snapshot) {
    this.#storage = storage;
    this.#table = snapshot.path;
    const unread = new Map<string, UnreadFile[]>();
    for (const file of snapshot.files.values()) {
      const date = file.partitionValues['event_date'] ?? '';
      const range = timestampRange(file, 'event_time') ?? {
        min: Number.NEGATIVE_INFINITY,
        max: Number.POSITIVE_INFINITY,
      };
      const files = unread.get(date);
      if (files === undefined) unread.set(date, [{ file, ...range }]);
      else files.push({ file, ...range });
    }
    this.#unread = unread;
  }

  /** Whether ids have to be read before a record of this instant can be judged. */
  needs(timeMicros: number): boolean {
    if (timeMicros >= this.#from && timeMicros < this.#to) return false;
    const files = this.#unread.get(eventDate(timeMicros)) ?? [];
    if (files.some(({ min, max }) => timeMicros >= min && timeMicros <= max)) return true;
    const day = Math.floor(timeMicros / MICROS_PER_DAY) * MICROS_PER_DAY;
    this.#from = Math.max(day, ...files.filter(({ max }) => max < timeMicros).map(({ max }) => max + 1));
    this.#to = Math.min(day + MICROS_PER_DAY, ...files.filter(({ min }) => min > timeMicros).map(({ min }) => min));
    return false;
  }

  /** Reads the ids of every file whose range covers the instant. */
  async load(timeMicros: number): Promise<void> {
    const date = eventDate(timeMicros);
    const files = this.#unread.get(date) ?? [];
    const wanted = files.filter(({ min, max }) => timeMicros >= min && timeMicros <= max);
    for (const { file } of wanted) {
      await forEachId(this.#storage, `${this.#table}/${file.path}`, file.size, (id) => this.#ids.add(id));
    }
    this.#unread.get(date)?.splice(0, files.length, ...files.filter((file) => !wanted.includes(file)));
  }

  has(id: Uint32Array): boolean {
    return this.#ids.has(id);
  }
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
