import { hash } from 'node:crypto';
import { EVENT_COLUMNS } from '../events/index.ts';
import { orUnrewritable, RewriteSource } from '../rewrite/index.ts';
import type { Storage } from '../storage/index.ts';
import type { AddFile } from '../table/index.ts';

const FILE_COLUMNS = EVENT_COLUMNS.filter(({ encoding }) => encoding !== 'path');

/** Columns that another version of the reader may fill otherwise in an event of the same id. */
const READ = new Set([
  ...['event_time_text', 'actor_name', 'actor_id', 'category'],
  // The same event may be in other files too, and the first of them that has it is named.
  ...['source_file', 'source_etag', 'source_row', 'ingest_id', 'landed_at'],
]);
/** Columns that another reader, decoder or catalogue may fill otherwise: they hold what comes of the export and of the message. */
const SHARED = new Set(['unmapped', 'decode_detail']);

/** What may make a column's value another one although the raw file is the same. */
export const COLUMN_GROUPS = ['fixed', 'read', 'decoded', 'shared'] as const;
export type ColumnGroup = (typeof COLUMN_GROUPS)[number];

/** The group of a column: `fixed` follows from the event's id and can never differ. */
export function groupOf({ name, fromCatalogue }: (typeof EVENT_COLUMNS)[number]): ColumnGroup {
  if (SHARED.has(name)) return 'shared';
  if (fromCatalogue) return 'decoded';
  return READ.has(name) ? 'read' : 'fixed';
}

const GROUPED = COLUMN_GROUPS.map((group) => FILE_COLUMNS.filter((column) => groupOf(column) === group));

/** A row of the partition at hand; the same object stands for each in turn. */
export interface DigestedRow {
  readonly uid: string;
  readonly ingestId: string;
  readonly catalogueVersion: string;
  readonly decodeDetail: string;
  /** Of each group of columns the first 128 bits of SHA-256, in the order of {@link COLUMN_GROUPS}. */
  readonly digests: Uint8Array;
}

const DIGEST_BYTES = 16;
const ROW_BYTES = DIGEST_BYTES * COLUMN_GROUPS.length;
const FIRST_ROWS = 1024;
/** Stands for the position of a row that was taken out. */
const TAKEN = -1;

/** The groups of columns in which two rows differ. */
export function* differingGroups(a: Uint8Array, b: Uint8Array): Generator<ColumnGroup> {
  for (const [index, group] of COLUMN_GROUPS.entries()) {
    const at = index * DIGEST_BYTES;
    const [ofA, ofB] = [a.subarray(at, at + DIGEST_BYTES), b.subarray(at, at + DIGEST_BYTES)];
    if (Buffer.compare(ofA, ofB) !== 0) yield group;
  }
}

/** A row that raw gives. */
export interface ExpectedRow {
  readonly digests: Uint8Array;
  /** Whether an older reader made something else of its source. */
  readonly isReadOtherwise: boolean;
  /** The lowest version of the decoder that reads its message as it is read today. */
  readonly decodedSince: number;
}

/** Rows by event_uid, of each only its digests: about 170 bytes a row. A row is taken out once. */
export class ExpectedRows {
  readonly #positions = new Map<string, number>();
  #digests = Buffer.alloc(ROW_BYTES * FIRST_ROWS);
  /** By position: twice the decoder's version, and one more where the source was read otherwise. */
  #versions = new Uint8Array(FIRST_ROWS);

  add(uid: string, { digests, isReadOtherwise, decodedSince }: ExpectedRow): void {
    const index = this.#positions.size;
    if (index === this.#versions.length) this.#double();
    this.#digests.set(digests, index * ROW_BYTES);
    this.#versions[index] = 2 * decodedSince + (isReadOtherwise ? 1 : 0);
    this.#positions.set(uid, index);
  }

  /** Takes a row out, if it is there and was not taken before. Add no row after that. */
  take(uid: string): ExpectedRow | 'taken' | null {
    const index = this.#positions.get(uid);
    if (index === undefined) return null;
    if (index === TAKEN) return 'taken';
    this.#positions.set(uid, TAKEN);
    return this.#at(index);
  }

  /** The rows that are left. */
  *entries(): Generator<[string, ExpectedRow]> {
    for (const [uid, index] of this.#positions) if (index !== TAKEN) yield [uid, this.#at(index)];
  }

  #at(index: number): ExpectedRow {
    const versions = this.#versions[index] ?? 0;
    return {
      digests: this.#digests.subarray(index * ROW_BYTES, (index + 1) * ROW_BYTES),
      isReadOtherwise: versions % 2 === 1,
      decodedSince: versions >> 1,
    };
  }

  #double(): void {
    this.#digests = Buffer.concat([this.#digests], 2 * this.#digests.length);
    const versions = new Uint8Array(2 * this.#versions.length);
    versions.set(this.#versions);
    this.#versions = versions;
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
      decodeDetail: text(row, 'decode_detail'),
      digests: Buffer.concat(GROUPED.map((columns) => bytes.digest(row, columns).subarray(0, DIGEST_BYTES))),
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
      await orUnrewritable(table, file.path, () => Promise.reject(error));
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
