import { type FileMetaData, parquetMetadataAsync, parquetSchema, type RowGroup, type SchemaTree } from 'hyparquet';
import { type Storage, StorageError, sha256Hex } from '../storage/index.ts';
import { type AddFile, recordedRows, TableError } from '../table/index.ts';
import { FileStretch, readRange } from './bytes.ts';
import { ColumnCursor, type ValueForm, valueForm } from './column.ts';
import { StoredRow } from './row.ts';
import { PARTITION_COLUMN, REWRITTEN_COLUMNS } from './target.ts';

/** A row group up to that size is read in one request, a larger one column by column and a piece at a time. */
const MOST_BYTES_AT_ONCE = 32 * 2 ** 20;

/** A data file whose rows cannot be carried over as they are; the message says why. Nothing of it is lost: it stays. */
export class UnrewritableFile extends TableError {
  /** The file, relative to the table. */
  readonly path: string;

  constructor(table: string, path: string, reason: string, options?: ErrorOptions) {
    super(table, `${JSON.stringify(path)} cannot be rewritten: ${reason}`, options);
    this.path = path;
  }
}

/** A column of a data file that is one of ours. */
interface KnownColumn {
  /** From the root of the schema to the column. */
  readonly path: readonly SchemaTree[];
  readonly form: ValueForm;
}

/** A data file of the table, whoever wrote it, opened for its rows. */
export class RewriteSource {
  readonly rows: number;
  readonly #storage: Storage;
  readonly #location: string;
  /** The whole file, where it had to be read to be checked. */
  readonly #content: Uint8Array<ArrayBuffer> | null;
  readonly #metadata: FileMetaData;
  readonly #columns: ReadonlyMap<string, KnownColumn>;

  private constructor(
    storage: Storage,
    location: string,
    content: Uint8Array<ArrayBuffer> | null,
    metadata: FileMetaData,
  ) {
    this.#storage = storage;
    this.#location = location;
    this.#content = content;
    this.#metadata = metadata;
    this.#columns = knownColumns(metadata);
    this.rows = Number(metadata.num_rows);
  }

  /**
   * Reads the footer; the whole file where a SHA-256 is given that it must have (in hex), and keeps it in memory then.
   * @throws UnrewritableFile for a file that holds more or other than our columns, or was altered; storage errors
   */
  static async open(
    storage: Storage,
    table: string,
    add: AddFile,
    sha256: string | null = null,
  ): Promise<RewriteSource> {
    const location = `${table}/${add.path}`;
    const { size } = add;
    return orUnrewritable(table, add.path, async () => {
      const content = sha256 === null ? null : await readRange(storage, location, 0, size);
      if (content !== null && sha256Hex(content) !== sha256) {
        throw new Error('its content is not what its commit recorded (SHA-256); it was altered since, run verify');
      }
      const slice = async (from: number, end: number = size): Promise<ArrayBuffer> => {
        const start = from < 0 ? size + from : from;
        if (content !== null) return Uint8Array.from(content.subarray(start, end)).buffer;
        return (await readRange(storage, location, start, end)).buffer;
      };
      const metadata = await parquetMetadataAsync({ byteLength: size, slice });
      const source = new RewriteSource(storage, location, content, metadata);
      const recorded = recordedRows(add);
      if (recorded !== null && recorded !== source.rows) {
        throw new Error(`its statistics say ${recorded} rows, its footer says ${source.rows}`);
      }
      return source;
    });
  }

  /** The rows in their order, as many at a time as one page of each column holds; of the columns `wanted` only, if given. */
  async *rowsOf(wanted?: ReadonlySet<string>): AsyncGenerator<StoredRow> {
    const names = [...this.#columns.keys()].filter((name) => wanted?.has(name) ?? true);
    let rows = 0;
    for (const group of this.#metadata.row_groups) {
      const end = rows + Number(group.num_rows);
      const cursors = end === rows ? new Map<string, ColumnCursor>() : await this.#cursors(group, names);
      const ordered = REWRITTEN_COLUMNS.map(({ name }) => cursors.get(name) ?? null);
      while (rows < end) {
        for (const cursor of cursors.values()) await cursor.load();
        const count = Math.min(end - rows, ...[...cursors.values()].map(({ rowsLeft }) => rowsLeft));
        yield new StoredRow(count, ordered);
        rows += count;
      }
    }
    if (rows !== this.rows) throw new Error(`its row groups hold ${rows} of the ${this.rows} rows it names`);
  }

  async #cursors({ num_rows: rows, columns }: RowGroup, names: readonly string[]): Promise<Map<string, ColumnCursor>> {
    const chunks = names.map((name) => {
      const chunk = columns.find(({ meta_data: data }) => data?.path_in_schema[0] === name)?.meta_data;
      if (chunk === undefined || chunk.num_values !== rows) {
        throw new Error(`column ${name} has ${chunk?.num_values ?? 0} values in a row group of ${rows} rows`);
      }
      const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
      return { name, chunk, start, end: start + Number(chunk.total_compressed_size) };
    });
    const first = Math.min(...chunks.map(({ start }) => start));
    const last = Math.max(...chunks.map(({ end }) => end));
    const whole = await this.#inOnePiece(first, last);
    return new Map(
      chunks.map(({ name, chunk, start, end }) => {
        const known = whole?.subarray(start - first, end - first);
        const stretch = new FileStretch(this.#storage, this.#location, start, end, known);
        // The names are those of the columns.
        const { path, form } = this.#columns.get(name)!;
        return [name, new ColumnCursor(stretch, chunk, path, form)];
      }),
    );
  }

  /** Bytes [first, last) of the file, unless they are too many to be read at once. */
  async #inOnePiece(first: number, last: number): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.#content !== null) return this.#content.subarray(first, last);
    return last - first > MOST_BYTES_AT_ONCE ? null : readRange(this.#storage, this.#location, first, last);
  }
}

/** Runs a step that reads a data file; whatever its content makes fail becomes UnrewritableFile. */
export async function orUnrewritable<T>(table: string, path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof StorageError || error instanceof TableError) throw error;
    throw new UnrewritableFile(table, path, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** @throws Error where rewriting the columns would lose or change something */
function knownColumns(metadata: FileMetaData): ReadonlyMap<string, KnownColumn> {
  const root = parquetSchema(metadata);
  const known = new Map<string, KnownColumn>();
  for (const column of root.children) {
    const { name } = column.element;
    const spec = REWRITTEN_COLUMNS.find((ours) => ours.name === name);
    if (spec === undefined) {
      // It stands in the path as well, and only there do our files have it.
      if (name === PARTITION_COLUMN) continue;
      throw new Error(`column ${JSON.stringify(name)} is none of ours, and its values would be lost`);
    }
    const form = column.children.length > 0 ? null : valueForm(spec.type, column.element);
    if (form === null || column.element.repetition_type === 'REPEATED') {
      const { type, converted_type: converted, logical_type: logical } = column.element;
      const found = [type ?? 'a group', converted, logical?.type].filter((each) => each !== undefined).join(' ');
      throw new Error(`column ${name}: expected ${spec.type}, found ${found}`);
    }
    known.set(name, { path: [root, column], form });
  }
  for (const { name, required } of REWRITTEN_COLUMNS) {
    if (required && !known.has(name)) throw new Error(`column ${name} is missing, and no row may lack it`);
  }
  return known;
}
