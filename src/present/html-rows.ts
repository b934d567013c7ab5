import { raw } from 'hono/html';
import { escapedText, htmlPage, markup } from './html.ts';
import { cell, numericColumns, type Rows, rowCount } from './rows.ts';

/** Where rows go in a page that is otherwise whole; no text that was escaped holds it. */
const PLACE = '<!--rows-->';

/** Rows as a page of their own, piece by piece. */
export async function* htmlPieces(answers: AsyncIterable<Rows>, title: string): AsyncGenerator<string> {
  const page = await htmlPage({ title, body: markup`<h1>${title}</h1>\n${raw(PLACE)}` });
  const [before = '', after = ''] = page.split(PLACE);
  yield before;
  for await (const rows of answers) yield* tableOf(rows);
  yield after;
}

async function* tableOf({ names, types, batches, title, note }: Rows): AsyncGenerator<string> {
  const classes = numericColumns({ types }).map((isNumber) => (isNumber ? ' class="number"' : ''));
  const row = (tag: string, cells: readonly string[]): string =>
    `<tr>${cells.map((text, index) => `<${tag}${classes[index]}>${escapedText(text)}</${tag}>`).join('')}</tr>\n`;
  if (title !== undefined) yield `<h2>${escapedText(title)}</h2>\n`;
  yield `<div class="scroll" tabindex="0"><table>\n<thead>\n${row('th', names).replaceAll('<th', '<th scope="col"')}</thead>\n<tbody>\n`;
  let count = 0;
  for await (const batch of batches) {
    for (const each of batch) {
      count++;
      yield row(
        'td',
        names.map((_, index) => cell(each[index])),
      );
    }
  }
  yield `</tbody>\n</table></div>\n<p class="dim">${rowCount(count)}</p>\n`;
  if (note !== undefined) yield `<p>${escapedText(note)}</p>\n`;
}
