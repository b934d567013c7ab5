import { Temporal } from 'temporal-polyfill';
import { ageText, countText, type Html, markup, numberText, sizeText, UsageError } from '../present/index.ts';
import type { Settings } from '../settings/index.ts';
import { type LakeStatus, lakeStatus, WAITING_REASONS } from '../status/index.ts';
import type { Storage } from '../storage/index.ts';
import { exactAddress } from './browse-fields.ts';
import type { Reading } from './browse-filter.ts';
import { scrolling, shownText } from './browse-table.ts';
import { type Asked, address, type Shown } from './browse-view.ts';
import { momentText } from './period.ts';

/** Lines of a list; the JSON has all. */
const MOST = 100;

/** Shows a text that comes from no view as it may be shown. */
type Told = (text: string) => string;

/** Whether everything came in, and what waits, was refused, is missing, and was verified when. */
export function healthView(
  storage: Storage,
  settings: Settings,
  { now, timeZone: zone }: Reading,
): (asked: Asked) => Promise<Shown> {
  return async ({ lake }) => {
    const at = now();
    const [status, told] = await Promise.all([
      lakeStatus(storage, settings, at),
      lake(
        'tables',
        async (session): Promise<Told> =>
          (text) =>
            session.masked(text),
      ),
    ]);
    if (status === null) throw new UsageError('there is no lake here yet; audit-lake ingest makes one');
    return {
      title: 'Health',
      part: 'health',
      data: JSON.parse(told(JSON.stringify(status))) as Record<string, unknown>,
      body: () => markup`
${tiles(status, at)}
${waiting(status, told, zone)}
${refused(status, told)}
<h2>Rows by status</h2>
${statuses(status)}
<h2>What is newest</h2>
${newest(status, told, { at, zone })}
${days(status)}
${coverage(status, zone)}
<h2>Verification</h2>
${verifications(status, told, { at, zone })}
<h2>Tables</h2>
${tables(status)}`,
    };
  };
}

function tiles(status: LakeStatus, at: number): Html {
  const quarantined = Object.values(status.quarantine?.rows_by_reason ?? {}).reduce((sum, count) => sum + count, 0);
  const newestEvent = status.freshness
    .flatMap(({ newest_event: time }) => time ?? [])
    .sort()
    .at(-1);
  const items: [string, string][] = [
    ['rows', status.rows === null ? 'not known' : numberText(status.rows)],
    ['newest event', newestEvent === undefined ? 'none' : ageText(new Date(newestEvent), new Date(at))],
    ['raw files', `${countText(status.raw_files, 'file')}, ${sizeText(status.raw_bytes)}`],
    ['waiting', numberText(status.waiting.length)],
    ['rejected files', numberText(status.rejected.length)],
    ['records in quarantine', numberText(quarantined)],
  ];
  return markup`<ul class="tiles">${items.map(([label, value]) => markup`<li><strong>${value}</strong><span>${label}</span></li>`)}</ul>`;
}

function waiting({ waiting_files: files }: LakeStatus, told: Told, zone: string): Html {
  if (files.length === 0) return markup`<h2>Waiting</h2><p class="card good">No raw file waits.</p>`;
  const rows = files
    .slice(0, MOST)
    .map(
      ({ path, reason, explanation, modified, bytes }) =>
        markup`<tr><th scope="row" class="mono">${told(path)}</th><td class="long">${WAITING_REASONS[reason]}${explanation === null ? '' : `: ${told(explanation)}`}</td><td class="time">${instant(modified, zone)}</td><td class="number">${sizeText(bytes)}</td></tr>`,
    );
  return markup`<h2>Waiting</h2><p>${countText(files.length, 'file')}: the next <code>audit-lake ingest</code> takes them in, or says why not.</p>
${scrolling('Files that wait', markup`<thead>${head('File', 'It waits', `Changed (${zone})`, '#Size')}</thead><tbody>${rows}</tbody>`)}`;
}

function refused({ rejected_files: rejected, withdrawn, unreadable }: LakeStatus, told: Told): Html | string {
  const lines = [
    ...rejected.map(({ path, reason }) => [path, `rejected: ${reason ?? 'reason not known'}`]),
    ...withdrawn.map((path) => [path, 'withdrawn']),
    ...unreadable.map((path) => [path, 'cannot be read']),
  ];
  if (lines.length === 0) return '';
  const rows = lines
    .slice(0, MOST)
    .map(([path = '', text = '']) => markup`<tr><th scope="row" class="mono">${told(path)}</th><td>${text}</td></tr>`);
  return markup`<h2>Not in the table</h2><p>${countText(lines.length, 'file')}. <a href="/quarantine">Quarantine</a> has what is wrong with them.</p>
${scrolling('Files that are not in the table', markup`<thead>${head('File', 'Why')}</thead><tbody>${rows}</tbody>`)}`;
}

function statuses({ decode_statuses: { rows } }: LakeStatus): Html {
  if (rows === null) return markup`<p class="card">Neither statistics nor commits tell; a query counts them.</p>`;
  const lines = Object.entries(rows).map(
    ([status, count]) =>
      markup`<tr><th scope="row"><a href="${exactAddress(address('/events', { status }))}">${status}</a></th><td class="number">${numberText(count)}</td></tr>`,
  );
  return markup`<table><thead>${head('How well messages were read', '#Rows')}</thead><tbody>${lines}</tbody></table>`;
}

function newest(
  { freshness }: LakeStatus,
  told: Told,
  { at, zone }: { readonly at: number; readonly zone: string },
): Html {
  const rows = freshness.map(
    ({
      instance,
      newest_event: event,
      newest_event_is: kind,
      newest_file: file,
      newest_file_modified: modified,
      newest_file_state: state,
    }) =>
      markup`<tr><th scope="row">${instance === null ? '(no instance)' : shownText(instance)}</th><td class="time">${event === null ? 'not known' : instant(event, zone)}${kind === 'hour' ? ' or in the hour after' : ''}<br><span class="dim">${event === null ? '' : ageText(new Date(event), new Date(at))}</span></td><td class="mono">${file === null ? '' : told(file)}</td><td class="time">${modified === null ? '' : instant(modified, zone)}</td><td>${state ?? ''}</td></tr>`,
  );
  return scrolling(
    'What is newest of each instance',
    markup`<thead>${head('Instance', `Newest event (${zone})`, 'Newest file', `Changed (${zone})`, 'It is')}</thead><tbody>${rows}</tbody>`,
  );
}

function days({ event_days: found }: LakeStatus): Html | string {
  if (found === null) return '';
  const gaps = found.gaps
    .slice(-MOST)
    .map(
      ({ from, to, days: length }) =>
        markup`<li>${from === to ? from : `${from} to ${to}`} <span class="dim">${countText(length, 'day')}</span></li>`,
    );
  const none = markup`<p class="card good">No day between them is without events.</p>`;
  return markup`<h2>Days</h2><p>${countText(found.days, 'day')} with events, from ${found.first} to ${found.last}.</p>${gaps.length === 0 ? none : markup`<p>Days without any, which may be as it was, or what an export lacks:</p><ul>${gaps}</ul>`}`;
}

function coverage({ coverage: found }: LakeStatus, zone: string): Html {
  if (found === null) {
    return markup`<h2>Complete?</h2><p class="card">Never compared with what Nexthink counts; <code>audit-lake compare</code> does that.</p>`;
  }
  const rows = Object.entries(found.hours).map(
    ([state, hours]) => markup`<tr><th scope="row">${state}</th><td class="number">${numberText(hours)}</td></tr>`,
  );
  const first =
    found.oldestDiffering === null
      ? ''
      : markup` The first begins at ${instant(new Date(found.oldestDiffering).toISOString(), zone)} (${zone}).`;
  const verdict =
    found.findings === 0
      ? markup`<p class="card good">Whatever was compared is explained.</p>`
      : markup`<p class="card bad">${numberText(found.findings)} codes of hours differ without explanation.${first}</p>`;
  return markup`<h2>Complete?</h2>${verdict}<table><thead>${head('Hours', '#Number')}</thead><tbody>${rows}</tbody></table>`;
}

function verifications(
  { last_verifications: last }: LakeStatus,
  told: Told,
  { at, zone }: { readonly at: number; readonly zone: string },
): Html {
  if (last === null) return markup`<p class="card warn">What is on record of verifications cannot be read.</p>`;
  if (last.length === 0)
    return markup`<p class="card warn">No verification is on record; <code>audit-lake verify --deep</code> makes one.</p>`;
  const entries = last.map(({ time, deep, newest_only: newestOnly, path, problems, by }) => {
    const found = Object.entries(problems).map(([name, count]) => `${name} ${count}`);
    const scope = `${deep ? ', with the raw files read again' : ''}${newestOnly ? ', of the newest commits alone' : ''}`;
    const who = by === null ? '' : `, by ${told(by.name)}`;
    return markup`<div class="card ${found.length === 0 ? 'good' : 'bad'}"><p><strong>${found.length === 0 ? 'No problem' : 'Problems'}</strong>${scope}: ${instant(time.toISOString(), zone)} (${zone}), ${ageText(time, new Date(at))}${who}</p>${found.length === 0 ? '' : markup`<p>${found.join(', ')}</p>`}<p class="dim mono">${told(path)}</p></div>`;
  });
  return markup`<p class="dim">What the lake says of them, which proves nothing by itself: whoever may write to it can write such a file.</p>${entries}`;
}

function tables({ tables: all }: LakeStatus): Html {
  const rows = all.map(
    ({ table, version, data_files: files, rows: count, bytes }) =>
      markup`<tr><th scope="row" class="mono">${table}</th><td class="number">${version}</td><td class="number">${numberText(files)}</td><td class="number">${count === null ? 'not known' : numberText(count)}</td><td class="number">${sizeText(bytes)}</td></tr>`,
  );
  return scrolling(
    'Tables',
    markup`<thead>${head('Table', '#Version', '#Files', '#Rows', '#Size')}</thead><tbody>${rows}</tbody>`,
  );
}

/** The head of a table; a name of numbers begins with `#`. */
function head(...names: readonly string[]): Html {
  return markup`<tr>${names.map((name) => (name.startsWith('#') ? markup`<th scope="col" class="number">${name.slice(1)}</th>` : markup`<th scope="col">${name}</th>`))}</tr>`;
}

/** An instant to the second; in UTC without the zone, which its column or the foot of the page names. */
function instant(text: string, zone: string): string {
  return momentText(Temporal.Instant.from(text), zone);
}
