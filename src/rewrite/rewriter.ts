import { parseId } from '../events/index.ts';
import { type DataFile, DataFiles, forEachId } from '../lake/index.ts';
import { type Codec, ParquetFile } from '../parquet/index.ts';
import { type LakeContext, StorageError } from '../storage/index.ts';
import { type AddFile, type Snapshot, TableError, timestampRange } from '../table/index.ts';
import type { StoredRow } from './row.ts';
import { orUnrewritable, RewriteSource } from './source.ts';
import { type Appender, appendersOf, REWRITTEN_COLUMNS } from './target.ts';

/** Rows at which a rewritten file is closed. */
export const MOST_FILE_ROWS = 262_144;
/** Bytes in memory at which it is closed before that, and how many rows lie between two looks at them. */
const HELD_BYTES = 32 * 2 ** 20;
const ROWS_BETWEEN_CHECKS = 1024;
const ID_WORDS = 4;

export interface RewriteOptions {
  /** The partition, `YYYY-MM-DD`. */
  readonly eventDate: string;
  readonly codec: Codec;
  /** Says of each row whether it is carried over; without it every row is. */
  readonly keep?: (row: StoredRow) => boolean;
}

/** What came of the rows of one file. */
export interface RewrittenRows {
  readonly rows: number;
  readonly kept: number;
}

/**
 * Carries rows of one partition over into new data files, each value as it is. One file is in memory at a time, and one
 * page of each column of the file that is read. What is written is read back: the event_uids must be those that went in.
 */
export class Rewriter {
  readonly #context: LakeContext;
  readonly #table: string;
  readonly #options: RewriteOptions;
  readonly #files: DataFiles;
  readonly #file: ParquetFile;
  readonly #appenders: readonly Appender[];
  #ids = new Uint32Array(ID_WORDS * ROWS_BETWEEN_CHECKS);

  constructor(context: LakeContext, snapshot: Snapshot, options: RewriteOptions) {
    this.#context = context;
    this.#table = snapshot.path;
    this.#options = options;
    this.#files = new DataFiles(context, snapshot, context.host.randomId());
    this.#file = new ParquetFile(REWRITTEN_COLUMNS, options.codec);
    this.#appenders = appendersOf(this.#file);
  }

  /**
   * Carries the rows of a live file over; `sha256`, in hex, is what its content must have, where that is known. After an
   * error the rewriter can only be discarded.
   * @throws UnrewritableFile for content that cannot be carried over, or not without loss; storage errors
   */
  async addFile(add: AddFile, sha256: string | null = null): Promise<RewrittenRows> {
    const source = await RewriteSource.open(this.#context.storage, this.#table, add, sha256);
    return orUnrewritable(this.#table, add.path, async () => {
      let kept = 0;
      for await (const row of source.rowsOf()) kept += await this.#addRows(row);
      return { rows: source.rows, kept };
    });
  }

  /** Writes what is left and returns all files, which no commit names yet; none where no row was kept. */
  async finish(): Promise<readonly DataFile[]> {
    await this.#publish();
    return this.#files.written;
  }

  /** Removes the files written so far; only for those that no commit names, or ever may have named. */
  async discard(): Promise<void> {
    await this.#files.discard();
  }

  async #addRows(row: StoredRow): Promise<number> {
    const { keep } = this.#options;
    let kept = 0;
    while (row.next()) {
      if (keep !== undefined && !keep(row)) continue;
      kept++;
      if (this.#append(row)) await this.#publish();
    }
    return kept;
  }

  /** Takes the row over. True where the file is full. */
  #append(row: StoredRow): boolean {
    const file = this.#file;
    const { cursors } = row;
    this.#noteId(file.rows, row);
    for (let index = 0; index < cursors.length; index++) this.#appenders[index]!(cursors[index]!);
    file.endRow();
    if (file.rows >= MOST_FILE_ROWS) return true;
    return file.rows % ROWS_BETWEEN_CHECKS === 0 && file.heldBytes >= HELD_BYTES;
  }

  #noteId(index: number, row: StoredRow): void {
    const at = index * ID_WORDS;
    if (at === this.#ids.length) {
      const larger = new Uint32Array(this.#ids.length * 2);
      larger.set(this.#ids);
      this.#ids = larger;
    }
    const uid = Buffer.from(row.text('event_uid') ?? []).toString('latin1');
    if (!parseId(uid, this.#ids.subarray(at, at + ID_WORDS))) {
      throw new Error(`expected an event_uid of 32 hex digits, found ${JSON.stringify(uid.slice(0, 64))}`);
    }
  }

  async #publish(): Promise<void> {
    const { rows } = this.#file;
    if (rows === 0) return;
    const { eventDate, codec } = this.#options;
    await this.#files.put(eventDate, codec.name.toLowerCase(), this.#file.finish());
    this.#file.reset();
    // What was put last is what was just written.
    await this.#checkIds(this.#files.written.at(-1)!.add, rows);
  }

  /** Reads the stored file's ids: they must be those that went in, in their order. */
  async #checkIds({ path, size }: AddFile, rows: number): Promise<void> {
    const expected = `${path}: expected the ${rows} rows just written`;
    const advice = 'nothing was committed; check the store and run again';
    let row = 0;
    let equal = true;
    try {
      await forEachId(this.#context.storage, this.#table, { path, size }, (id) => {
        const at = row++ * ID_WORDS;
        for (let word = 0; word < ID_WORDS; word++) equal &&= this.#ids[at + word] === id[word];
      });
    } catch (error) {
      if (error instanceof StorageError) throw error;
      throw new TableError(this.#table, `${expected}, found what cannot be read; ${advice}`, { cause: error });
    }
    if (equal && row === rows) return;
    throw new TableError(this.#table, `${expected}, found ${equal ? `${row} rows` : 'other event_uids'}; ${advice}`);
  }
}

/** Files in the order in which their rows are carried over: by earliest event_time, then by path. */
export function inReadingOrder(files: Iterable<AddFile>): AddFile[] {
  const keyed = Array.from(files, (file) => ({
    file,
    min: timestampRange(file, 'event_time')?.min ?? Number.NEGATIVE_INFINITY,
  }));
  keyed.sort((a, b) => (a.min === b.min ? (a.file.path < b.file.path ? -1 : 1) : a.min - b.min));
  return keyed.map(({ file }) => file);
}
