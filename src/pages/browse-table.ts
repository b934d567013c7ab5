import { cell, type Html, markup } from '../present/index.ts';
import { address } from './browse-view.ts';

/** Characters of a value that a table shows; the value's own page, or the JSON, has all. */
const LONGEST_CELL = 300;

/** A value that is all of an event's id. */
const EVENT_UID = /^[0-9a-f]{32}$/;

/** A table that scrolls by itself, also by the keyboard; ids of events lead to them. */
export function rowsTable(
  name: string,
  {
    names,
    numeric,
    rows,
  }: {
    readonly names: readonly string[];
    readonly numeric: readonly boolean[];
    readonly rows: readonly (readonly unknown[])[];
  },
): Html {
  const heads = names.map((each, column) => markup`<th scope="col"${kind(numeric[column])}>${each}</th>`);
  const lines = rows.map(
    (
      row,
    ) => markup`<tr>${row.map((value, column) => markup`<td${kind(numeric[column], value)}>${shownCell(names[column], value)}</td>`)}</tr>
`,
  );
  return scrolling(name, markup`<thead><tr>${heads}</tr></thead><tbody>${lines}</tbody>`);
}

/** A table that scrolls by itself, also by the keyboard. */
export function scrolling(name: string, content: Html, isOfEvents = false): Html {
  return markup`<div class="rows${isOfEvents ? ' events' : ''}" tabindex="0" role="region" aria-label="${name}"><table><caption>${name}</caption>${content}</table></div>`;
}

/** A text at the length that a table has room for. */
export function shortened(text: string, longest = LONGEST_CELL): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}… (${text.length - longest} characters more)`;
}

/** A text as a page shows it: also one in which nobody could see anything. */
export function shownText(text: string, longest = LONGEST_CELL): Html {
  if (text.trim() !== '') return markup`${shortened(text, longest)}`;
  const blanks = `${text.length} ${text.length === 1 ? 'blank' : 'blanks'}`;
  return markup`<span class="dim">(${text === '' ? 'empty' : blanks})</span>`;
}

function shownCell(column: string | undefined, value: unknown): Html {
  if (value === null || value === undefined) return markup`<span class="dim">∅</span>`;
  const text = cell(value);
  if (column === 'event_uid' && EVENT_UID.test(text)) {
    return markup`<a class="mono" href="${address(`/events/${text}`)}">${text.slice(0, 8)}…</a>`;
  }
  return shownText(text);
}

function kind(isNumber: boolean | undefined, value?: unknown): Html | string {
  if (isNumber === true) return markup` class="number"`;
  if (typeof value !== 'string') return '';
  if (/^\d{4}-\d{2}-\d{2} \d{2}:/.test(value)) return markup` class="time"`;
  return value.length > 60 ? markup` class="long"` : '';
}
