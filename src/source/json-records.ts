import { isUtf8 } from 'node:buffer';
import type { ChunkBuffer } from './chunk-buffer.ts';
import { BUILT_IN_ALIASES, foldName, REQUIRED_ROLES, type Role } from './column-roles.ts';
import { MAX_COLUMNS } from './csv-scanner.ts';
import { BAD, ROW, type TimeDigits } from './export-reader.ts';
import {
  aliasesOf,
  type ExtraColumn,
  extraKey,
  type Header,
  identityColumnsOf,
  NO_HEADER,
  resolveHeader,
  roleOf,
} from './header.ts';
import { type Member, readMembers } from './json-members.ts';
import { type JsonPaths, jsonPaths } from './json-paths.ts';
import { Parts } from './part.ts';
import type { PartContents } from './part-contents.ts';
import { characterStart } from './record-reader.ts';
import { RejectedFile, tooManyRecords } from './rejection.ts';
import { type BadReason, Row } from './row.ts';
import { RowReader } from './row-reader.ts';
import type { SourceSettings } from './source-settings.ts';
import type { TimeCandidates } from './time-candidates.ts';
import { JSON_PATHS_SINCE } from './version.ts';

/** Where a record has no cell, or a file no column. */
const ABSENT = -1;

/**
 * Turns JSON objects into rows. The keys of the first audit record are the columns; keys that come later are further ones. A
 * string is its text, anything else its JSON text, null is an empty cell; a record without a key lacks that column, so that
 * the order of records decides nothing: where a record lacks the column of a role and has another name of it, that is its cell.
 */
export class JsonRecords {
  readonly row = new Row();
  /** Why the last record is bad. */
  reason: BadReason = 'invalid_json';
  records = 0;
  bad = 0;
  readonly parts = new Parts();
  /** Why the first object that is no audit record could not give the columns. */
  rejection: RejectedFile | undefined;
  /** Whether some part had columns. */
  hadHeader = false;
  readonly #settings: SourceSettings;
  readonly #buffer: ChunkBuffer;
  readonly #rows: RowReader;
  readonly #columns = new Map<string, number>();
  readonly #paths: JsonPaths;
  /** Other columns than a role's own that have a name of it, for records without that. */
  #others: { readonly role: Role; readonly index: number; readonly name: string }[] = [];
  /** Whether some record had cells within others, or under another name of a role than the first had. */
  #isNewForm = false;
  #header: Header | undefined;
  #roles = { ...NO_HEADER.roles };
  /** The extra columns of the header, which grow as new keys come. */
  #extras: ExtraColumn[] = [];
  #starts = new Int32Array(0);
  #ends = new Int32Array(0);

  constructor(buffer: ChunkBuffer, settings: SourceSettings, landedAt: number, times?: TimeCandidates) {
    this.#buffer = buffer;
    this.#settings = settings;
    this.#rows = new RowReader(settings, landedAt, times, true);
    this.#paths = jsonPaths(settings);
    this.parts.begin(0, NO_HEADER);
  }

  /** The columns of the part; undefined before its first audit record. */
  get header(): Header | undefined {
    return this.#header;
  }

  /** Days of the good records, in UTC. */
  get days(): number {
    return this.#rows.days;
  }

  /** As {@link ReadCounts.timeDigits}. */
  get timeDigits(): TimeDigits | null {
    return this.#rows.timeDigits;
  }

  /** As {@link ReadCounts.contents}. */
  get contents(): readonly PartContents[] {
    return this.#rows.contents;
  }

  /** The version since which the values of all records are read. */
  get readSince(): number {
    return Math.max(this.#rows.readSince, this.#isNewForm ? JSON_PATHS_SINCE : 1);
  }

  /** Looks at the file as a whole, at its end. @throws RejectedFile */
  end(): void {
    this.#endPart();
    this.#header ??= NO_HEADER;
    this.#rows.checkFile();
  }

  /** Begins anew with the columns, as for a file of its own. */
  beginPart(offset: number): void {
    this.#endPart();
    this.parts.begin(offset, NO_HEADER);
    this.#rows.beginPart();
    this.#header = undefined;
    this.#roles = { ...NO_HEADER.roles };
    this.#extras = [];
    this.#columns.clear();
    this.#others = [];
    this.#starts = new Int32Array(0);
    this.#ends = new Int32Array(0);
    this.row.begin(0);
  }

  /** The members of the object that stands there, or why it is no record. */
  membersOf(start: number, end: number): readonly Member[] | BadReason {
    const { bytes, capacity } = this.#buffer;
    if (end - start > this.#settings.maxRecordBytes) return 'record_too_long';
    if (!isUtf8(bytes.subarray(start, end))) return 'invalid_utf8';
    return readMembers(bytes, start, end, capacity, this.#paths);
  }

  /** Whether these keys are all that an audit record needs. */
  isAuditRecord(keys: readonly string[]): boolean {
    return isAuditRecord(keys, this.#settings);
  }

  /** Takes what stands there as the next record, given its members or why it has none. @throws RejectedFile */
  take(start: number, end: number, members: readonly Member[] | BadReason): typeof ROW | typeof BAD {
    this.#place(start, end);
    if (members === 'record_too_long') return this.#refuseTruncated(start);
    if (typeof members === 'string') return this.#refuse(members);
    const unknown = members.filter(({ key }) => !this.#columns.has(key)).length;
    if (this.#columns.size + unknown > MAX_COLUMNS) return this.#refuse('column_count');
    if (this.#header === undefined && !this.#findHeader(members)) return this.#refuse('keys_not_understood');
    this.#placeCells(members);
    const reason = this.#rows.read(this.row, this.#buffer.bytes, this.#header!, this.#starts, this.#ends);
    return reason === undefined ? ROW : this.#refuse(reason);
  }

  /** Takes what begins there as a record that is too long. @throws RejectedFile */
  takeTruncated(start: number): typeof BAD {
    this.#place(start, start);
    return this.#refuseTruncated(start);
  }

  #endPart(): void {
    if (this.#header === undefined) return;
    this.hadHeader = true;
    this.#header = { ...this.#header, identityColumns: identityColumnsOf(this.#roles) };
    this.parts.describe(this.#header);
  }

  #place(start: number, end: number): void {
    const { row } = this;
    const { maxRecords } = this.#settings;
    if (this.records === maxRecords) throw tooManyRecords(maxRecords);
    row.number = ++this.records;
    this.parts.take(row.number);
    row.part = this.parts.current;
    row.offset = this.#buffer.offset + start;
    row.rawStart = start;
    row.rawEnd = end;
    row.rawTruncated = false;
  }

  /** Of a record that is too long its beginning is what quarantine keeps. */
  #refuseTruncated(start: number): typeof BAD {
    this.row.rawEnd = characterStart(this.#buffer.bytes, start + this.#settings.maxRecordBytes);
    this.row.rawTruncated = true;
    return this.#refuse('record_too_long');
  }

  /** Takes the keys of a record as the file's columns; false where they are not those of an audit record. */
  #findHeader(members: readonly Member[]): boolean {
    const names = members.map(({ key }) => key);
    // What is said is said of the first.
    if (this.rejection !== undefined && names.length < REQUIRED_ROLES.length) return false;
    try {
      const header = resolveHeader(names, this.#settings);
      this.#roles = { ...header.roles };
      this.#extras = [...header.extras];
      this.#header = { ...header, roles: this.#roles, extras: this.#extras };
    } catch (error) {
      if (!(error instanceof RejectedFile)) throw error;
      this.rejection ??= error;
      return false;
    }
    for (const [index, name] of names.entries()) this.#columns.set(name, index);
    for (const [index, name] of names.entries()) this.#noteOther(name, index, roleOf(name, this.#settings));
    this.#grow();
    return true;
  }

  /** Notes where each column's cell stands. */
  #placeCells(members: readonly Member[]): void {
    this.#starts.fill(ABSENT);
    this.#ends.fill(ABSENT);
    for (const { key, start, end, isInner } of members) {
      const column = this.#columns.get(key) ?? this.#newColumn(key);
      this.#starts[column] = start;
      this.#ends[column] = end;
      if (isInner) this.#isNewForm = true;
    }
    for (const { role, index } of this.#others) this.#takeOther(this.#roles[role], index);
  }

  /** Has a cell that stands under another name of a role be the role's, where the record has none under the usual one. */
  #takeOther(own: number, other: number): void {
    if (this.#starts[own] !== ABSENT || this.#starts[other] === ABSENT) return;
    this.#starts[own] = this.#starts[other]!;
    this.#ends[own] = this.#ends[other]!;
    this.#starts[other] = ABSENT;
    this.#ends[other] = ABSENT;
    this.#isNewForm = true;
  }

  /**
   * Notes a column that is a role's where a record lacks the role's own: it is named by the settings too, or one of the two stands
   * within the other (`user`, which is null, and `user.name`). Any other may be somebody else.
   * @returns whether its name comes before that of the role's own column
   */
  #noteOther(key: string, index: number, role: Role | undefined): boolean {
    const ownIndex = role === undefined ? index : this.#roles[role];
    if (role === undefined || ownIndex === index) return false;
    const [own, other] = [foldName([...this.#columns.keys()][ownIndex] ?? ''), foldName(key)];
    const names = aliasesOf(role, this.#settings);
    const isNamed = !BUILT_IN_ALIASES[role].every((name) => names.includes(name));
    if (!isNamed && !own.startsWith(`${other}.`) && !other.startsWith(`${own}.`)) return false;
    const isFirst = names.indexOf(other) < names.indexOf(own);
    this.#others.push(isFirst ? { role, index: ownIndex, name: own } : { role, index, name: other });
    this.#others.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
    return isFirst;
  }

  /** A key that was not there before: an actor's, where no column is the actor's yet, else a further extra column. */
  #newColumn(key: string): number {
    const index = this.#columns.size;
    this.#columns.set(key, index);
    const role = roleOf(key, this.#settings);
    if (role !== undefined && this.#roles[role] === ABSENT) this.#roles[role] = index;
    else if (role !== undefined && this.#noteOther(key, index, role)) {
      // The records so far had the other name alone.
      this.#addExtra([...this.#columns.keys()][this.#roles[role]] ?? '', this.#roles[role]);
      this.#roles[role] = index;
    } else this.#addExtra(key, index);
    this.#grow();
    return index;
  }

  #addExtra(key: string, index: number): void {
    this.#extras.push({ name: extraKey(key, index, new Set(this.#extras.map(({ name }) => name))), index });
  }

  #grow(): void {
    this.#starts = wider(this.#starts, this.#columns.size);
    this.#ends = wider(this.#ends, this.#columns.size);
    this.row.extraStarts = new Int32Array(this.#extras.length);
    this.row.extraEnds = new Int32Array(this.#extras.length);
  }

  #refuse(reason: BadReason): typeof BAD {
    this.bad++;
    this.reason = reason;
    return BAD;
  }
}

/** Whether these names are all that an audit record needs. */
export function isAuditRecord(names: readonly string[], settings: SourceSettings): boolean {
  const roles = new Set(names.map((name) => roleOf(name, settings)));
  return REQUIRED_ROLES.every((role) => roles.has(role));
}

function wider(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(length);
  copy.set(array);
  return copy;
}
