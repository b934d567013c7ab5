import { writeXlsxStream, XLSX_MAX_ROWS_PER_SHEET } from 'hucre/xlsx';
import { withAboutSheet } from './about-sheet.ts';
import type { ColumnType } from './column-type.ts';
import { plainCell, type Rows } from './rows.ts';
import { UsageError } from './usage-error.ts';

/** What a workbook holds at most (Excel's specifications and limits). */
const MOST_COLUMNS = 16_384;
const MOST_CHARACTERS = 32_767;

/** Digits that Excel keeps of a number. */
const MOST_DIGITS = 15;

/** What ends a text that is cut. */
const CUT = '…';

const MS_A_DAY = 86_400_000;
/** What Excel can show as a date: from 1900, in which it takes the days before March for others, to 9999. */
const FIRST_DATE = Date.UTC(1900, 2, 1);
const AFTER_LAST_DATE = Date.UTC(9999, 11, 31) + MS_A_DAY;

const DATE_FORMAT = 'yyyy-mm-dd';
const TIME_FORMAT = 'yyyy-mm-dd hh:mm:ss.000';

const SHEET = 'answer';

type Cell = string | number | boolean | Date | null;

/** How a workbook is written. */
export interface WorkbookOptions {
  /** Rows of a sheet at most, its header among them. */
  readonly rowsPerSheet?: number;
  /** Is told what the workbook does not show as it is, in one line each. */
  readonly tell: (text: string) => void;
}

/**
 * Rows as a workbook, whose texts are texts and never formulas. Dates and times are dates, to the millisecond; numbers of
 * more than 15 digits are text. What does not fit on a sheet goes on to the next; a text that is too long for a cell is cut.
 * Where that was so, and where the rows have a note, a last sheet says it.
 * @throws UsageError where there are more columns than a sheet has
 */
export async function* xlsxPieces(
  { names, types, batches, note }: Rows,
  options: WorkbookOptions,
): AsyncGenerator<Uint8Array> {
  const { tell, rowsPerSheet = XLSX_MAX_ROWS_PER_SHEET } = options;
  if (names.length > MOST_COLUMNS) {
    throw new UsageError(`a sheet has ${MOST_COLUMNS} columns at most, found ${names.length}; take csv or parquet`);
  }
  const found = { rows: 0, cut: 0 };
  const fitting = (text: string): string => {
    const whole = text.toWellFormed();
    if (whole.length <= MOST_CHARACTERS) return written(whole);
    found.cut++;
    return written(beginning(whole));
  };
  const takes = types.map((type) => cellsOf(type, fitting));
  const columns = names.map((name, index) => ({ header: fitting(name), ...formatOf(types[index]!) }));
  const rows = async function* (): AsyncGenerator<Cell[]> {
    for await (const batch of batches) {
      for (const row of batch) {
        found.rows++;
        yield takes.map((take, index) => take(row[index]));
      }
    }
  };
  const freezePane = { rows: 1 };
  const workbook = writeXlsxStream(rows(), { name: SHEET, columns, freezePane, maxRowsPerSheet: rowsPerSheet });
  yield* withAboutSheet(workbook, () => {
    const otherwise = otherwiseThanGiven(found, rowsPerSheet);
    for (const each of otherwise) tell(each);
    return [...(note === undefined ? [] : [fitting(note)]), ...otherwise];
  });
}

/** What a workbook does not show as it was given, a line each. */
function otherwiseThanGiven(found: { readonly rows: number; readonly cut: number }, rowsPerSheet: number): string[] {
  const sheets = Math.max(1, Math.ceil(found.rows / (rowsPerSheet - 1)));
  const isOne = found.cut === 1;
  return [
    ...(sheets > 1 ? [`a sheet holds ${rowsPerSheet - 1} rows: the workbook has ${sheets} sheets`] : []),
    ...(found.cut > 0
      ? [
          `a cell holds ${MOST_CHARACTERS} characters: ${found.cut} longer ${isOne ? 'one is' : 'ones are'} cut and end in ${CUT}`,
        ]
      : []),
  ];
}

/** A text as a sheet has it: what XML does not hold is `_xFFFE_`, and what looks like that is escaped in turn. */
function written(text: string): string {
  return text
    .replace(/_(?=x[0-9A-F]{4}_)/gi, '_x005F_')
    .replace(/[\ufffe\uffff]/g, (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase()}_`);
}

/** As much of a text as fits, with a mark; no character is cut in two. */
function beginning(text: string): string {
  const kept = text.slice(0, MOST_CHARACTERS - CUT.length);
  return (kept.isWellFormed() ? kept : kept.slice(0, -1)) + CUT;
}

function formatOf({ kind }: ColumnType): { readonly numFmt?: string } {
  if (kind === 'date') return { numFmt: DATE_FORMAT };
  return kind === 'timestamp' ? { numFmt: TIME_FORMAT } : {};
}

function cellsOf(type: ColumnType, fitting: (text: string) => string): (value: unknown) => Cell {
  const present = presentCells(type);
  return (value) => {
    if (value === null || value === undefined) return null;
    const cell = present(value);
    return typeof cell === 'string' ? fitting(cell) : cell;
  };
}

function presentCells({ kind }: ColumnType): (value: unknown) => Cell {
  switch (kind) {
    case 'boolean':
      return (value) => value === true;
    case 'integer':
    case 'float':
    case 'decimal':
      return (value) => numberOrText(plainCell(value));
    case 'date':
      return (value) => dateOrText(String(value), `${value}T00:00:00Z`);
    case 'timestamp':
      return (value) => dateOrText(String(value), instantOf(String(value)));
    default:
      return plainCell;
  }
}

/** A number where Excel keeps it as it is. */
function numberOrText(text: string): number | string {
  const number = Number(text);
  const digits = /^[+-]?([\d.]+)/.exec(text)?.[1]?.replace('.', '').replace(/^0+/, '') ?? '';
  const isFloat = /[.e]/i.test(text);
  if (!Number.isFinite(number)) return text;
  // A float has its digits as it is, and one more or less of them is none of the number's.
  return digits.length <= MOST_DIGITS || (isFloat && String(number) === text) ? number : text;
}

/** `2026-03-02 22:04:45.673+00` as a Date takes it, which knows milliseconds; without a zone it is taken for UTC. */
function instantOf(text: string): string {
  const [, day, time, fraction = '', zone] = /^(\S+) (\d\d:\d\d:\d\d)(?:\.(\d+))?([+-].*)?$/.exec(text) ?? [];
  if (day === undefined) return '';
  const offset = zone === undefined ? 'Z' : zone.includes(':') ? zone : `${zone}:00`;
  return `${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`;
}

function dateOrText(text: string, iso: string): Date | string {
  // A Date guesses at what is written otherwise.
  if (!/^\d{4}-\d\d-\d\dT/.test(iso)) return text;
  const date = new Date(iso);
  const time = date.getTime();
  return time >= FIRST_DATE && time < AFTER_LAST_DATE ? date : text;
}
