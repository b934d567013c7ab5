import { type ColumnType, isNumeric } from './column-type.ts';
import { plainCell, type Rows } from './rows.ts';

const LINE_END = '\r\n';
const BYTE_ORDER_MARK = '\ufeff';

/** How CSV is written. */
export interface CsvOptions {
  /** Whether it begins with a byte order mark, by which Excel knows that it is UTF-8. */
  readonly bom: boolean;
  /** Whether a spreadsheet is kept from taking a text for a formula. */
  readonly formulaGuard: boolean;
}

/** What has to stand in quotes; the empty text, too, since a value that is not there is written as nothing. */
const QUOTED = /[",\r\n;\t]|^\s|\s$|^$/;

/**
 * What a cell must not begin with (OWASP, CSV injection): a sign that begins a formula, also in full width and behind
 * blanks, quotes or what is unseen; a tab or a line end.
 */
const FORMULA = /^[\t\r\n]|^[\s\p{C}"]*[=+\-@＝＋－＠]/u;

/** The same within a cell, behind what another reader's settings may take for the end of a cell. */
const INNER_FORMULA = /([;\t\r\n][\s\p{C}"]*)(?=[=+\-@＝＋－＠])/gu;

/** What one of these needs: looked for first, since most texts have nothing of it. */
const SIGN = /[\t\r\n=+\-@＝＋－＠]/;

/** What Excel takes for a number, and nothing else. */
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Names of a first column by which Excel takes a file for something else: a SYLK file, or one that names its separator. */
const MISTAKEN = /^(?:ID|sep=)/i;

/**
 * Rows as CSV (RFC 4180, UTF-8): a line of names, then a line a row. A value that is not there is nothing, the empty text is
 * `""`; lists and structs are JSON text. A text that a spreadsheet would take for a formula has a `'` before it, unless the
 * options say otherwise.
 */
export async function* csvPieces({ names, types, batches }: Rows, options: CsvOptions): AsyncGenerator<string> {
  const text = (value: string): string => quoted(options.formulaGuard ? guarded(value) : value);
  const header = names.map((name, index) => (index === 0 && MISTAKEN.test(name) ? inQuotes(name) : text(name)));
  yield `${options.bom ? BYTE_ORDER_MARK : ''}${header.join(',')}${LINE_END}`;
  const writers = types.map((type) => writerOf(type, text));
  for await (const batch of batches) {
    for (const row of batch) yield writers.map((write, index) => write(row[index])).join(',') + LINE_END;
  }
}

function writerOf(type: ColumnType, text: (value: string) => string): (value: unknown) => string {
  const isNumber = isNumeric(type);
  return (value) => {
    if (value === null || value === undefined) return '';
    const plain = plainCell(value);
    return isNumber && NUMBER.test(plain) ? plain : text(plain);
  };
}

function guarded(text: string): string {
  if (!SIGN.test(text)) return text;
  const inner = text.replace(INNER_FORMULA, "$1'");
  return FORMULA.test(inner) ? `'${inner}` : inner;
}

function quoted(text: string): string {
  return QUOTED.test(text) ? inQuotes(text) : text;
}

function inQuotes(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
