import { CATALOGUE_VERSION } from '../catalogue/index.ts';
import { dayOfDate, EVENT_COLUMNS, parseId } from '../events/index.ts';
import type { Withheld } from '../ingest/index.ts';
import { byDate } from '../maintenance/carry-over.ts';
import { FileNotFound, type Storage } from '../storage/index.ts';
import { type AddFile, TableError } from '../table/index.ts';
import type { Findings, ProblemKind } from './findings.ts';
import { type DigestedRow, digestedRows, ExpectedRows, valuesOf } from './row-digests.ts';

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
}

/** How many rows are named of those that differ in one way in one partition. */
const MOST_NAMED = 5;
const LASTING = new Set(EVENT_COLUMNS.flatMap(({ name, fromCatalogue }) => (fromCatalogue ? [] : [name])));

/**
 * Compares a table with what was rebuilt from raw: one partition after another, row by row by event_uid, every column. Rows
 * that another catalogue decoded are compared on the columns that do not come from the catalogue.
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
  const totals = { otherCatalogue: 0, notProvable: 0 };
  for (const [done, date] of dates.entries()) {
    onPartition(done, dates.length);
    const partition = new PartitionComparison(date, exceptions);
    const there = { ...table, files: ours.get(date) ?? [] };
    const expected = { ...rebuilt, files: theirs.get(date) ?? [] };
    try {
      await partition.compare(there, expected);
      await partition.report(there, expected, findings);
    } catch (error) {
      if (!(error instanceof TableError) && !(error instanceof FileNotFound)) throw error;
      const text = `this partition cannot be compared row by row: ${error.message}`;
      findings.problem('row_differs', `${table.path}/event_date=${date}/`, text);
    }
    findings.counts.rows_rebuilt += partition.compared;
    totals.otherCatalogue += partition.otherCatalogue;
    totals.notProvable += partition.notProvable;
  }
  if (totals.otherCatalogue > 0) {
    const text = `${totals.otherCatalogue} rows were decoded with another catalogue than ${CATALOGUE_VERSION}: they were compared on the columns that do not come from the catalogue; replay decodes them anew`;
    findings.note('other_catalogue', `${table.path}/`, text);
  }
  if (totals.notProvable > 0) {
    const text = `${totals.notProvable} rows come from raw files that are gone or were replaced, and cannot be proved from raw`;
    findings.note('not_provable', `${table.path}/`, text);
  }
}

/** The comparison of one date. */
class PartitionComparison {
  compared = 0;
  otherCatalogue = 0;
  notProvable = 0;
  readonly #date: string;
  readonly #day: number;
  readonly #exceptions: Exceptions;
  readonly #missing = new ExpectedRows();
  readonly #added: string[] = [];
  readonly #differing: string[] = [];
  readonly #id = new Uint32Array(4);

  constructor(date: string, exceptions: Exceptions) {
    this.#date = date;
    this.#day = dayOfDate(date) ?? Number.POSITIVE_INFINITY;
    this.#exceptions = exceptions;
  }

  async compare(table: StoredTable, rebuilt: StoredTable): Promise<void> {
    for await (const row of digestedRows(rebuilt.storage, rebuilt.path, [...rebuilt.files])) {
      if (!this.#isWithheld(row.uid)) this.#missing.add(row);
    }
    for await (const row of digestedRows(table.storage, table.path, [...table.files])) this.#judge(row);
  }

  /** Names the first rows of each kind. */
  async report(table: StoredTable, rebuilt: StoredTable, findings: Findings): Promise<void> {
    const kinds: [ProblemKind, readonly string[], string][] = [
      ['row_missing', [...this.#missing.uids], 'rows that raw files give are not in the table'],
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
    if (expected === null) this.#added.push(row.uid);
    else if (Buffer.compare(row.lasting, expected.lasting) !== 0) this.#differing.push(row.uid);
    else if (row.catalogueVersion !== CATALOGUE_VERSION) this.otherCatalogue++;
    else if (Buffer.compare(row.changing, expected.changing) !== 0) this.#differing.push(row.uid);
  }

  #isWithheld(uid: string): boolean {
    return parseId(uid, this.#id) && this.#exceptions.withheld.has(this.#day, this.#id);
  }
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
    (column) => here[column] !== expected[column] && (isOfToday || LASTING.has(column)),
  );
  return columns.length === 0 ? name : `${name}: ${columns.join(', ')}`;
}
