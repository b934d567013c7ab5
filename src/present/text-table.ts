import { cut, width } from './display-width.ts';
import { filledColumns, tellingColumns } from './telling-columns.ts';
import { visible } from './visible.ts';

/** Between two columns. */
const GAP = '  ';

/** A column that has to be cut keeps so much. */
const LEAST_COLUMN = 10;

/** Elsewhere than on a terminal, where nothing is cut, a column is filled up with blanks to so much; what is wider goes beyond it. */
const MOST_PADDED = 120;

/** Columns are left out rather than that one is narrower, where it needs so much. */
const READABLE_COLUMN = 12;

/** A day, or an instant, as rows have it. */
const TIME = /^\d{4}-\d\d-\d\d(?: [\d:.]{5,18}(?:[+-]\d\d(?::\d\d)?)?)?$/;

/** Names of columns that are left out, as many as fit into a line or so. */
const MOST_NAMED = 8;

/**
 * Rows under a header, columns aligned; numbers to the right. On a terminal it is as wide as that at most: columns that
 * are empty in every row go first, the widest texts are cut and end in `…`, and where that is not enough those columns that tell
 * least are left out; what is left out is named. Elsewhere nothing is cut.
 * @param columns of the terminal; null where it is none
 */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly boolean[] = [],
  columns: number | null = terminalColumns(),
): string {
  const layout = new TableLayout(header, rows, numeric, columns);
  const left = layout.leftOut();
  return [...layout.head(), ...rows.map((row) => layout.line(row)), ...(left === null ? [] : [left])].join('\n');
}

/** How wide the columns of a {@link textTable} are, for a table that is printed while its rows come. */
export class TableLayout {
  readonly #header: readonly string[];
  readonly #numeric: readonly boolean[];
  /** The columns that are shown, by their places, and how wide each is. */
  readonly #shown: readonly number[];
  readonly #widths: readonly number[];
  readonly #isCut: boolean;
  readonly #filled: ReadonlySet<number>;

  /** @param measured rows that tell how wide the columns are: all, or the first of them */
  constructor(
    header: readonly string[],
    measured: readonly (readonly string[])[],
    numeric: readonly boolean[] = [],
    columns: number | null = terminalColumns(),
  ) {
    this.#header = header;
    this.#numeric = numeric;
    this.#isCut = columns !== null;
    this.#filled = new Set(filledColumns(header.length, measured));
    const wanted = header.map((name) => width(visible(name)));
    for (const row of measured) {
      for (const column of wanted.keys()) {
        wanted[column] = Math.max(wanted[column]!, width(visible(row[column] ?? '')));
      }
    }
    const isWhole = header.map((_, index) => numeric[index] === true || isTime(measured, index));
    this.#shown = columns === null ? [...wanted.keys()] : shownColumns(header, measured, wanted, isWhole, columns);
    const shown = this.#shown.map((index) => wanted[index]!);
    const isShownWhole = this.#shown.map((index) => isWhole[index] ?? false);
    this.#widths =
      columns === null ? shown.map((each) => Math.min(each, MOST_PADDED)) : fitting(shown, isShownWhole, columns);
  }

  /** The names of the columns, and the rule below them. */
  head(): [string, string] {
    return [this.line(this.#header), this.#joined(this.#widths.map((each) => '─'.repeat(each)))];
  }

  /** A row. One that is wider than those that were measured is cut on a terminal, save numbers, and nowhere else. */
  line(row: readonly string[]): string {
    return this.#joined(
      this.#shown.map((column, place) => {
        const columnWidth = this.#widths[place]!;
        const isNumeric = this.#numeric[column] ?? false;
        const text = visible(row[column] ?? '');
        return pad(this.#isCut && !isNumeric ? cut(text, columnWidth) : text, columnWidth, isNumeric);
      }),
    );
  }

  /** Says which columns are left out, since the terminal has no room for them; null where none is. */
  leftOut(): string | null {
    const left = [...this.#header.entries()]
      .filter(([index]) => !this.#shown.includes(index))
      .map(([index, name]) => `${visible(name)}${this.#filled.has(index) ? '' : ' (empty)'}`);
    if (left.length === 0) return null;
    const more = left.length > MOST_NAMED ? ` and ${left.length - MOST_NAMED} more` : '';
    const named = left.slice(0, MOST_NAMED).join(', ') + more;
    return `… ${left.length} more ${left.length === 1 ? 'column' : 'columns'}: ${named} (a wider terminal, --format lines or --output FILE has all)`;
  }

  #joined(cells: readonly string[]): string {
    return cells.join(GAP).trimEnd();
  }
}

function terminalColumns(): number | null {
  return process.stdout.isTTY ? process.stdout.columns || 80 : null;
}

/** Whether a column holds days or times, which say something else when they are cut. */
function isTime(rows: readonly (readonly string[])[], column: number): boolean {
  const texts = rows.map((row) => row[column] ?? '').filter((text) => text !== '∅');
  return texts.length > 0 && texts.every((text) => TIME.test(text));
}

/** The columns that have room, each as wide as can be read. */
function shownColumns(
  header: readonly string[],
  measured: readonly (readonly string[])[],
  wanted: readonly number[],
  numeric: readonly boolean[],
  columns: number,
): number[] {
  const least = (most: number) => wanted.map((each, index) => (numeric[index] === true ? each : Math.min(each, most)));
  const sum = (places: readonly number[], widths: readonly number[]) =>
    places.reduce((all, index) => all + (widths[index] ?? 0), (places.length - 1) * GAP.length);
  const all = [...wanted.keys()];
  if (sum(all, wanted) <= columns) return all;
  const filled = filledColumns(header.length, measured);
  if (sum(filled, least(LEAST_COLUMN)) <= columns) return filled;
  return tellingColumns(header, filled, measured, least(READABLE_COLUMN), GAP.length, columns);
}

/** The widths with which columns fit: the widest texts give way first. */
function fitting(wanted: readonly number[], numeric: readonly boolean[], columns: number): number[] {
  const widths = wanted.map((each, index) => (numeric[index] === true ? each : Math.min(each, columns)));
  let over = widths.reduce((sum, each) => sum + each, (widths.length - 1) * GAP.length) - columns;
  for (; over > 0; over--) {
    const cuttable = widths.map((each, index) => (numeric[index] === true || each <= 1 ? 0 : each));
    const widest = Math.max(...cuttable);
    if (widest === 0) break;
    widths[cuttable.indexOf(widest)] = widest - 1;
  }
  return widths;
}

/** The first of many lines, and how many more there are. */
export function firstOf(lines: readonly string[], most: number, indent = ''): string[] {
  const more = lines.length - most;
  const shown = [...lines.slice(0, most), ...(more > 0 ? [`… and ${more} more (--json lists them all)`] : [])];
  return shown.map((line) => indent + line);
}

function pad(text: string, columns: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, columns - width(text)));
  return right ? blanks + text : text + blanks;
}
