import { visible } from './visible.ts';

const WIDEST_CELL = 60;

/** Rows under a header, columns aligned; numbers to the right. Cells too wide are cut and end in `…`. */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly boolean[] = [],
): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => cut(visible(cell), WIDEST_CELL)));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ''))));
  const [head = [], ...body] = cells.map((row) =>
    row.map((cell, column) => pad(cell, widths[column]!, numeric[column] ?? false)),
  );
  const rule = widths.map((each) => '─'.repeat(each));
  return [head, rule, ...body].map((row) => row.join('  ').trimEnd()).join('\n');
}

/** The first of many lines, and how many more there are. */
export function firstOf(lines: readonly string[], most: number, indent = ''): string[] {
  const more = lines.length - most;
  const shown = [...lines.slice(0, most), ...(more > 0 ? [`… and ${more} more (--json lists them all)`] : [])];
  return shown.map((line) => indent + line);
}

/** Columns a text takes on a terminal: East Asian wide characters and emoji take two, combining marks none. */
function width(text: string): number {
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
  const blanks = ' '.repeat(columns - width(text));
  return right ? blanks + text : text + blanks;
}
