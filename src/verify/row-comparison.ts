import { CATALOGUE_VERSION } from '../catalogue/index.ts';
import { decodedSince } from '../decode/index.ts';
import { dayOfDate, EVENT_COLUMNS, parseId } from '../events/index.ts';
import type { Withheld } from '../lake/index.ts';
import { byDate } from '../rewrite/index.ts';
import { FileNotFound, type Storage } from '../storage/index.ts';
import { type AddFile, TableError } from '../table/index.ts';
import type { Findings, ProblemKind } from './findings.ts';
import {
  type ColumnGroup,
  type DigestedRow,
  differingGroups,
  digestedRows,
  ExpectedRows,
  groupOf,
  valuesOf,
} from './row-digests.ts';
import type { SourceReadings } from './source-readings.ts';
import { isUnread } from './unread-files.ts';

/** A table's files, and where they are. */
export interface StoredTable {
  readonly storage: Storage;
  readonly path: string;
  readonly files: Iterable<AddFile>;
}

/** What is known of the rows that cannot be the same in both. */
export interface Exceptions {
  /** Events that were erased or are too old: the table must not have them. */
  readonly withheld: Withheld;
  /** The `ingest_id`s of sources that could not be read again. */
  readonly lost: ReadonlySet<string>;
  /** Which versions of reader and decoder made the rows. */
  readonly readings: SourceReadings;
  /** The paths of sources whose outcome or counts an older reader recorded otherwise. */
  readonly otherwise: readonly string[];
}

/** How many rows are named of those that differ in one way in one partition. */
const MOST_NAMED = 5;
const GROUPS: ReadonlyMap<string, ColumnGroup> = new Map(EVENT_COLUMNS.map((column) => [column.name, groupOf(column)]));
/** How many sources are named of those that an older version read otherwise. */
const MOST_SOURCES = 3;

/**
 * Compares a table with what was rebuilt from raw: one partition after another, row by row by event_uid, every column. Rows
 * that another catalogue decoded are compared on the columns that do not come from the catalogue; rows that an older reader
 * or decoder would have made otherwise, on what that version cannot have changed.
 */
export async function compareRows(
  table: StoredTable,
  rebuilt: StoredTable,
  exceptions: Exceptions,
  findings: Findings,
  onPartition: (done: number, of: number) => void,
): Promise<void> {
  const [ours, theirs] = [byDate(table.files), byDate(rebuilt.files)];
  const dates = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  const totals = { otherCatalogue: 0, otherReader: 0, notProvable: 0 };
  for (const [done, date] of dates.entries()) {
    onPartition(done, dates.length);
    const partition = new PartitionComparison(date, exceptions);
    const there = { ...table, files: ours.get(date) ?? [] };
    const expected = { ...rebuilt, files: theirs.get(date) ?? [] };
    try {
      await partition.compare(there, expected);
      await partition.report(there, expected, findings);
    } catch (error) {
      if (!(error instanceof TableError) && !(error instanceof FileNotFound) && !isUnread(error)) throw error;
      const text = `this partition cannot be compared row by row: ${error.message}`;
      findings.problem('rows_not_compared', `${table.path}/event_date=${date}/`, text);
    }
    findings.counts.rows_rebuilt += partition.compared;
    totals.otherCatalogue += partition.otherCatalogue;
    totals.otherReader += partition.otherReader;
    totals.notProvable += partition.notProvable;
  }
  if (totals.otherCatalogue > 0) {
    const text = `${totals.otherCatalogue} rows were decoded with another catalogue than ${CATALOGUE_VERSION}: they were compared on the columns that do not come from the catalogue; replay decodes them anew`;
    findings.note('other_catalogue', `${table.path}/`, text);
  }
  if (totals.otherReader > 0 || exceptions.otherwise.length > 0) {
    findings.note('other_reader', `${table.path}/`, otherReaderText(totals.otherReader, exceptions.otherwise));
  }
  if (totals.notProvable > 0) {
    const text = `${totals.notProvable} rows come from raw files that are gone or were replaced, and cannot be proved from raw`;
    findings.note('not_provable', `${table.path}/`, text);
  }
}

function otherReaderText(rows: number, sources: readonly string[]): string {
  const named = sources.slice(0, MOST_SOURCES).join(', ');
  const more = sources.length > MOST_SOURCES ? ` and ${sources.length - MOST_SOURCES} more` : '';
  const counts =
    sources.length === 0 ? '' : `; of ${sources.length} raw files it recorded other counts: ${named}${more}`;
  return (
    `${rows} rows are other than this version gives them, or are on one side only, since an older version read them, in a ` +
    `way that changed since; they were compared on what did not change${counts}; replay --dry-run says what would change`
  );
}

/** The comparison of one date. */
class PartitionComparison {
  compared = 0;
  otherCatalogue = 0;
  otherReader = 0;
  notProvable = 0;
  readonly #date: string;
  readonly #day: number;
  readonly #exceptions: Exceptions;
  readonly #missing = new ExpectedRows();
  readonly #lacking: string[] = [];
  readonly #added: string[] = [];
  /** Rows that no raw file gives today, and that an older reader is taken to have given. */
  readonly #ofOlderReader = new Set<string>();
  readonly #differing: string[] = [];
  readonly #id = new Uint32Array(4);

  constructor(date: string, exceptions: Exceptions) {
    this.#date = date;
    this.#day = dayOfDate(date) ?? Number.POSITIVE_INFINITY;
    this.#exceptions = exceptions;
  }

  async compare(table: StoredTable, rebuilt: StoredTable): Promise<void> {
    for await (const row of digestedRows(rebuilt.storage, rebuilt.path, [...rebuilt.files])) {
      if (this.#isWithheld(row.uid)) continue;
      const { isOtherwise } = this.#exceptions.readings.of(row.ingestId, this.#day);
      this.#missing.add(row.uid, {
        digests: row.digests,
        isReadOtherwise: isOtherwise,
        decodedSince: decodedSince(row.decodeDetail),
      });
    }
    for await (const row of digestedRows(table.storage, table.path, [...table.files])) this.#judge(row);
    for (const [uid, { isReadOtherwise }] of this.#missing.entries()) {
      if (isReadOtherwise) this.otherReader++;
      else this.#lacking.push(uid);
    }
  }

  /** Names the first rows of each kind. */
  async report(table: StoredTable, rebuilt: StoredTable, findings: Findings): Promise<void> {
    const kinds: [ProblemKind, readonly string[], string][] = [
      ['row_missing', this.#lacking, 'rows that raw files give are not in the table'],
      ['row_added', this.#added, 'rows of the table are given by no raw file, or were erased, or are there twice'],
      ['row_differs', this.#differing, 'rows are other than raw files give them'],
    ];
    for (const [kind, uids, what] of kinds) {
      if (uids.length === 0) continue;
      const named = new Set(uids.slice(0, MOST_NAMED));
      const [here, expected] = [await valuesIn(table, named), await valuesIn(rebuilt, named)];
      const texts = [...named].map((uid) => described(uid, here.get(uid), expected.get(uid)));
      const more = uids.length > named.size ? `; and ${uids.length - named.size} more` : '';
      const where = `${table.path}/event_date=${this.#date}/`;
      findings.problem(kind, where, `${uids.length} ${what}: ${texts.join('; ')}${more}`);
    }
  }

  #judge(row: DigestedRow): void {
    const expected = this.#missing.take(row.uid);
    if (this.#exceptions.lost.has(row.ingestId)) {
      this.notProvable++;
      return;
    }
    this.compared++;
    if (expected === null || expected === 'taken') {
      this.#judgeAdded(row, expected === 'taken');
      return;
    }
    if (Buffer.compare(row.digests, expected.digests) === 0) return;
    const { isOtherwise, decoderVersion } = this.#exceptions.readings.of(row.ingestId, this.#day);
    const isOfToday = row.catalogueVersion === CATALOGUE_VERSION;
    const isRead = isOtherwise || expected.isReadOtherwise;
    const isDecoded = decoderVersion < expected.decodedSince;
    const excused = excusedGroups(isRead, isDecoded, !isOfToday);
    for (const group of differingGroups(row.digests, expected.digests)) {
      if (excused.has(group)) continue;
      this.#differing.push(row.uid);
      return;
    }
    if (isOfToday) this.otherReader++;
    else this.otherCatalogue++;
  }

  /** A row that raw does not give: an older reader may have given it, but not twice, and not what was erased. */
  #judgeAdded({ uid, ingestId }: DigestedRow, isTaken: boolean): void {
    const { isOtherwise } = this.#exceptions.readings.of(ingestId, this.#day);
    if (!isOtherwise || isTaken || this.#ofOlderReader.has(uid) || this.#isWithheld(uid)) {
      this.#added.push(uid);
      return;
    }
    this.#ofOlderReader.add(uid);
    this.otherReader++;
  }

  #isWithheld(uid: string): boolean {
    return parseId(uid, this.#id) && this.#exceptions.withheld.has(this.#day, this.#id);
  }
}

/** The groups of columns that may differ in rows which another version made. */
function excusedGroups(isRead: boolean, isDecoded: boolean, isOtherCatalogue: boolean): ReadonlySet<ColumnGroup> {
  return new Set<ColumnGroup>([
    ...(isRead ? (['read', 'shared'] as const) : []),
    ...(isDecoded || isOtherCatalogue ? (['decoded', 'shared'] as const) : []),
  ]);
}

function valuesIn({ storage, path, files }: StoredTable, uids: ReadonlySet<string>) {
  return valuesOf(storage, path, [...files], uids);
}

type Values = Readonly<Record<string, string | null>>;

/** A row by where it comes from, with the columns in which it differs. */
function described(uid: string, here: Values | undefined, expected: Values | undefined): string {
  const { source_file: file, source_row: number } = expected ?? here ?? {};
  const name = `${uid} (${file}, record ${number})`;
  if (here === undefined || expected === undefined) return name;
  const isOfToday = here['catalogue_version'] === CATALOGUE_VERSION;
  const columns = Object.keys(here).filter(
    (column) =>
      here[column] !== expected[column] && (isOfToday || ['fixed', 'read'].includes(GROUPS.get(column) ?? '')),
  );
  return columns.length === 0 ? name : `${name}: ${columns.join(', ')}`;
}
