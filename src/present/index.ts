export { type Html, type HtmlPart, htmlPage, markup, type PageContent } from './html.ts';
export { commandLine, duckdbInstallation } from './installation.ts';
export { cell, jsonPieces, objectOf, type Rows, rowCount, tablePieces, writePieces } from './rows.ts';
export { cut, firstOf, textTable } from './text-table.ts';
export { UsageError } from './usage-error.ts';
export { visible, visibleJson, visibleLines } from './visible.ts';
export { wrapped } from './wrapped.ts';
