import { CATALOGUE_VERSION } from '../catalogue/index.ts';
import { type Decoder, decoderOf, textFlags } from '../decode/index.ts';
import {
  CODE_COLUMNS,
  codeChoices,
  type DuePartition,
  dayOf,
  EVENT_COLUMNS,
  type EventRow,
  EventUids,
  type IdSet,
  type Partitions,
  type SourceConstants,
} from '../events/index.ts';
import {
  type DataFiles,
  HourCounts,
  type IngestedSource,
  type KnownIds,
  type ReadingPlan,
  RowQuarantine,
  type Withheld,
} from '../lake/index.ts';
import { AMBIGUOUS, END, EXACT, type ExportReader, NEED_INPUT, ROW, SOURCE_SYSTEMS } from '../source/index.ts';
import type { Storage } from '../storage/index.ts';
import { AccountColumns } from './account-columns.ts';
import { BadExamples } from './bad-examples.ts';
import { DaySort } from './day-sort.ts';
import type { EventPlaces } from './event-places.ts';
import { refuseUnreadable } from './nothing-readable.ts';
import { noStatuses } from './report.ts';
import { refuseDaySecond } from './second-place-days.ts';
import type { StoredBytes } from './stored-bytes.ts';

/** The days whose rows are wanted, in whole days since 1970, both included. */
export interface Scope {
  readonly from: number;
  readonly to: number;
}

/** What the sources of a staging share: what their records are compared with, and where their rows go. */
export interface Destination {
  readonly known: KnownIds;
  /** Ids that sources before this one hold. */
  readonly earlier: IdSet;
  readonly withheld: Withheld;
  readonly scope: Scope | null;
  /** The only events that are wanted; null where all are. */
  readonly wanted: IdSet | null;
  /** Whether bad records are put in quarantine, and not only counted. */
  readonly keepsBadRows: boolean;
  /** Takes up where which event stands; null where nobody asks. */
  readonly places: EventPlaces | null;
  readonly partitions: Partitions;
  readonly files: DataFiles;
}

/** Told now and then of the stored bytes and the records read so far. */
export type OnProgress = (bytes: number, rows: number) => void;

const FAMILIES = EVENT_COLUMNS.find((column) => column.name === 'family')?.choices ?? [];
const FAMILY = CODE_COLUMNS.indexOf('family');

/** Reads one raw file: each record becomes a row for the table, a duplicate, a bad row in quarantine, or is not wanted. */
export class SourceReading {
  /** The ids of all records that were looked at, those that the table holds included. */
  readonly uids: EventUids;
  readonly #plan: ReadingPlan;
  readonly #stored: StoredBytes;
  readonly #reader: ExportReader;
  readonly #to: Destination;
  readonly #badRows: RowQuarantine;
  readonly #badExamples = new BadExamples();
  readonly #accountColumns = new AccountColumns();
  readonly #hours = new HourCounts();
  readonly #statuses = noStatuses();
  readonly #families: Record<string, number> = {};
  readonly #constants: SourceConstants;
  /** The source system of the last record, and what decodes its messages. */
  #system = 0;
  #decoder: Decoder = decoderOf(SOURCE_SYSTEMS[0]);
  /** The source systems of its good records: a bit for each. */
  #systems = 0;
  /** The part of the file that the last record belongs to. */
  #part = 0;
  #committed = 0;
  #duplicates = 0;
  #withheld = 0;
  #outsideScope = 0;
  #possibleNewFields = 0;
  /** Rows of a file whose dates come in no order, on their way to being sorted by date. */
  #sort: DaySort | null = null;

  constructor(storage: Storage, plan: ReadingPlan, stored: StoredBytes, reader: ExportReader, to: Destination) {
    this.#plan = plan;
    this.#stored = stored;
    this.#reader = reader;
    this.#to = to;
    this.#badRows = new RowQuarantine(storage, plan, to.keepsBadRows);
    this.#constants = constantsOf(plan);
    this.uids = new EventUids(plan.instance ?? '');
  }

  /**
   * Reads the file to its end.
   * @param atEnd looks at the file as a whole, before anything of it is kept
   * @throws RejectedFile where it is no export, QuarantineTaken, storage errors; rows may then have gone on already
   */
  async read(onProgress: OnProgress, atEnd: () => void): Promise<IngestedSource> {
    try {
      await this.#readRecords(onProgress);
      atEnd();
      if (this.#sort !== null) await this.#storeSorted(this.#sort);
      return await this.#result();
    } catch (error) {
      await this.#badRows.abort();
      throw error;
    } finally {
      await this.#sort?.remove();
    }
  }

  async #readRecords(onProgress: OnProgress): Promise<void> {
    const reader = this.#reader;
    const row: EventRow = {
      bytes: reader.bytes,
      source: reader.row,
      extras: [],
      reading: this.#decoder.reading,
      choices: codeChoices(0, 0),
      textFlags: 0,
      uid: this.uids.hex,
    };
    for (let found = reader.next(); found !== END; found = reader.next()) {
      if (found === NEED_INPUT) {
        await reader.fill();
        onProgress(this.#stored.bytes, reader.counts.records);
      } else if (found === ROW) {
        const { timeMicros, part, system } = reader.row;
        this.#systems |= 1 << system;
        this.#accountColumns.note(reader);
        if (part !== this.#part) {
          this.#part = part;
          this.uids.beginPart();
        }
        if (!this.#isInScope(timeMicros)) {
          this.#hours.note(timeMicros, false);
          this.#outsideScope++;
          continue;
        }
        if (this.#to.known.needs(timeMicros)) await this.#to.known.load(timeMicros);
        row.bytes = reader.bytes;
        row.extras = reader.header.extras;
        const isNew = this.#isNew(row);
        this.#hours.note(timeMicros, isNew);
        if (!isNew) continue;
        if (this.#sort === null) {
          if (this.#store(row)) await this.#publishDue();
        } else if (this.#sort.add(row)) await this.#sort.write();
      } else {
        this.#badExamples.note(reader);
        await this.#badRows.add(reader.row, reader.reason, reader.bytes);
      }
    }
    refuseUnreadable(this.#plan, reader.counts, this.#badExamples);
    refuseDaySecond(this.#plan, reader.counts, this.#badExamples);
  }

  #isInScope(timeMicros: number): boolean {
    const { scope } = this.#to;
    if (scope === null) return true;
    const day = dayOf(timeMicros);
    return day >= scope.from && day <= scope.to;
  }

  /** Gives a record its id. False, and counted, where the event is not wanted or is there already. */
  #isNew({ bytes, source }: EventRow): boolean {
    const { known, earlier, withheld, wanted } = this.#to;
    const id = this.uids.next(bytes, source);
    this.#to.places?.add(this.uids.first, source);
    if (!withheld.isEmpty && withheld.has(dayOf(source.timeMicros), id)) {
      this.#withheld++;
      return false;
    }
    const isUnwanted = wanted !== null && !wanted.has(id);
    if (isUnwanted || this.uids.isRepeated || known.has(id) || (earlier.size > 0 && earlier.has(id))) {
      this.#duplicates++;
      return false;
    }
    return true;
  }

  /** Decodes a record and adds it to the partition of its date. True where partitions may be due. */
  #store(row: EventRow): boolean {
    const { bytes, source } = row;
    const decoder = this.#decoderOf(source.system);
    const reading = decoder.decode(source.code, bytes, source.messageStart, source.messageEnd);
    row.reading = reading;
    row.choices = codeChoices(source.system, source.code);
    row.textFlags = decoder.unusual ? textFlags(bytes, source.messageStart, source.messageEnd) : 0;
    if (source.timeNote !== EXACT) {
      reading.addDetail(source.timeNote === AMBIGUOUS ? 'time_ambiguous' : 'time_nonexistent');
    }
    if (reading.hasDetail('possible_new_field')) this.#possibleNewFields++;
    this.#committed++;
    this.#statuses[reading.status]++;
    const family = FAMILIES[row.choices[FAMILY]!] ?? 'unknown';
    this.#families[family] = (this.#families[family] ?? 0) + 1;
    return this.#to.partitions.append(row, this.#constants);
  }

  #decoderOf(system: number): Decoder {
    if (system !== this.#system) {
      this.#system = system;
      this.#decoder = decoderOf(SOURCE_SYSTEMS[system]!);
    }
    return this.#decoder;
  }

  async #publishDue(): Promise<void> {
    await this.#publish(this.#to.partitions.due());
    if (this.#to.partitions.scattered) this.#sort ??= new DaySort();
  }

  async #storeSorted(sort: DaySort): Promise<void> {
    const row = sort.newRow(this.#decoder.reading);
    for (const day of sort.days()) {
      for await (const bytes of sort.blocks(day)) {
        for (let at = 0; at < bytes.length; ) {
          at = sort.read(bytes, at, row);
          if (this.#store(row)) await this.#publish(this.#to.partitions.due());
        }
      }
      await this.#publish(this.#to.partitions.of(day));
    }
  }

  async #publish(due: Iterable<DuePartition>): Promise<void> {
    for (const partition of due) await this.#to.files.publish(partition, this.#to.partitions);
  }

  async #result(): Promise<IngestedSource> {
    return {
      outcome: 'ingested',
      plan: this.#plan,
      sha256: this.#stored.sha256(),
      header: this.#reader.header,
      parts: [...this.#reader.parts],
      readSince: this.#reader.readSince,
      recognised: this.#reader.recognised,
      leftOut: this.#reader.leftOut ?? [],
      counts: { ...this.#reader.counts },
      committed: this.#committed,
      duplicates: this.#duplicates,
      withheld: this.#withheld,
      outsideScope: this.#to.scope === null ? null : this.#outsideScope,
      hours: this.#hours.result(),
      systems: SOURCE_SYSTEMS.filter((_, place) => (this.#systems & (1 << place)) !== 0),
      statuses: this.#statuses,
      families: this.#families,
      possibleNewFields: this.#possibleNewFields,
      quarantine: await this.#badRows.finish(),
      quarantineReasons: this.#badRows.reasons,
      badExamples: this.#badExamples.all,
      accountColumns: this.#accountColumns.names,
    };
  }
}

function constantsOf({ source, instance }: ReadingPlan): SourceConstants {
  return {
    instance,
    catalogueVersion: CATALOGUE_VERSION,
    sourceFile: source.path,
    sourceEtag: source.etag,
    ingestId: source.ingestId,
    landedAtMicros: source.landedAt.getTime() * 1000,
  };
}
