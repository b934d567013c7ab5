import type { FirstRows } from '../asking/index.ts';
import { cell, type Html, type HtmlPart, markup, numberText, visible } from '../present/index.ts';
import { engineMomentText } from './period.ts';
import { plainTable } from './plain-table.ts';

/** Characters of a value that a table shows; the rest stands in its title, as far as that holds it. */
const SHOWN = 120;
const IN_TITLE = 2_000;

/** Columns whose values are read letter by letter, if at all. */
const ID = /(^|_)u?id$/;

/** Rows as a table: columns without a value are left out, long values are cut, and it says how many rows there are more. */
export function rowTable(
  caption: string,
  { names, types, rows, count }: Omit<FirstRows, 'numeric'>,
  { timeZone, whole }: { readonly timeZone: string; readonly whole: string },
): Html {
  if (count === 0) return markup`<p>None.</p>`;
  const all = names.map((name, column) => ({ column, name, type: types[column] }));
  const columns = all.filter(({ column }) => rows.some((row) => !isNothing(row[column])));
  const left = all.filter((each) => !columns.includes(each)).map(({ name }) => name);
  const shown = columns.map(({ name, type }) => ({
    name,
    isNumber: type?.kind === 'integer' || type?.kind === 'float' || type?.kind === 'decimal',
    isWhole: type?.kind === 'timestamp' || type?.kind === 'date',
  }));
  const more = count - rows.length;
  const said = [
    ...(more > 0 ? [`… and ${numberText(more)} more rows: ${whole}.`] : []),
    ...(left.length > 0 ? [`Without a value in these rows: ${left.join(', ')}.`] : []),
  ];
  return markup`${plainTable({
    caption: `${caption}: ${more > 0 ? `the first ${numberText(rows.length)} of ` : ''}${numberText(count)}`,
    columns: shown,
    rows: rows.map((row) =>
      columns.map(({ column, name, type }) => {
        const value = row[column];
        if (typeof value !== 'string') return shortened(value);
        if (type?.kind === 'timestamp' && type.isInstant) return engineMomentText(value, timeZone);
        return ID.test(name) ? markup`<span class="id">${shortened(value)}</span>` : shortened(value);
      }),
    ),
  })}
${said.length === 0 ? null : markup`<p class="dim">${said.join(' ')}</p>`}`;
}

/** A value as a table on a page shows it: one that is long is cut, and ends in a sign. */
export function shortened(value: unknown): HtmlPart {
  if (value === null || value === undefined) return NOTHING;
  const text = visible(cell(value));
  if (text.length <= SHOWN) return text;
  const characters = Array.from(text.slice(0, IN_TITLE * 2));
  const title = `${characters.slice(0, IN_TITLE).join('')}${characters.length > IN_TITLE ? '…' : ''}`;
  return markup`<span title="${title}">${characters.slice(0, SHOWN).join('')}… <span class="dim">(${numberText(text.length)} characters)</span></span>`;
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

const NOTHING = markup`<span class="dim">∅</span>`;
