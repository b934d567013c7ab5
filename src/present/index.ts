export { type ColumnType, INSTANT, sqlInstant, TEXT, TEXTS, WHOLE_NUMBER } from './column-type.ts';
export { cut } from './display-width.ts';
export {
  endingsOf,
  FORMATS,
  type Format,
  formatOfFile,
  holdsNote,
  holdsSeveral,
  isBinary,
  type Pieces,
  piecesOf,
  severalPieces,
  type WritingOptions,
} from './formats.ts';
export { type Html, type HtmlPart, htmlPage, markup, type PageContent } from './html.ts';
export { commandLine, duckdbInstallation } from './installation.ts';
export { writePieces } from './pieces.ts';
export { type Batch, Bytes, batchesOf, cell, numericColumns, objectOf, type Rows, rowCount, rowsOf } from './rows.ts';
export { STYLE } from './style.ts';
export { firstOf, textTable } from './text-table.ts';
export { ageText, countText, numberText, sizeText } from './units.ts';
export { UsageError } from './usage-error.ts';
export { visible, visibleJson, visibleLines } from './visible.ts';
export { wrapped } from './wrapped.ts';
