import { codeOf } from './code.ts';
import { ColumnContents } from './column-contents.ts';
import { REQUIRED_ROLES } from './column-roles.ts';
import { type CsvForm, USUAL_FORM } from './csv-form.ts';
import { DELIMITERS, isRareDelimiter } from './delimiter.ts';
import { HeadRows } from './head-rows.ts';
import { type CsvTable, completedByContents, type Headerless, tableByContents } from './header-by-contents.ts';
import { headersByName, missingRoles, type NamedHeader, wholeHeaders } from './header-by-name.ts';
import {
  contradictedDelimiter,
  drawnTable,
  noHeader,
  recordAboveHeader,
  unclearColumns,
  unclearDelimiter,
} from './header-rejection.ts';
import type { KnownEvents } from './known-events.ts';
import { declaredDelimiter, isLeadingLine } from './leading-line.ts';
import type { SourceSettings } from './source-settings.ts';

/** Lines among which the header, or the first record, has to be. */
const MOST_LINES = 64;
/** Records that say which delimiter a file without header has. */
const MOST_RECORDS = 50;
/** A line that only draws, as `---+---` or `|---|---|`. */
const DRAWN = /^(?=.*--)(?=.*[|+])[\s|+:=-]+$/;
const AUTO = 'auto';

/**
 * Finds out how a CSV document is written, by its beginning: where its header is, what separates its fields, and which columns
 * are the time, the code and the message, as far as settings and names do not say it.
 * @param head in UTF-8; the last character may be cut
 * @throws RejectedFile where that is not clear; it names what is possible, and the setting
 */
export function recogniseCsv(
  head: Uint8Array,
  isWhole: boolean,
  settings: SourceSettings,
  known: KnownEvents,
): CsvForm {
  const document = new CsvHead(new HeadRows(head, isWhole), settings, known);
  return settings.header ? document.withHeader() : document.withoutHeader();
}

/** The beginning of a CSV document, looked at in one way after the other. */
class CsvHead {
  readonly #rows: HeadRows;
  readonly #settings: SourceSettings;
  readonly #contents: ColumnContents;
  /** Where the first lines begin. */
  readonly #lines: readonly number[];
  /** What a `sep=` line at the top says, where the settings say nothing. */
  readonly #declared: string | null;

  constructor(rows: HeadRows, settings: SourceSettings, known: KnownEvents) {
    this.#rows = rows;
    this.#settings = settings;
    this.#contents = new ColumnContents(settings.timeFormat, settings.timeZone, known);
    this.#lines = rows.lines(MOST_LINES);
    const declaring = this.#lines.find((start) => !rows.isBlank(start) && !/^"?#/.test(rows.line(start)));
    this.#declared =
      settings.delimiter !== AUTO || declaring === undefined ? null : declaredDelimiter(rows.line(declaring));
  }

  withHeader(): CsvForm {
    const delimiters = this.#delimiters();
    const form = this.#byName(delimiters) ?? this.#byContents(delimiters);
    if (form !== null) return form;
    if (this.#declared !== null) {
      const others = headersByName(this.#rows, this.#lines, DELIMITERS, this.#settings);
      const fitting = wholeHeaders(this.#rows, others).map(({ delimiter }) => delimiter);
      if (fitting.length > 0) throw contradictedDelimiter(this.#declared, fitting);
    }
    return this.#notUnderstood(delimiters);
  }

  /** The columns of such a document are set, so that they tell whether a delimiter fits. */
  withoutHeader(): CsvForm {
    const line = this.#firstLine();
    const form = { ...USUAL_FORM, leadingLines: this.#leadingLines(line) };
    const start = this.#lines[line];
    if (start === undefined) return { ...form, delimiter: this.#delimiters()[0]! };
    const fitting = this.#delimiters().filter((delimiter) => this.#fitsColumns(start, delimiter));
    const [first, another] = fitting;
    const isClear = first !== undefined && (another === undefined || first === USUAL_FORM.delimiter);
    return { ...form, delimiter: isClear ? first : (this.#delimiters()[0] ?? USUAL_FORM.delimiter) };
  }

  #delimiters(): readonly string[] {
    const { delimiter } = this.#settings;
    if (delimiter !== AUTO) return [delimiter];
    return this.#declared === null ? DELIMITERS : [this.#declared];
  }

  #byName(delimiters: readonly string[]): CsvForm | null {
    const headers = headersByName(this.#rows, this.#lines, delimiters, this.#settings);
    const whole = wholeHeaders(this.#rows, headers);
    if (whole.length > 1) throw unclearDelimiter(whole.map(({ delimiter }) => delimiter));
    if (whole[0] !== undefined) return this.#formOf({ ...whole[0], columns: null });
    const partly = headers.filter((header) => missingRoles(header).length > 0);
    if (partly.length === 0) return null;
    return this.#clearOf(
      partly.map((header) => completedByContents(this.#rows, header, this.#contents, this.#settings)),
    );
  }

  #byContents(delimiters: readonly string[]): CsvForm | null {
    const found = delimiters.flatMap(
      (delimiter) => tableByContents(this.#rows, this.#lines, delimiter, this.#contents, this.#settings) ?? [],
    );
    const tables = found.filter((each) => 'open' in each);
    if (tables.length > 0) return this.#clearOf(tables);
    const headerless: readonly Headerless[] = found.filter((each) => 'fields' in each);
    if (headerless[0] !== undefined) throw noHeader(headerless[0]);
    return null;
  }

  /** The form of the one table that leaves nothing open. @throws RejectedFile where there is not one */
  #clearOf(tables: readonly CsvTable[]): CsvForm {
    const clear = tables.filter(({ open }) => open.length === 0);
    if (clear.length > 1) throw unclearDelimiter(clear.map(({ delimiter }) => delimiter));
    if (clear[0] !== undefined) return this.#formOf(clear[0]);
    const [nearest] = tables.toSorted((a, b) => a.open.length - b.open.length || b.names.length - a.names.length);
    throw unclearColumns(nearest!, this.#settings);
  }

  /** @throws RejectedFile where something above the header may be a record */
  #formOf({ line, delimiter, columns }: Pick<NamedHeader, 'line' | 'delimiter'> & Pick<CsvForm, 'columns'>): CsvForm {
    for (let above = 0; above < line; above++) {
      const fields = this.#rows.row(this.#lines[above]!, delimiter)?.fields ?? [];
      if (this.#contents.mayBeRecord(fields)) throw recordAboveHeader(above, fields, line);
    }
    const drawn = [line - 1, line + 1].find((at) => this.#isDrawn(at));
    if (drawn !== undefined) throw drawnTable(this.#rows.line(this.#lines[drawn]!), drawn);
    const hasColumns = columns !== null && Object.keys(columns).length > 0;
    return { delimiter, columns: hasColumns ? columns : null, leadingLines: this.#leadingLines(line) };
  }

  #isDrawn(line: number): boolean {
    const start = this.#lines[line];
    return start !== undefined && DRAWN.test(this.#rows.line(start));
  }

  /** How many lines there are above one, if any of them is not empty: empty ones the reader passes over itself. */
  #leadingLines(line: number): number {
    return this.#lines.slice(0, line).some((start) => !this.#rows.isBlank(start)) ? line : 0;
  }

  /** The first line that may be a header, or a record. */
  #firstLine(): number {
    const first = this.#lines.findIndex(
      (start) => !this.#rows.isBlank(start) && !isLeadingLine(this.#rows.line(start)),
    );
    return first < 0 ? 0 : first;
  }

  /** What no line is the header of: the reader says why, of the line where it should be. */
  #notUnderstood(delimiters: readonly string[]): CsvForm {
    const line = this.#firstLine();
    const start = this.#lines[line];
    const widthOf = (delimiter: string) =>
      start === undefined ? 0 : (this.#rows.row(start, delimiter)?.fields.length ?? 0);
    // A rare one that names columns, and does not separate the records, was looked at already.
    const likely = delimiters.length === 1 ? delimiters : delimiters.filter((delimiter) => !isRareDelimiter(delimiter));
    const [widest = USUAL_FORM.delimiter] = likely.toSorted((a, b) => widthOf(b) - widthOf(a));
    const isTelling = widthOf(widest) >= REQUIRED_ROLES.length || delimiters.length === 1;
    return {
      ...USUAL_FORM,
      delimiter: isTelling ? widest : USUAL_FORM.delimiter,
      leadingLines: this.#leadingLines(line),
    };
  }

  #fitsColumns(start: number, delimiter: string): boolean {
    const { columns } = this.#settings;
    const [time, code] = [columns.indexOf('time'), columns.indexOf('code')];
    let seen = 0;
    for (const row of this.#rows.rows(start, delimiter)) {
      const isFit = row?.fields.length === columns.length && time >= 0 && code >= 0;
      if (isFit && this.#contents.isTime(row.fields[time]!) && codeOf(row.fields[code]!) >= 0) return true;
      if (++seen === MOST_RECORDS) break;
    }
    return false;
  }
}
