import {
  END,
  type ExportReader,
  NEED_INPUT,
  type NextRecord,
  type ReadCounts,
  ROW,
  type TimeDigits,
} from './export-reader.ts';
import type { Header } from './header.ts';
import { NO_HEADER } from './header.ts';
import type { Part } from './part.ts';
import type { Recognised } from './recognised.ts';
import { RejectedFile, tooManyDays, tooManyRecords } from './rejection.ts';
import { type BadReason, Row } from './row.ts';
import type { SourceSettings } from './source-settings.ts';
import type { LeftOut, StoredDocument } from './stored-documents.ts';
import { ARCHIVES_SINCE } from './version.ts';
import { ofEntry } from './zip-faults.ts';

const NOTHING = Buffer.alloc(0);
const MICROS_PER_DAY = 86_400_000_000;
const NO_COUNTS: ReadCounts = {
  records: 0,
  bad: 0,
  resynchronised: 0,
  decompressedBytes: 0,
  unterminatedLastRecord: false,
  emptyLines: 0,
  repeatedHeaders: 0,
  days: 0,
  timeDigits: null,
  contents: [],
};

/** Opens the reader of a document, given its place among the documents of the file, 0-based. */
export type OpenDocument = (document: StoredDocument, index: number) => Promise<ExportReader>;

/**
 * Reads the documents of an archive one after the other, as one export whose parts they are. Records are numbered through, and
 * an offset counts the text of all documents before.
 */
export class ArchiveReader implements ExportReader {
  readonly row = new Row();
  /** Names of the entries that were passed over: folders, empty files, and what systems add by themselves. */
  readonly leftOut: string[] = [];
  readonly recognised: Recognised[] = [];
  readonly #documents: AsyncIterator<StoredDocument | LeftOut>;
  readonly #open: OpenDocument;
  readonly #limits: Pick<SourceSettings, 'maxRecords' | 'maxDays'>;
  readonly #days = new Set<number>();
  #lastDay = Number.NaN;
  #reader: ExportReader | null = null;
  #label: string | null = null;
  #header: Header | null = null;
  /** What the documents before the one that is being read came to. */
  #before = NO_COUNTS;
  /** Whether it was read to its end. */
  #isRead = false;
  readonly #parts: Part[] = [];
  #isAtEnd = false;

  constructor(
    documents: AsyncIterable<StoredDocument | LeftOut>,
    open: OpenDocument,
    limits: Pick<SourceSettings, 'maxRecords' | 'maxDays'>,
  ) {
    this.#documents = documents[Symbol.asyncIterator]();
    this.#open = open;
    this.#limits = limits;
  }

  get bytes(): Buffer {
    return this.#reader?.bytes ?? NOTHING;
  }

  get reason(): BadReason {
    return this.#reader?.reason ?? 'column_count';
  }

  get header(): Header {
    if (this.#reader !== null) return this.#reader.header;
    if (this.#header === null) throw new Error('expected a first record or the end of the file, found neither yet');
    return this.#header;
  }

  /** The documents, and the exports that were joined in one of them. */
  get parts(): readonly Part[] {
    return this.#reader === null ? this.#parts : [...this.#parts, ...this.#placed(this.#reader)];
  }

  get readSince(): number {
    return ARCHIVES_SINCE;
  }

  get counts(): ReadCounts {
    const days = this.#days.size;
    return this.#reader === null ? { ...this.#before, days } : { ...sum(this.#before, this.#reader.counts), days };
  }

  next(): NextRecord {
    const reader = this.#reader;
    if (reader === null) return this.#isAtEnd ? END : NEED_INPUT;
    const found = this.#named(() => reader.next());
    if (found === END) this.#isRead = true;
    if (found === END || found === NEED_INPUT) return NEED_INPUT;
    this.#take(reader);
    if (found === ROW) this.#noteDay(this.row.timeMicros);
    return found;
  }

  async fill(): Promise<void> {
    if (this.#reader !== null && !this.#isRead) {
      await this.#reader.fill().catch((error) => this.#rethrow(error));
      return;
    }
    await this.#leave();
    await this.#openNext();
  }

  async close(): Promise<void> {
    await this.#leave();
    await this.#documents.return?.();
  }

  /** Lets go of the document that was read. */
  async #leave(): Promise<void> {
    const reader = this.#reader;
    if (reader === null) return;
    if (this.#isRead) {
      if (this.#header === null || reader.parts.length > 0) this.#header = reader.header;
      this.recognised.push(...reader.recognised);
    }
    this.#parts.push(...this.#placed(reader));
    this.#before = sum(this.#before, reader.counts);
    this.#reader = null;
    this.#isRead = false;
    await reader.close();
  }

  async #openNext(): Promise<void> {
    for (;;) {
      const { done, value } = await this.#documents.next();
      if (done) {
        this.#end();
        return;
      }
      if (!('leftOut' in value)) {
        this.#label = value.label;
        this.#reader = await this.#open(value, this.recognised.length).catch((error) => this.#rethrow(error));
        return;
      }
      this.leftOut.push(value.leftOut);
    }
  }

  #end(): void {
    this.#isAtEnd = true;
    this.#header ??= NO_HEADER;
    if (this.recognised.length > 0) return;
    throw new RejectedFile(
      'unsupported_archive',
      `expected a ZIP archive of exports, found ${this.leftOut.length === 0 ? 'no entry' : 'nothing but empty entries'} in it; ` +
        'make it again with the exports in it',
    );
  }

  #named<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      return this.#rethrow(error);
    }
  }

  #rethrow(error: unknown): never {
    throw this.#label === null ? error : ofEntry(this.#label, error);
  }

  #take(reader: ExportReader): void {
    const { maxRecords } = this.#limits;
    const { records, decompressedBytes } = this.#before;
    this.row.copy(reader.row);
    this.row.number += records;
    this.row.offset += decompressedBytes;
    this.row.part += this.#parts.length;
    if (this.row.number > maxRecords) throw tooManyRecords(maxRecords);
  }

  /** The parts of the document that is being read, by their places in the file. */
  #placed(reader: ExportReader): Part[] {
    const { records, decompressedBytes } = this.#before;
    return reader.parts.map(({ row, offset, header }) => ({
      row: row + records,
      offset: offset + decompressedBytes,
      header,
    }));
  }

  #noteDay(micros: number): void {
    const day = Math.floor(micros / MICROS_PER_DAY);
    if (day === this.#lastDay) return;
    this.#lastDay = day;
    this.#days.add(day);
    if (this.#days.size > this.#limits.maxDays) throw tooManyDays(this.#limits.maxDays);
  }
}

function sum(before: ReadCounts, now: ReadCounts): ReadCounts {
  return {
    records: before.records + now.records,
    bad: before.bad + now.bad,
    resynchronised: before.resynchronised + now.resynchronised,
    decompressedBytes: before.decompressedBytes + now.decompressedBytes,
    unterminatedLastRecord: before.unterminatedLastRecord || now.unterminatedLastRecord,
    emptyLines: before.emptyLines + now.emptyLines,
    repeatedHeaders: before.repeatedHeaders + now.repeatedHeaders,
    days: before.days + now.days,
    timeDigits: digitsOf(before.timeDigits, now.timeDigits),
    contents: [...before.contents, ...now.contents],
  };
}

function digitsOf(before: TimeDigits | null, now: TimeDigits | null): TimeDigits | null {
  if (before === null || now === null) return before ?? now;
  return {
    most: Math.max(before.most, now.most),
    fewest: Math.min(before.fewest, now.fewest),
    needed: Math.max(before.needed, now.needed),
    isLocal: before.isLocal || now.isLocal,
  };
}
