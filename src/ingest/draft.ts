import { CATALOGUE, CATALOGUE_VERSION } from '../catalogue/index.ts';
import { Decoder, type DecodeStatus, textFlags } from '../decode/index.ts';
import {
  CODE_COLUMNS,
  codeChoices,
  type DuePartition,
  EVENT_COLUMNS,
  type EventRow,
  EventUids,
  Partitions,
  type SourceConstants,
} from '../events/index.ts';
import type { Codec } from '../parquet/index.ts';
import {
  AMBIGUOUS,
  type Counts,
  END,
  EXACT,
  type ExportReader,
  type Header,
  NEED_INPUT,
  openExport,
  ROW,
  type SourceSettings,
} from '../source/index.ts';
import type { Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { DataFiles } from './data-files.ts';
import type { Host } from './host.ts';
import { KnownIds } from './known-ids.ts';
import { type QuarantineFile, RowQuarantine } from './quarantine.ts';
import { noStatuses } from './report.ts';
import type { SourceFile } from './source-file.ts';
import { Spool } from './spool.ts';
import { StoredBytes } from './stored-bytes.ts';

/** How a raw file is read. */
export interface ReadingPlan {
  readonly source: SourceFile;
  /** Which Nexthink tenant it comes from; null where the settings name none. */
  readonly instance: string | null;
  readonly settings: SourceSettings;
  readonly settingsHash: string;
  readonly codec: Codec;
  /** Tells the quarantine file apart from one of the same name with other content; mostly empty. */
  readonly quarantineSuffix: string;
  /** Told now and then of the stored bytes and the records read so far. */
  readonly onProgress?: (bytes: number, rows: number) => void;
}

const SOURCE_SYSTEM = 'infinity';
const FAMILIES = EVENT_COLUMNS.find((column) => column.name === 'family')?.choices ?? [];
const FAMILY = CODE_COLUMNS.indexOf('family');

/** One decoder serves all files: it keeps nothing from one message to the next. */
const decoder = new Decoder(CATALOGUE);

/** A raw file on its way into the table: its records read, its data files published, no commit naming them yet. */
export class Draft {
  /** The ids of all its records, those that the table holds already included. */
  readonly uids: EventUids;
  readonly files: DataFiles;
  readonly statuses: Record<DecodeStatus, number> = noStatuses();
  readonly families: Record<string, number> = {};
  /** Rows for the table. */
  committed = 0;
  /** Records whose event is in the table already. */
  duplicates = 0;
  quarantine: QuarantineFile | null = null;
  readonly #plan: ReadingPlan;
  readonly #stored: StoredBytes;
  readonly #reader: ExportReader;
  readonly #known: KnownIds;
  readonly #badRows: RowQuarantine;
  readonly #partitions: Partitions;
  /** Rows of a file whose dates come in no order, on their way to being sorted by date. */
  #spool: Spool | null = null;

  constructor(storage: Storage, host: Host, snapshot: Snapshot, plan: ReadingPlan) {
    const { source, settings, settingsHash, codec } = plan;
    this.#plan = plan;
    this.#stored = new StoredBytes(storage, source);
    this.#reader = openExport(source.path, this.#stored.chunks(), settings, source.landedAt.getTime());
    this.#known = new KnownIds(storage, snapshot);
    this.#badRows = new RowQuarantine(storage, source, settingsHash, plan.quarantineSuffix);
    this.#partitions = new Partitions(codec);
    this.uids = new EventUids(plan.instance ?? '', SOURCE_SYSTEM);
    this.files = new DataFiles(storage, host, snapshot, host.randomId());
  }

  get header(): Header {
    return this.#reader.header;
  }

  get counts(): Counts {
    return this.#reader.counts;
  }

  get quarantineReasons(): Readonly<Record<string, number>> {
    return this.#badRows.reasons;
  }

  /** SHA-256 of the stored bytes, in hex, once {@link read} is done. */
  get sha256(): string {
    return this.#stored.sha256();
  }

  /**
   * Reads the file to its end.
   * @throws RejectedFile where it is no export, storage errors; nothing is left behind then
   */
  async read(): Promise<void> {
    try {
      await this.#readRecords();
      if (this.#spool !== null) await this.#storeSpooled(this.#spool);
      await this.#publish(this.#partitions.rest());
      this.quarantine = await this.#badRows.finish();
    } catch (error) {
      await this.#reader.close();
      await this.#badRows.abort();
      await this.files.discard();
      throw error;
    } finally {
      await this.#spool?.remove();
    }
  }

  async #readRecords(): Promise<void> {
    const reader = this.#reader;
    const constants = this.#constants();
    const row: EventRow = {
      bytes: reader.bytes,
      source: reader.row,
      extras: [],
      reading: decoder.reading,
      choices: codeChoices(0),
      textFlags: 0,
      uid: this.uids.hex,
    };
    for (let found = reader.next(); found !== END; found = reader.next()) {
      if (found === NEED_INPUT) {
        await reader.fill();
        this.#plan.onProgress?.(this.#stored.bytes, reader.counts.records);
      } else if (found === ROW) {
        const { timeMicros } = reader.row;
        if (this.#known.needs(timeMicros)) await this.#known.load(timeMicros);
        row.bytes = reader.bytes;
        row.extras = reader.header.extras;
        if (!this.#isNew(row)) this.duplicates++;
        else if (this.#spool === null) {
          if (this.#store(row, constants)) await this.#publishDue();
        } else if (this.#spool.add(row)) await this.#spool.write();
      } else {
        await this.#badRows.add(reader.row, reader.reason, reader.bytes);
      }
    }
  }

  /** Gives a record its id. False where the table holds that event. */
  #isNew({ bytes, source }: EventRow): boolean {
    const hasId = source.actorIdStart !== -1;
    const id = this.uids.next(
      bytes,
      source.timeMicros,
      source.code,
      hasId ? source.actorIdStart : source.actorNameStart,
      hasId ? source.actorIdEnd : source.actorNameEnd,
      source.messageStart,
      source.messageEnd,
    );
    return !this.#known.has(id);
  }

  /** Decodes a record and adds it to the partition of its date. True where partitions may be due. */
  #store(row: EventRow, constants: SourceConstants): boolean {
    const { bytes, source, reading } = row;
    decoder.decode(source.code, bytes, source.messageStart, source.messageEnd);
    row.choices = codeChoices(source.code);
    row.textFlags = decoder.unusual ? textFlags(bytes, source.messageStart, source.messageEnd) : 0;
    if (source.timeNote !== EXACT) {
      reading.addDetail(source.timeNote === AMBIGUOUS ? 'time_ambiguous' : 'time_nonexistent');
    }
    this.committed++;
    this.statuses[reading.status]++;
    const family = FAMILIES[row.choices[FAMILY]!] ?? 'unknown';
    this.families[family] = (this.families[family] ?? 0) + 1;
    return this.#partitions.append(row, constants);
  }

  async #publishDue(): Promise<void> {
    await this.#publish(this.#partitions.due());
    if (this.#partitions.scattered) this.#spool ??= new Spool();
  }

  async #storeSpooled(spool: Spool): Promise<void> {
    const constants = this.#constants();
    const row = spool.newRow(decoder.reading, this.#reader.header.extras);
    for (const day of spool.days()) {
      for await (const bytes of spool.blocks(day)) {
        for (let at = 0; at < bytes.length; ) {
          at = spool.read(bytes, at, row);
          if (this.#store(row, constants)) await this.#publish(this.#partitions.due());
        }
      }
      await this.#publish(this.#partitions.of(day));
    }
  }

  async #publish(due: Iterable<DuePartition>): Promise<void> {
    for (const partition of due) await this.files.publish(partition, this.#partitions);
  }

  #constants(): SourceConstants {
    const { source, instance } = this.#plan;
    return {
      instance,
      sourceSystem: SOURCE_SYSTEM,
      catalogueVersion: CATALOGUE_VERSION,
      sourceFile: source.path,
      sourceEtag: source.etag,
      ingestId: source.ingestId,
      landedAtMicros: source.landedAt.getTime() * 1000,
    };
  }
}
