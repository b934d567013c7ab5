import { dayOfInstant, IdSet, parseId } from '../events/index.ts';
import { fateOf } from '../ingest/index.ts';
import {
  type ReadingPlan,
  rawFiles,
  readingPlan,
  recordedPlan,
  retainedFrom,
  sourceFile,
  Withheld,
} from '../lake/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Row } from '../source/index.ts';
import { byPath, type ListedFile, type Storage, UnreadableFile } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { type BadRecord, badRecords } from './bad-records.ts';
import { type Bucket, BucketIndex } from './buckets.ts';
import type { Available } from './explanation.ts';
import { type Export, MergedEvents } from './merged.ts';
import { forEachRecord, presentPlan, type RawRecord } from './raw-records.ts';
import { type HeldSource, type HeldSources, spanOf } from './recorded-hours.ts';
import { forEachRow, type Span } from './table-rows.ts';
import type { Cell } from './tally.ts';
import { wholeElsewhere } from './whole-elsewhere.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Within so long after an hour, a rejected file may have been its export. */
const EXPORTED_WITHIN = 2 * DAY;

/** What is compared, and where what explains it is looked for. */
export interface Searched {
  readonly storage: Storage;
  readonly snapshot: Snapshot;
  readonly settings: Settings;
  readonly held: HeldSources;
  readonly instance: string | null;
  readonly buckets: readonly Bucket[];
  /** How often each record in quarantine, by its text, explained something: each explains one event in all. */
  readonly explaining: Map<string, number>;
  /** How many events were taken for erased although no raw file shows them any more. */
  readonly takenForErased: { count: number };
}

/** What raw files, quarantine and log tell of a cell. */
export interface Found {
  readonly available: Available;
  /** Events that some raw file holds and the table does not, although nothing withholds them. */
  readonly lost: number;
  /** Raw files that hold them. */
  readonly lostIn: ReadonlySet<string>;
  /** Raw files that may have had more: cut off, rejected, withdrawn and gone. */
  readonly truncated: ReadonlySet<string>;
  readonly rejected: ReadonlySet<string>;
  readonly withdrawn: ReadonlySet<string>;
}

/** A mutable {@link Found}. */
class CellFacts implements Found {
  readonly available: { -readonly [K in keyof Available]: Available[K] } = {};
  lost = 0;
  readonly lostIn = new Set<string>();
  readonly truncated = new Set<string>();
  readonly rejected = new Set<string>();
  readonly withdrawn = new Set<string>();

  add(kind: keyof Available, count = 1): void {
    this.available[kind] = (this.available[kind] ?? 0) + count;
  }
}

/**
 * Looks for events that the source counted and the table lacks: in the raw files that may hold them, read as they were read then,
 * in quarantine, and among what is withheld. Only files of these hours are read.
 * @throws BrokenErasureList, UnreadableDataFile, storage errors
 */
export async function searchRaw(searched: Searched, cells: readonly Cell[]): Promise<ReadonlyMap<Cell, Found>> {
  const search = new RawSearch(searched, cells);
  await search.run();
  return search.facts;
}

class RawSearch {
  readonly facts: Map<Cell, CellFacts>;
  readonly #in: Searched;
  readonly #cells: ReadonlyMap<string, Cell>;
  readonly #wanted: ReadonlySet<number>;
  readonly #index: BucketIndex;
  readonly #span: Span;
  readonly #exports: Export[] = [];
  /** Ids of the cells that the table holds, and how many there are of each time, in milliseconds, and code. */
  readonly #rows = new IdSet();
  readonly #times = new Map<string, number>();
  /** How many rows there are in the hours that the buckets lie in, by hour since 1970. */
  readonly #rowsByHour = new Map<number, number>();
  /** Sources whose raw files are gone. */
  readonly #gone: HeldSource[] = [];
  /** Ids that were counted as something. */
  readonly #seen = new IdSet();

  constructor(searched: Searched, cells: readonly Cell[]) {
    this.#in = searched;
    this.facts = new Map(cells.map((cell) => [cell, new CellFacts()]));
    this.#cells = new Map(cells.map((cell) => [keyOf(cell.bucket, cell.code), cell]));
    this.#wanted = new Set(cells.map(({ bucket }) => bucket));
    this.#index = new BucketIndex(searched.buckets);
    const bounds = cells.map(({ bucket }) => searched.buckets[bucket]!);
    this.#span = {
      start: Math.min(...bounds.map(({ start }) => start)),
      end: Math.max(...bounds.map(({ end }) => end)),
    };
  }

  async run(): Promise<void> {
    await this.#readTable();
    const withheld = await Withheld.load(this.#in.storage, this.#in.snapshot);
    this.#withholdWhole();
    const sources = [...this.#in.held.ingested.values()].filter((source) => this.#mayHold(source));
    for (const source of sources) if (!source.isOut) await this.#readHeld(source, withheld);
    for (const source of sources) if (source.isOut) await this.#readWithdrawn(source, withheld);
    await this.#readWaiting(withheld);
    await this.#readRejected(withheld);
    await this.#readQuarantine(sources);
    for await (const [key, more] of new MergedEvents(this.#exports).more()) {
      const time = this.#exports.find(({ records }) => records.has(key))?.records.get(key);
      const cell = time && this.#cellAt(time.time, time.code);
      if (cell !== undefined) this.#factsOf(cell).add('merged', more);
    }
    this.#explainByErasure(withheld.erased);
  }

  /**
   * What a raw file that is gone would show to be erased: no more than rows are missing of those that the table was given in an hour
   * by files of which one is gone, and no more than were erased at all.
   */
  #explainByErasure(erased: number): void {
    if (erased === 0 || this.#gone.length === 0) return;
    const { buckets, held, instance, takenForErased: taken } = this.#in;
    const sources = [...held.ingested.values()].filter(({ latest }) => latest.instance === instance);
    const missing = new Map<number, number>();
    for (const [cell, facts] of this.facts) {
      const hour = Math.floor(buckets[cell.bucket]!.start / HOUR);
      if (!this.#gone.some(({ committed }) => (committed.get(hour) ?? 0) > 0)) continue;
      const given = sources.reduce((sum, { committed }) => sum + (committed.get(hour) ?? 0), 0);
      const left = missing.get(hour) ?? given - (this.#rowsByHour.get(hour) ?? 0);
      const known = Object.values(facts.available).reduce((sum, count) => sum + (count ?? 0), facts.lost);
      const count = Math.max(0, Math.min(cell.source - cell.lake - known, left, erased - taken.count));
      missing.set(hour, left - count);
      taken.count += count;
      if (count > 0) facts.add('may_be_erased', count);
    }
  }

  #factsOf(cell: Cell): CellFacts {
    // Made for every cell in the constructor.
    return this.facts.get(cell)!;
  }

  #cellAt(time: number, code: number): Cell | undefined {
    return this.#cells.get(keyOf(this.#index.of(time), code));
  }

  async #readTable(): Promise<void> {
    const { storage, snapshot, instance } = this.#in;
    const id = new Uint32Array(4);
    const wanted = { ...this.#span, instance, columns: ['event_uid'] };
    await forEachRow(storage, snapshot, wanted, (row) => {
      const hour = Math.floor(row.time / HOUR);
      this.#rowsByHour.set(hour, (this.#rowsByHour.get(hour) ?? 0) + 1);
      if (this.#cellAt(row.time, row.code) === undefined) return;
      if (parseId(row.text('event_uid'), id)) this.#rows.add(id);
      const key = keyOf(Math.floor(row.time), row.code);
      this.#times.set(key, (this.#times.get(key) ?? 0) + 1);
    });
  }

  /** What is older than the retention of the lake is withheld, whoever counted it. */
  #withholdWhole(): void {
    const boundary = retainedFrom(this.#in.snapshot) * DAY;
    for (const [cell, facts] of this.facts) {
      if (this.#in.buckets[cell.bucket]!.end <= boundary) facts.add('withheld', cell.source - cell.lake);
    }
  }

  /** Whether commits leave open that a file has events of these hours. */
  #mayHold({ latest }: HeldSource): boolean {
    if (latest.instance !== this.#in.instance) return false;
    const span = spanOf(latest);
    if (span !== null && latest.quarantined === 0) return this.#touches(span);
    return Date.parse(latest.landed_at) + DAY >= this.#span.start;
  }

  #touches({ start, end }: Span): boolean {
    if (end <= this.#span.start || start >= this.#span.end) return false;
    for (const bucket of this.#wanted) {
      const each = this.#in.buckets[bucket]!;
      if (each.start < end && start < each.end) return true;
    }
    return false;
  }

  async #readHeld(source: HeldSource, withheld: Withheld): Promise<void> {
    const { latest } = source;
    const span = spanOf(latest);
    if (latest.suspected_truncated) this.#noteEnds(span, latest.path);
    const plan = recordedPlan(latest);
    if (typeof plan === 'string' || (span !== null && !this.#touches(span))) return;
    const present = await presentPlan(this.#in.storage, plan, latest);
    if (present === null) {
      this.#gone.push(source);
      return;
    }
    const parts = new Map<number, Export>();
    await this.#read(present, parts, withheld, (record, cell) => {
      if (cell === undefined || this.#rows.has(record.id) || !this.#seen.add(record.id)) return;
      const facts = this.#factsOf(cell);
      facts.lost++;
      facts.lostIn.add(latest.path);
    });
    this.#exports.push(...parts.values());
  }

  /** A truncated export may lack what is at either of its ends, or beyond. */
  #noteEnds(span: Span | null, path: string): void {
    for (const [cell, facts] of this.facts) {
      const bucket = this.#in.buckets[cell.bucket]!;
      if (span === null || (bucket.end >= span.start - DAY && bucket.start <= span.end + DAY))
        facts.truncated.add(path);
    }
  }

  async #readWithdrawn({ latest }: HeldSource, withheld: Withheld): Promise<void> {
    const plan = recordedPlan(latest);
    const present = typeof plan === 'string' ? null : await presentPlan(this.#in.storage, plan, latest);
    if (present === null) {
      const span = spanOf(latest);
      for (const [cell, facts] of this.facts) {
        const { start, end } = this.#in.buckets[cell.bucket]!;
        if (span === null || (start < span.end && span.start < end)) facts.withdrawn.add(latest.path);
      }
      return;
    }
    await this.#read(present, null, withheld, (record, cell) => this.#count('withdrawn', record, cell));
  }

  /** Raw files that can hold what is searched for, by what is known of their times, in the order of their paths. */
  async #landedLately(): Promise<ListedFile[]> {
    const found: ListedFile[] = [];
    for await (const file of rawFiles(this.#in.storage, this.#in.settings, { anyOrder: true })) {
      if (file instanceof UnreadableFile || file.lastModified.getTime() + DAY < this.#span.start) continue;
      found.push(file);
    }
    return found.sort(byPath);
  }

  async #readWaiting(withheld: Withheld): Promise<void> {
    const { storage, settings, snapshot, instance } = this.#in;
    for (const file of await this.#landedLately()) {
      if ((await fateOf(storage, snapshot, file, settings)) !== null) continue;
      const info = await storage.head(file.path);
      if (info === null) continue;
      const plan = readingPlan(settings, sourceFile(info), snapshot);
      if (plan.instance !== instance) continue;
      await this.#read(plan, null, withheld, (record, cell) => this.#count('waiting', record, cell));
    }
  }

  async #readRejected(withheld: Withheld): Promise<void> {
    for (const source of this.#in.held.rejected.values()) {
      const landedAt = Date.parse(source.landed_at);
      if (source.instance !== this.#in.instance || landedAt + DAY < this.#span.start) continue;
      const plan = recordedPlan(source);
      const present = typeof plan === 'string' ? null : await presentPlan(this.#in.storage, plan, source);
      const isRead =
        present !== null &&
        (await this.#read(present, null, withheld, (record, cell) => {
          // Rejected for the ids of its events, it may hold what is in under others.
          const time = Math.floor(record.row.timeMicros / 1000);
          if (!this.#times.has(keyOf(time, record.row.code))) this.#count('rejected', record, cell);
        }));
      if (isRead) continue;
      for (const [cell, facts] of this.facts) {
        const { start } = this.#in.buckets[cell.bucket]!;
        if (landedAt >= start && landedAt <= start + EXPORTED_WITHIN) facts.rejected.add(source.path);
      }
    }
  }

  #count(kind: keyof Available, { id }: RawRecord, cell: Cell | undefined): void {
    if (cell !== undefined && !this.#rows.has(id) && this.#seen.add(id)) this.#factsOf(cell).add(kind);
  }

  /** Reads the records of the hours in question; those that are withheld are counted, and not handed on. */
  async #read(
    plan: ReadingPlan,
    parts: Map<number, Export> | null,
    withheld: Withheld,
    visit: (record: RawRecord, cell: Cell | undefined) => void,
  ): Promise<boolean> {
    const isWanted = (row: Row) => {
      if (row.system !== 0) return false;
      const time = row.timeMicros / 1000;
      if (parts !== null) widen(this.#in.storage, parts, row.part, plan, time);
      return time >= this.#span.start && time < this.#span.end && this.#wanted.has(this.#index.of(time));
    };
    return await forEachRecord(this.#in.storage, plan, isWanted, (record) => {
      const { row, id, first } = record;
      const time = row.timeMicros / 1000;
      const cell = this.#cellAt(time, row.code);
      const isWithheld = !withheld.isEmpty && withheld.has(dayOfInstant(time), id);
      if (!isWithheld) {
        if (parts !== null) put(parts.get(row.part), first, time, row.code);
        visit(record, cell);
      } else if (cell !== undefined && this.#in.buckets[cell.bucket]!.end > retainedFrom(this.#in.snapshot) * DAY) {
        if (this.#seen.add(id)) this.#factsOf(cell).add('withheld');
      }
    });
  }

  /** Records in quarantine, each once, by their code and, where their text says it, their hour. */
  async #readQuarantine(sources: readonly HeldSource[]): Promise<void> {
    const found = new Map<string, Quarantined>();
    for (const { latest, isOut } of sources) {
      if (isOut || latest.quarantine === null) continue;
      const plan = recordedPlan(latest);
      if (typeof plan === 'string') continue;
      const near = spanOf(latest) ?? this.#daysOf(latest.path);
      const counts = new Map<string, number>();
      for (const record of await badRecords(this.#in.storage, latest.quarantine.path, plan.settings)) {
        const count = (counts.get(record.text) ?? 0) + 1;
        counts.set(record.text, count);
        const known = found.get(record.text);
        if (known === undefined) found.set(record.text, { record, path: latest.path, span: near, count });
        else known.count = Math.max(known.count, count);
      }
    }
    const left = new Map([...this.facts.keys()].map((cell) => [cell, cell.source - cell.lake]));
    const elsewhere = await wholeElsewhere(this.#in, [...found.values()]);
    const { explaining } = this.#in;
    const byTime = [...found.values()].sort((a, b) => Number(a.record.time === null) - Number(b.record.time === null));
    for (const each of byTime) {
      const { text } = each.record;
      if (elsewhere.has(text)) continue;
      for (let more = each.count - (explaining.get(text) ?? 0); more > 0; more--) {
        const cell = this.#cellOfBad(each, left);
        if (cell === null) break;
        explaining.set(text, (explaining.get(text) ?? 0) + 1);
        left.set(cell, left.get(cell)! - 1);
        this.#factsOf(cell).add('quarantined');
      }
    }
  }

  /** The days of a file's good records, where no commit says its hours; none where the file is gone. */
  #daysOf(path: string): Span {
    const parts = this.#exports.filter((each) => each.path === path);
    const [first, last] = [Math.min(...parts.map((part) => part.first)), Math.max(...parts.map((part) => part.last))];
    return { start: Math.floor(first / DAY) * DAY, end: (Math.floor(last / DAY) + 1) * DAY };
  }

  #cellOfBad({ record, path, span }: Quarantined, left: ReadonlyMap<Cell, number>): Cell | null {
    const { time, codes } = record;
    for (const code of codes) {
      if (time !== null) {
        const cell = this.#cellAt(time, code);
        if (cell !== undefined && left.get(cell)! > 0 && !this.#isWholeElsewhere(path, time, code)) return cell;
        continue;
      }
      for (const [cell, count] of left) {
        const { start, end } = this.#in.buckets[cell.bucket]!;
        if (count > 0 && cell.code === code && start < span.end + HOUR && end > span.start - HOUR) return cell;
      }
    }
    return null;
  }

  /** Whether the table has more events of that time and code than the bad record's file: another export has the record whole. */
  #isWholeElsewhere(path: string, time: number, code: number): boolean {
    const parts = this.#exports.filter((each) => each.path === path);
    if (parts.length === 0) return false;
    let good = 0;
    for (const { records } of parts) {
      for (const each of records.values()) {
        if (each.code === code && Math.floor(each.time) === Math.floor(time)) good += each.count;
      }
    }
    return (this.#times.get(keyOf(Math.floor(time), code)) ?? 0) > good;
  }
}

/** A record in quarantine, how often its file has it, and when that file has events. */
export interface Quarantined {
  readonly record: BadRecord;
  readonly path: string;
  readonly span: Span;
  count: number;
}

function keyOf(place: number, code: number): string {
  return `${place}:${code}`;
}

function widen(storage: Storage, parts: Map<number, Export>, part: number, plan: ReadingPlan, time: number): void {
  const known = parts.get(part);
  if (known === undefined) {
    const { path, landedAt } = plan.source;
    const forEachWithin = partWithin(storage, plan, part);
    const read = { records: new Map(), first: time, last: time, forEachWithin };
    parts.set(part, { way: plan.way, path, landedAt: landedAt.getTime(), ...read });
  } else {
    known.first = Math.min(known.first, time);
    known.last = Math.max(known.last, time);
  }
}

/** Reads a part of a raw file again, for its records of a time. */
function partWithin(storage: Storage, plan: ReadingPlan, part: number): Export['forEachWithin'] {
  return async (from, to, visit) => {
    let isOver = false;
    const isWanted = ({ system, part: found, timeMicros }: Row) =>
      !isOver && system === 0 && found === part && timeMicros / 1000 >= from && timeMicros / 1000 <= to;
    await forEachRecord(storage, plan, isWanted, ({ row, first }) => {
      isOver = !visit(recordKey(first), row.timeMicros / 1000);
    });
  };
}

function recordKey(first: Uint32Array): string {
  return Buffer.from(first.buffer, first.byteOffset, first.byteLength).toString('latin1');
}

function put(part: Export | undefined, first: Uint32Array, time: number, code: number): void {
  if (part === undefined) return;
  const key = recordKey(first);
  const known = part.records.get(key);
  if (known === undefined) part.records.set(key, { count: 1, time, code });
  else known.count++;
}
