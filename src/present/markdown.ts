import { cell, numericColumns, type Rows } from './rows.ts';
import { visible } from './visible.ts';

/** What Markdown takes for more than text. */
const SPECIAL = /[\\`*_[\]~|#!]/g;

/** Where an address of the web begins, which GitHub and others make a link of by itself. */
const ADDRESS = /:(?=\/\/)|(?<=\bwww)\./gi;

/** Rows as a table of Markdown, as GitHub and others have it; whatever would be more than text in it is escaped. */
export async function* markdownPieces({ names, types, batches, note }: Rows): AsyncGenerator<string> {
  const rules = numericColumns({ types }).map((isNumber) => (isNumber ? '---:' : '---'));
  yield line(names.map(escaped)) + line(rules);
  for await (const batch of batches) {
    for (const row of batch) yield line(names.map((_, index) => escaped(cell(row[index]))));
  }
  if (note !== undefined) yield `\n${escaped(note)}\n`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** A text that Markdown shows as it is; a line of its own begins after `<br>`. */
function escaped(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((each) =>
      visible(each)
        .replace(SPECIAL, '\\$&')
        .replace(ADDRESS, '\\$&')
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;'),
    )
    .join('<br>');
}
