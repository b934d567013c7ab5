import { dayOfDate } from '../events/index.ts';
import { contentOf } from '../evidence/index.ts';
import { type Scope, Staging } from '../ingest/index.ts';
import {
  type ErasureRecord,
  erasedTransaction,
  forEachId,
  hourText,
  type ReadingPlan,
  type ReplayRecord,
  type RetentionRecord,
  recordedPlan,
  removalOf,
  retainedTransaction,
  type SourceOutcome,
  type SourceRecord,
  type WithdrawalRecord,
} from '../lake/index.ts';
import { zstd } from '../parquet/index.ts';
import { carryOver, withoutEvents, withoutSources } from '../rewrite/index.ts';
import { READER_VERSION } from '../source/index.ts';
import { FileNotFound, PreconditionFailed, type Storage, sha256Hex, systemHost } from '../storage/index.ts';
import { type Action, type AddFile, commitPath, replay, type Snapshot } from '../table/index.ts';
import type { Findings } from './findings.ts';
import { SourceReadings } from './source-readings.ts';
import type { RecordedCommit } from './table-checks.ts';
import { isUnread, reportUnreadRaw } from './unread-files.ts';

/** Why a file is rejected whose content is as good as any. */
const NOT_OF_CONTENT: ReadonlySet<string> = new Set(['unreadable', 'identity_differs']);

/** Where a table is rebuilt, and what is told of it. */
export interface RebuildContext {
  /** Raw files come from it under their recorded ETags; data files go to it. */
  readonly storage: Storage;
  readonly findings: Findings;
  readonly onSource: () => void;
}

/**
 * A table made anew from raw files, commit by commit as they were recorded: appends, replays, retention and erasures. Its
 * snapshot is never committed anywhere; a source whose raw file is gone, replaced or cannot be read is left out.
 */
export class Rebuild {
  /** The `ingest_id`s of the sources that could not be read again. */
  readonly lost = new Set<string>();
  /** Which versions read the sources. */
  readonly readings = new SourceReadings();
  /** The paths of sources whose outcome or counts an older reader recorded otherwise, and no later one since; by `ingest_id`. */
  readonly otherwise = new Map<string, string>();
  readonly #unread = new Set<string>();
  /** The place of each source among those that came in, by `ingest_id`. */
  readonly #places = new Map<string, number>();
  readonly #context: RebuildContext;
  #snapshot: Snapshot;

  /** @param table the table to rebuild: its path, schema and properties count, not its files */
  constructor(context: RebuildContext, { path, protocol, metadata }: Pick<Snapshot, 'path' | 'protocol' | 'metadata'>) {
    this.#context = context;
    this.#snapshot = replay(path, null, [{ version: -1, actions: [{ protocol }, { metaData: metadata }] }]);
  }

  /** The table as far as it is rebuilt. Erased rows may still be among its files. */
  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** Does what a commit did. */
  async apply({ version, record }: RecordedCommit): Promise<void> {
    const { change, sources } = record;
    for (const { outcome, ingest_id: id } of sources) {
      if (outcome === 'ingested' && !this.#places.has(id)) this.#places.set(id, this.#places.size);
    }
    if (change?.kind === 'replay') await this.#replay(version, sources, change);
    else if (change?.kind === 'retain') this.#retain(version, change);
    else if (change?.kind === 'erase') await this.#erase(version, change);
    else if (change?.kind === 'withdraw' && change.undo) await this.#return(version, sources);
    else if (change?.kind === 'withdraw') await this.#withdraw(version, sources, change);
    else if (sources.length > 0) {
      const staging = new Staging({ storage: this.#context.storage, host: systemHost }, this.#snapshot, {
        codec: zstd,
      });
      await this.#read(staging, version, sources);
      this.#commit(
        version,
        staging.files.written.map(({ add }) => ({ add })),
      );
    }
  }

  async #replay(version: number, sources: readonly SourceRecord[], change: ReplayRecord): Promise<void> {
    const { storage } = this.#context;
    const { path } = this.#snapshot;
    const scope: Scope = {
      from: change.from === null ? Number.NEGATIVE_INFINITY : (dayOfDate(change.from) ?? Number.NaN),
      to: change.to === null ? Number.POSITIVE_INFINITY : (dayOfDate(change.to) ?? Number.NaN),
    };
    const replaced = [...this.#snapshot.files.values()].filter((file) => isWithin(file, scope));
    const replayed = new Set(sources.map((source) => source.ingest_id));
    const carried = await carryOver({ storage, host: systemHost }, this.#snapshot, replaced, replayed, {
      hashes: new Map(),
      codec: zstd,
      passesOverDamaged: false,
    });
    const staging = new Staging(
      { storage, host: systemHost },
      { ...this.#snapshot, files: new Map() },
      { codec: zstd, scope },
    );
    for (const { add } of carried) {
      await forEachId(storage, path, add, (id) => staging.hold(id));
    }
    await this.#read(staging, version, sources, { days: scope });
    this.#commit(version, [
      ...replaced.map((file) => removalOf(file, 0)),
      ...[...carried, ...staging.files.written].map(({ add }) => ({ add })),
    ]);
  }

  #retain(version: number, { before }: RetentionRecord): void {
    const day = dayOfDate(before);
    if (day === null) return;
    const old = [...this.#snapshot.files.values()].filter((file) =>
      isWithin(file, { from: Number.NEGATIVE_INFINITY, to: day - 1 }),
    );
    this.#commit(version, [{ txn: retainedTransaction(day, 0) }, ...old.map((file) => removalOf(file, 0))]);
  }

  /** From here on the erased events are withheld. A list that is missing, altered or unread is reported where it is checked. */
  async #erase(version: number, { erased }: ErasureRecord): Promise<void> {
    const { storage } = this.#context;
    if (erased === null) return;
    const list = await contentOf(storage, erased.path).catch((error: unknown) => {
      if (isUnread(error)) return null;
      throw error;
    });
    if (list !== null && sha256Hex(list) === erased.sha256)
      this.#commit(version, [{ txn: erasedTransaction(erased.path, list, 0) }]);
  }

  /** Without the rows of what was withdrawn, and with those of its events that other sources hold. */
  async #withdraw(version: number, sources: readonly SourceRecord[], { withdrawn }: WithdrawalRecord): Promise<void> {
    const context = { storage: this.#context.storage, host: systemHost };
    const gone = new Set(withdrawn.flatMap(({ ingest_id: id }) => id ?? []));
    const { replaced, carried, ids } = await withoutSources(context, this.#snapshot, gone, zstd, noHashes);
    const options = { codec: zstd, wanted: ids, keepsNoBadRows: true };
    const staging = new Staging(context, { ...this.#snapshot, files: new Map() }, options);
    await this.#read(staging, version, sources, { isOfSomeEvents: true });
    this.#commit(version, [
      ...replaced.map((file) => removalOf(file, 0)),
      ...[...carried, ...staging.files.written].map(({ add }) => ({ add })),
    ]);
  }

  /** What was withdrawn takes its place again: rows of its events that came in later give way, others stay. */
  async #return(version: number, sources: readonly SourceRecord[]): Promise<void> {
    const context = { storage: this.#context.storage, host: systemHost };
    const empty = { ...this.#snapshot, files: new Map() };
    let staging = new Staging(context, empty, { codec: zstd });
    await this.#read(staging, version, sources);
    const place = Math.min(...sources.map(({ ingest_id: id }) => this.#places.get(id) ?? 0));
    const giving = {
      holds: (id: Uint32Array) => staging.holds(id),
      isLater: (ingestId: string) => (this.#places.get(ingestId) ?? -1) > place,
    };
    const files = [...this.#snapshot.files.values()];
    const { replaced, carried, kept } = await withoutEvents(context, this.#snapshot, files, giving, zstd, noHashes);
    if (kept.size > 0) {
      await staging.discard();
      staging = new Staging(context, empty, { codec: zstd });
      staging.holdAll(kept);
      for (const source of sources) {
        const plan = recordedPlan(source);
        if (typeof plan !== 'string') await this.#add(staging, plan);
      }
      await staging.finish();
    }
    this.#commit(version, [
      ...replaced.map((file) => removalOf(file, 0)),
      ...[...carried, ...staging.files.written].map(({ add }) => ({ add })),
    ]);
  }

  /**
   * Reads sources as they were read then, and compares what became of their records.
   * @param of the days that it was about, or whether it was about some events only, so that an earlier reading gave the rest
   */
  async #read(
    staging: Staging,
    version: number,
    sources: readonly SourceRecord[],
    { days, isOfSomeEvents = false }: { readonly days?: Scope; readonly isOfSomeEvents?: boolean } = {},
  ): Promise<void> {
    for (const source of sources) {
      this.#context.onSource();
      // Nothing was said of its content: reading it did not go well, or the lake had files of another form before.
      if (source.outcome === 'rejected' && NOT_OF_CONTENT.has(source.reason)) {
        this.otherwise.delete(source.ingest_id);
        continue;
      }
      const plan = recordedPlan(source);
      if (typeof plan === 'string') {
        this.lost.add(source.ingest_id);
        this.#differs(version, source, plan);
        continue;
      }
      const isOldRejection = source.outcome === 'rejected' && source.reader_version < READER_VERSION;
      // Where an older reader rejected the file, the table got none of its rows, whatever is read today.
      const reread = isOldRejection ? await this.#try(plan) : await this.#add(staging, plan);
      if (reread === null) {
        if (source.outcome === 'ingested') this.lost.add(source.ingest_id);
        continue;
      }
      const isOtherwise = isReadOtherwise(source, reread);
      if (!isOfSomeEvents) {
        const reading = { isOtherwise, decoderVersion: source.decoder_version };
        if (days === undefined) this.readings.add(source.ingest_id, reading);
        else this.readings.note(source.ingest_id, reading, days);
        if (days !== undefined && isAllDays(days)) this.otherwise.delete(source.ingest_id);
      }
      const found = [...differences(source, reread)];
      if (found.length === 0) continue;
      if (isOtherwise) this.otherwise.set(source.ingest_id, source.path);
      else this.#differs(version, source, found.join('; '));
    }
    await staging.finish();
  }

  /** What a file gives now, with nothing of it among the rows. */
  async #try(plan: ReadingPlan): Promise<SourceOutcome | null> {
    const staging = new Staging({ storage: this.#context.storage, host: systemHost }, this.#snapshot, { codec: zstd });
    try {
      return await this.#add(staging, plan);
    } finally {
      await staging.discard();
    }
  }

  /** What a file gives now; null where it is not what was recorded any more, or cannot be read. */
  async #add(staging: Staging, plan: ReadingPlan): Promise<SourceOutcome | null> {
    const { path } = plan.source;
    try {
      return await staging.add(plan);
    } catch (error) {
      const isLost = isUnread(error) || error instanceof PreconditionFailed || error instanceof FileNotFound;
      if (!isLost || error.path !== path || staging.isSpoiled) throw error;
      if (isUnread(error) && !this.#unread.has(path)) {
        reportUnreadRaw(path, error, this.#context.findings);
        this.#unread.add(path);
      }
      return null;
    }
  }

  #differs(version: number, { path }: SourceRecord, detail: string): void {
    const where = commitPath(this.#snapshot.path, version);
    this.#context.findings.problem(
      'source_differs',
      where,
      `${path}, read again as version ${version} says: ${detail}`,
    );
  }

  #commit(version: number, actions: readonly Action[]): void {
    this.#snapshot = replay(this.#snapshot.path, this.#snapshot, [{ version, actions }]);
  }
}

/** Of files in the scratch store nobody recorded a SHA-256. */
async function noHashes(): Promise<ReadonlyMap<string, string>> {
  return new Map();
}

/** Whether the version of the reader that recorded a source made something else of such a file. */
function isReadOtherwise(recorded: SourceRecord, found: SourceOutcome): boolean {
  if (recorded.reader_version >= READER_VERSION) return false;
  if (recorded.outcome !== found.outcome) return true;
  return found.outcome === 'ingested' && found.readSince > recorded.reader_version;
}

function isAllDays(days: Scope): boolean {
  return days.from === Number.NEGATIVE_INFINITY && days.to === Number.POSITIVE_INFINITY;
}

function* differences(recorded: SourceRecord, found: SourceOutcome): Generator<string> {
  if (found.outcome !== recorded.outcome) {
    yield `it was ${recorded.outcome}, and is ${found.outcome} now`;
    return;
  }
  // What a rejection says in words may differ from version to version of this program.
  if (found.outcome === 'rejected') return;
  if (recorded.quarantine?.sha256 !== found.quarantine?.sha256) yield 'its quarantine file is another one';
  if (recorded.sha256 !== found.sha256) yield `expected content with SHA-256 ${recorded.sha256}, found ${found.sha256}`;
  const { rows, quarantined, committed, duplicates, withheld } = recorded;
  if (rows !== found.counts.records) yield `expected ${rows} records, found ${found.counts.records}`;
  if (quarantined !== found.counts.bad) yield `expected ${quarantined} bad records, found ${found.counts.bad}`;
  const [good, goodNow] = [committed + duplicates + withheld, found.committed + found.duplicates + found.withheld];
  if (good !== goodNow) yield `expected ${good} good records, found ${goodNow}`;
  if (recorded.outcome === 'rejected' || recorded.hours === undefined) return;
  const [hours, hoursNow] = [recorded.hours, found.hours].map((each) => each?.records.join(' '));
  const from = found.hours === null ? null : hourText(found.hours.first);
  if (hours !== hoursNow || recorded.hours.from !== from) {
    yield `expected records by hour from ${recorded.hours.from} on: ${hours}; found from ${from}: ${hoursNow}`;
  }
}

function isWithin({ partitionValues }: Pick<AddFile, 'partitionValues'>, { from, to }: Scope): boolean {
  const day = dayOfDate(partitionValues['event_date'] ?? '');
  return day !== null && day >= from && day <= to;
}
