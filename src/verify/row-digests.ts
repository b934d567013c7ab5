import { hash } from 'node:crypto';
import { EVENT_COLUMNS } from '../events/index.ts';
import { guarded, RewriteSource } from '../maintenance/rewrite-source.ts';
import type { Storage } from '../storage/index.ts';
import type { AddFile } from '../table/index.ts';

const FILE_COLUMNS = EVENT_COLUMNS.filter(({ encoding }) => encoding !== 'path');
/** Columns that any catalogue fills alike. */
const LASTING = FILE_COLUMNS.filter(({ fromCatalogue }) => !fromCatalogue);
const CHANGING = FILE_COLUMNS.filter(({ fromCatalogue }) => fromCatalogue);

/** A row of the partition at hand; the same object stands for each in turn. */
export interface DigestedRow {
  readonly uid: string;
  readonly ingestId: string;
  readonly catalogueVersion: string;
  /** SHA-256 over the columns that any catalogue fills alike, and over the others. */
  readonly lasting: Uint8Array;
  readonly changing: Uint8Array;
}

const DIGEST_BYTES = 32;
const FIRST_ROWS = 1024;

/** Rows by event_uid, of each only its digests: about 170 bytes a row. A row is taken out once. */
export class ExpectedRows {
  readonly #positions = new Map<string, number>();
  #digests = Buffer.alloc(2 * DIGEST_BYTES * FIRST_ROWS);

  get uids(): Iterable<string> {
    return this.#positions.keys();
  }

  add({ uid, lasting, changing }: DigestedRow): void {
    const at = this.#positions.size * 2 * DIGEST_BYTES;
    if (at === this.#digests.length) this.#digests = Buffer.concat([this.#digests], 2 * at);
    this.#digests.set(lasting, at);
    this.#digests.set(changing, at + DIGEST_BYTES);
    this.#positions.set(uid, at);
  }

  /** Takes a row out; null where there is none, or it was taken before. Add no row after that. */
  take(uid: string): Pick<DigestedRow, 'lasting' | 'changing'> | null {
    const at = this.#positions.get(uid);
    if (at === undefined) return null;
    this.#positions.delete(uid);
    return {
      lasting: this.#digests.subarray(at, at + DIGEST_BYTES),
      changing: this.#digests.subarray(at + DIGEST_BYTES, at + 2 * DIGEST_BYTES),
    };
  }
}

type Row = Parameters<typeof cell>[0];

/** Every row of data files as digests: all its values count, and memory holds none of them. Throws as {@link rowsOf}. */
export async function* digestedRows(
  storage: Storage,
  table: string,
  files: readonly AddFile[],
): AsyncGenerator<DigestedRow> {
  const bytes = new ValueBytes();
  for await (const row of rowsOf(storage, table, files)) {
    yield {
      uid: text(row, 'event_uid'),
      ingestId: text(row, 'ingest_id'),
      catalogueVersion: text(row, 'catalogue_version'),
      lasting: bytes.digest(row, LASTING),
      changing: bytes.digest(row, CHANGING),
    };
  }
}

/** The values of some rows as texts by column name, null where there is none, by event_uid. Throws as {@link rowsOf}. */
export async function valuesOf(
  storage: Storage,
  table: string,
  files: readonly AddFile[],
  uids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Readonly<Record<string, string | null>>>> {
  const found = new Map<string, Readonly<Record<string, string | null>>>();
  for await (const row of rowsOf(storage, table, files)) {
    const uid = text(row, 'event_uid');
    if (!uids.has(uid)) continue;
    const values = FILE_COLUMNS.map((column) => {
      const value = cell(row, column);
      return [column.name, value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : numberText(value)];
    });
    found.set(uid, Object.fromEntries(values));
  }
  return found;
}

/** @throws UnrewritableFile for a file that cannot be read, or holds more than our columns; storage errors */
async function* rowsOf(storage: Storage, table: string, files: readonly AddFile[]): AsyncGenerator<Row> {
  for (const file of files) {
    const source = await RewriteSource.open(storage, table, file);
    try {
      for await (const rows of source.rowsOf()) while (rows.next()) yield rows;
    } catch (error) {
      await guarded(table, file.path, () => Promise.reject(error));
    }
  }
}

/** The values of one row, written one after another in a form that has each row once. */
class ValueBytes {
  #bytes = Buffer.alloc(1 << 16);
  #length = 0;

  digest(row: Row, columns: typeof FILE_COLUMNS): Uint8Array {
    this.#length = 0;
    for (const column of columns) this.#put(cell(row, column));
    return hash('sha256', this.#bytes.subarray(0, this.#length), 'buffer');
  }

  #put(value: Uint8Array | number | null): void {
    const size = value instanceof Uint8Array ? value.length : 0;
    this.#reserve(size + 9);
    // -1 for no value, -2 for a number: no text is that long.
    this.#bytes.writeInt32LE(value === null ? -1 : value instanceof Uint8Array ? size : -2, this.#length);
    this.#length += 4;
    if (value instanceof Uint8Array) this.#bytes.set(value, this.#length);
    else if (value !== null) this.#bytes.writeDoubleLE(value, this.#length);
    this.#length += value instanceof Uint8Array ? size : value === null ? 0 : 8;
  }

  #reserve(extra: number): void {
    if (this.#length + extra <= this.#bytes.length) return;
    const larger = Buffer.alloc((this.#length + extra) * 2);
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

function cell(
  row: { text(name: string): Uint8Array | null; number(name: string): number | null },
  { name, type }: { readonly name: string; readonly type: string },
): Uint8Array | number | null {
  return type === 'string' ? row.text(name) : row.number(name);
}

function text(row: Row, name: string): string {
  return Buffer.from(row.text(name) ?? []).toString('utf8');
}

function numberText(value: number | null): string | null {
  return value === null ? null : String(value);
}
