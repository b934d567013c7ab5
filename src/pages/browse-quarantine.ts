import { answerIn, objectsOf } from '../asking/index.ts';
import { countText, type Html, markup, numberText } from '../present/index.ts';
import { shortened } from './browse-table.ts';
import { type Asked, address, type Shown } from './browse-view.ts';
import { refuseOthers } from './browse-words.ts';
import { tableBar } from './charts.ts';

/** Records that a page shows. */
const PAGE = 50;

/** Characters of a record that a page shows. */
const LONGEST_RAW = 4000;

const REASONS = `SELECT reason, count(*) AS records, count(DISTINCT source_file) AS files, min(source_file) AS example
FROM quarantine_rows GROUP BY reason ORDER BY records DESC, reason`;

const FILES = `SELECT source_file, reason, explanation, size, left(raw, ${LONGEST_RAW}) AS raw FROM quarantine_files
ORDER BY source_file, reason LIMIT 500`;

/** What was no audit record, by reason, and the files that were rejected. */
export async function quarantineView({ lake }: Asked): Promise<Shown> {
  const [reasons, files] = await lake('quarantine', async (session) => {
    const byReason = objectsOf(await answerIn(session, REASONS));
    return [byReason, objectsOf(await answerIn(session, FILES))] as const;
  });
  const most = Math.max(0, ...reasons.map(({ records }) => Number(records)));
  const total = reasons.reduce((sum, { records }) => sum + Number(records), 0);
  return {
    title: 'Quarantine',
    part: 'quarantine',
    data: { reasons, files },
    body: () => markup`
<p>What came in an export and is no audit record: kept as it was, with the reason, and counted in the commit. Nothing of it is in the table.</p>
<h2>Records by reason</h2>
${
  reasons.length === 0
    ? markup`<p class="card good">No record is in quarantine.</p>`
    : markup`<p>${countText(total, 'record')}.</p><div class="scroll" tabindex="0" role="region" aria-label="Records by reason"><table><thead><tr><th scope="col">Reason</th><th scope="col" class="number">Records</th><td></td><th scope="col" class="number">Files</th></tr></thead><tbody>${reasons.map(
        ({ reason, records, files: count }) =>
          markup`<tr><th scope="row"><a href="${address(`/quarantine/${encodeURIComponent(String(reason))}`)}">${String(reason)}</a></th><td class="number">${numberText(Number(records))}</td><td>${tableBar(Number(records), most)}</td><td class="number">${numberText(Number(count))}</td></tr>`,
      )}</tbody></table></div>`
}
<h2>Rejected files</h2>
${files.length === 0 ? markup`<p class="card good">No file was rejected.</p>` : files.map(rejectedFile)}`,
  };
}

function rejectedFile({ source_file: file, reason, explanation, size, raw }: Record<string, unknown>): Html {
  return markup`<article><h3 class="mono">${String(file)}</h3><p><span class="tag bad">${String(reason)}</span> ${String(explanation ?? '')} <span class="dim">${numberText(Number(size ?? 0))} bytes</span></p>${
    typeof raw === 'string' && raw !== ''
      ? markup`<details><summary>How it begins</summary><pre class="tall" tabindex="0">${lines(raw)}</pre></details>`
      : ''
  }</article>`;
}

/** Records that have one reason, as they came. */
export async function quarantinedView({ lake, name: reason, params }: Asked): Promise<Shown> {
  refuseOthers(params, { once: ['skip'] });
  const offset = offsetOf(params.get('skip'));
  const rows = await lake('quarantine', async (session) => {
    const sql = `SELECT source_file, record, byte_offset, left(raw, ${LONGEST_RAW + 1}) AS raw, left(raw_base64, ${LONGEST_RAW}) AS raw_base64, truncated, ingest_id
FROM quarantine_rows WHERE reason = $reason ORDER BY source_file, record, ingest_id LIMIT ${PAGE + 1} OFFSET $offset`;
    return objectsOf(await answerIn(session, sql, { reason, offset: BigInt(offset) }));
  });
  const shown = rows.slice(0, PAGE);
  const at = (skip: number) => address(`/quarantine/${encodeURIComponent(reason)}`, { skip: skip === 0 ? null : skip });
  const next = rows.length > PAGE ? at(offset + PAGE) : null;
  const previous = offset > 0 ? at(Math.max(0, offset - PAGE)) : null;
  return {
    title: reason,
    part: 'quarantine',
    above: [['Quarantine', '/quarantine']],
    // A reason that no record has is none: its address was never that of a page.
    ...(offset === 0 && shown.length === 0 && { status: 404 as const }),
    data: { reason, skipped: offset, rows: shown, next, previous },
    next,
    previous,
    body: () => markup`
${shown.length === 0 ? markup`<p class="card">No record is in quarantine for this reason.</p>` : markup`<p>Records ${numberText(offset + 1)} to ${numberText(offset + shown.length)}, as they came; what nobody could see in them is written as its escape.</p>`}
${shown.map(quarantined)}
${pages('Pages', previous, next)}`,
  };
}

function quarantined({
  source_file: file,
  record,
  byte_offset: byte,
  raw,
  raw_base64: base64,
  truncated,
}: Record<string, unknown>): Html {
  const text = typeof raw === 'string' ? lines(shortened(raw, LONGEST_RAW)) : `${String(base64 ?? '')}`;
  const kind = typeof raw === 'string' ? '' : markup` <span class="tag">bytes in Base64: no UTF-8</span>`;
  const where = byte === null ? '' : `byte ${String(byte)} of its text`;
  const cut = Number(truncated) === 1 ? markup` <span class="tag warn">cut off: it was longer</span>` : '';
  return markup`<article><h2 class="mono">${String(file ?? 'file not known')}, record ${String(record)}</h2><p class="dim">${where}${kind}${cut}</p><pre class="tall" tabindex="0">${text}</pre></article>`;
}

/** Links to the pages before and after, and what these are called. */
export function pages(
  label: string,
  previous: string | null,
  next: string | null,
  [before, after]: readonly [before: string, after: string] = ['Previous', 'Next'],
): Html | string {
  if (previous === null && next === null) return '';
  return markup`<nav class="pages" aria-label="${label}">${previous === null ? '' : markup`<a rel="prev" href="${previous}">← ${before}</a>`}${next === null ? '' : markup`<a rel="next" href="${next}">${after} →</a>`}</nav>`;
}

/** A text of several lines for an element that keeps them. */
function lines(text: string): Html {
  return markup`${text.split('\n').map((line, index) => markup`${index === 0 ? '' : NEW_LINE}${line}`)}`;
}

const NEW_LINE = markup`
`;

function offsetOf(text: string | null): number {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
