import { type CsvOptions, csvPieces } from './csv.ts';
import { jsonLinesPieces, jsonPieces } from './json-rows.ts';
import { markdownPieces } from './markdown.ts';
import { linesPieces } from './record-lines.ts';
import { tablePieces } from './row-table.ts';
import type { Rows } from './rows.ts';

/** What rows can be written as. */
export const FORMATS = [
  'table',
  'lines',
  'csv',
  'json',
  'jsonl',
  'markdown',
  'html',
  'parquet',
  'xlsx',
  'arrow',
] as const;

export type Format = (typeof FORMATS)[number];

/** Text, or bytes, in the order in which they are written. */
export type Pieces = AsyncIterable<string | Uint8Array>;

/** How rows are written, beyond the format. */
export interface WritingOptions extends CsvOptions {
  /** What a page or a workbook is called that holds them. */
  readonly title: string;
  /** Columns of the terminal; null where there is none, and nothing is cut. */
  readonly columns: number | null;
  /** Is told what a format does not hold as it is, in one line each. */
  readonly tell: (text: string) => void;
}

/** Formats by the ending of a file's name. */
const ENDINGS: Readonly<Record<string, Format>> = {
  csv: 'csv',
  json: 'json',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  md: 'markdown',
  markdown: 'markdown',
  html: 'html',
  htm: 'html',
  parquet: 'parquet',
  xlsx: 'xlsx',
  arrow: 'arrow',
  arrows: 'arrow',
};

/** The endings that say one of these formats, for messages. */
export function endingsOf(formats: readonly Format[]): string {
  const known = Object.entries(ENDINGS).filter(([, format]) => formats.includes(format));
  return known.map(([ending]) => `.${ending}`).join(', ');
}

/** The format that a file's name says; null where it says none. */
export function formatOfFile(file: string): Format | null {
  const ending = /\.([^./\\]+)$/.exec(file)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(ENDINGS, ending) ? (ENDINGS[ending] ?? null) : null;
}

/** Formats that are no text. */
const BINARY: ReadonlySet<Format> = new Set(['parquet', 'xlsx', 'arrow']);

/** Whether a format is no text. */
export function isBinary(format: Format): boolean {
  return BINARY.has(format);
}

/** Formats that people read, which have a place for what has to be said with rows. */
const TELLING: ReadonlySet<Format> = new Set(['table', 'lines', 'markdown', 'html']);

/** Whether rows of a format have their note in them. */
export function holdsNote(format: Format): boolean {
  return TELLING.has(format);
}

/** Formats that hold the answers to several statements: one after the other, each in its own place. */
const HOLDING_SEVERAL: ReadonlySet<Format> = new Set(['table', 'lines', 'json', 'markdown', 'html']);

/** Whether a format holds the answers to several statements. */
export function holdsSeveral(format: Format): boolean {
  return HOLDING_SEVERAL.has(format);
}

/** Rows as a file or a stream of a format, piece by piece. */
export async function* piecesOf(format: Format, rows: Rows, options: WritingOptions): Pieces {
  switch (format) {
    case 'table':
      return yield* tablePieces(rows, options.columns);
    case 'lines':
      return yield* linesPieces(rows);
    case 'csv':
      return yield* csvPieces(rows, options);
    case 'json':
      yield* jsonPieces(rows);
      return yield '\n';
    case 'jsonl':
      return yield* jsonLinesPieces(rows);
    case 'markdown':
      return yield* markdownPieces(rows);
    case 'html':
      return yield* (await import('./html-rows.ts')).htmlPieces(one(rows), options.title);
    case 'parquet':
      return yield* (await import('./parquet.ts')).parquetPieces(rows);
    case 'xlsx':
      return yield* (await import('./xlsx.ts')).xlsxPieces(rows, options);
    case 'arrow':
      return yield* (await import('./arrow.ts')).arrowPieces(rows);
  }
}

/**
 * The same for the answers to several statements: an array of arrays, a page or a text of several tables.
 * @param format one of {@link holdsSeveral}
 */
export async function* severalPieces(format: Format, answers: AsyncIterable<Rows>, options: WritingOptions): Pieces {
  if (format === 'html') return yield* (await import('./html-rows.ts')).htmlPieces(answers, options.title);
  const [begin, between, end] = format === 'json' ? ['[', ',', ']\n'] : ['', '\n', ''];
  let before = begin;
  for await (const rows of answers) {
    yield before;
    before = between;
    yield* format === 'json' ? jsonPieces(rows) : piecesOf(format, rows, options);
  }
  yield end;
}

async function* one(rows: Rows): AsyncGenerator<Rows> {
  yield rows;
}
