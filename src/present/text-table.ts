import { PRINTABLE_ASCII, visible } from './visible.ts';

/** Between two columns. */
const GAP = '  ';

/** A column that has to be cut keeps so much. */
const LEAST_COLUMN = 10;

/**
 * Rows under a header, columns aligned; numbers to the right. On a terminal it is as wide as that at most: the widest texts
 * are cut and end in `…`, and where that is not enough the last columns are left out, and named. Elsewhere nothing is cut.
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
  readonly #widths: readonly number[];
  readonly #isCut: boolean;

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
    const wanted = header.map((name) => width(visible(name)));
    for (const row of measured) {
      for (const column of wanted.keys()) {
        wanted[column] = Math.max(wanted[column]!, width(visible(row[column] ?? '')));
      }
    }
    this.#widths = columns === null ? wanted : fitting(wanted, numeric, columns);
  }

  /** The names of the columns, and the rule below them. */
  head(): [string, string] {
    return [this.line(this.#header), this.#joined(this.#widths.map((each) => '─'.repeat(each)))];
  }

  /** A row. One that is wider than those that were measured is cut on a terminal, save numbers, and nowhere else. */
  line(row: readonly string[]): string {
    return this.#joined(
      this.#widths.map((columnWidth, column) => {
        const isNumeric = this.#numeric[column] ?? false;
        const text = visible(row[column] ?? '');
        return pad(this.#isCut && !isNumeric ? cut(text, columnWidth) : text, columnWidth, isNumeric);
      }),
    );
  }

  /** Says which columns are left out, since the terminal has no room for them; null where none is. */
  leftOut(): string | null {
    const left = this.#header.slice(this.#widths.length).map(visible);
    return left.length === 0 ? null : `… and the columns ${left.join(', ')} (a wider terminal or --json has them)`;
  }

  #joined(cells: readonly string[]): string {
    return cells.join(GAP).trimEnd();
  }
}

function terminalColumns(): number | null {
  return process.stdout.isTTY ? process.stdout.columns || 80 : null;
}

/** The widths with which columns fit: the widest texts give way first, and the last columns where that is not enough. */
function fitting(wanted: readonly number[], numeric: readonly boolean[], columns: number): number[] {
  const widths = wanted.map((each, index) => (numeric[index] === true ? each : Math.min(each, columns)));
  const total = () => widths.reduce((sum, each) => sum + each, (widths.length - 1) * GAP.length);
  while (total() > columns) {
    const cuttable = widths.map((each, index) => (numeric[index] === true || each <= LEAST_COLUMN ? 0 : each));
    const widest = Math.max(...cuttable);
    if (widest > 0) widths[cuttable.indexOf(widest)] = widest - 1;
    else if (widths.length > 1) widths.pop();
    else break;
  }
  // Whoever lost columns may have room again.
  for (const [index, most] of wanted.slice(0, widths.length).entries()) {
    const room = columns - total();
    if (room > 0 && widths.length < wanted.length) widths[index] = Math.min(most, widths[index]! + room);
  }
  return widths;
}

/** The first of many lines, and how many more there are. */
export function firstOf(lines: readonly string[], most: number, indent = ''): string[] {
  const more = lines.length - most;
  const shown = [...lines.slice(0, most), ...(more > 0 ? [`… and ${more} more (--json lists them all)`] : [])];
  return shown.map((line) => indent + line);
}

/** Columns a text takes on a terminal: East Asian wide characters and emoji take two, combining marks none. */
function width(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += /\p{M}/u.test(character) ? 0 : isWide(character) ? 2 : 1;
  return columns;
}

function isWide(character: string): boolean {
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
    character,
  );
}

/** A text that takes so many columns on a terminal at most; one that is cut ends in `…`. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let [kept, taken] = ['', 0];
  for (const character of text) {
    taken += width(character);
    if (taken >= columns) break;
    kept += character;
  }
  return `${kept}…`;
}

function pad(text: string, columns: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, columns - width(text)));
  return right ? blanks + text : text + blanks;
}
