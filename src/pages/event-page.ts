import {
  cameBySaid,
  commitSaid,
  countedFromSaid,
  detailsSaid,
  type EventAccount,
  leftOutText,
  type ProofAccount,
  type RawAccount,
  type ReadingAccount,
  recordSaid,
  recordVerbatim,
  sizeSaid,
} from '../asking/index.ts';
import { type Html, htmlPage, markup } from '../present/index.ts';
import { counted, RAW } from '../storage/index.ts';

/** Values of a message that no column has, shown in a table of a page: whoever writes a message may put thousands into it. */
const MOST_UNMAPPED = 200;

/** A page about one event, whole by itself. */
export async function eventPage(account: EventAccount): Promise<string> {
  const title = `Audit event ${account.event_uid}`;
  return await htmlPage({ title, body: markup`<main><h1>${title}</h1>${eventSections(account)}</main>` });
}

/** All that there is to say of an event, below a heading of the first level: for a page of its own, and as a part of one. */
export function eventSections(account: EventAccount): Html {
  const { groups, empty, reading, raw, proof, problems, masking, table_version: version } = account;
  return markup`${verdict(problems, version)}${masking === null ? '' : markup`<p class="warn">${masking}</p>`}
${groups.map(
  ({ title, columns }) => markup`<section aria-label="${title}"><h2>${title}</h2>
${definitions(columns.map(({ name, value, meaning }) => [markup`<span title="${meaning}">${name}</span>`, shown(value)]))}</section>
`,
)}<p class="dim">${counted(empty.length, 'column')} of the view ${empty.length === 1 ? 'is' : 'are'} empty: ${empty.join(', ')}.</p>
<section aria-labelledby="reading"><h2 id="reading">How the message is read</h2>${readingPart(reading)}</section>
<section aria-labelledby="raw"><h2 id="raw">The raw record</h2>${rawPart(raw)}</section>
<section aria-labelledby="proof"><h2 id="proof">Proof</h2>${proofPart(proof)}</section>`;
}

function verdict(problems: readonly string[], version: number): Html {
  if (problems.length === 0) {
    return markup`<p><span class="good">As it was recorded.</span> Row, raw record and chain agree, as of version ${version} of the table.</p>`;
  }
  return markup`<div role="note"><p class="bad">Not as it was recorded: ${counted(problems.length, 'problem')}</p>
<ul>${problems.map((each) => markup`<li>${each}</li>`)}</ul></div>`;
}

type Definition = readonly [name: Html | string, value: Html | string];

function definitions(entries: readonly Definition[]): Html {
  return markup`<dl class="columns">${entries.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function readingPart(reading: ReadingAccount): Html {
  const { meaning, template, decode_status: status, why, catalogue, differs } = reading;
  const same =
    catalogue.of_row === catalogue.today
      ? 'the catalogue that read the row'
      : `the row was read by ${catalogue.of_row ?? 'one that it does not name'}`;
  const entries: Definition[] = [
    ['meaning', meaning],
    ['template', template === null ? 'none' : markup`${template.id} <code>${template.text}</code>`],
    ['decode_status', `${status}, for ${why}`],
    ...detailsSaid(reading),
    [
      'catalogue',
      `${catalogue.today}, ${same}${differs.length === 0 ? '' : `; today the row would differ in ${differs.join(', ')}`}`,
    ],
  ];
  return markup`<p class="message mono">${marked(reading)}</p>${definitions(entries)}${fieldTable(reading)}${rivals(reading)}`;
}

/** The message with its values marked; each leads to its row in the table below. */
function marked({ pieces }: ReadingAccount): Html[] {
  return pieces.map(({ text, field }) =>
    field === null
      ? markup`${text}`
      : markup`<a class="field" href="#field-${field}" title="${field}"><mark>${text}</mark></a>`,
  );
}

function fieldTable({ fields, unmapped }: ReadingAccount): Html {
  const rows = fields.map(
    ({ name, value, place }) =>
      markup`<tr id="field-${name}"><th scope="row">${name}</th><td>${shown(value)}</td><td>${place === null ? 'not in the message' : `${place[0]} to ${place[1]}`}</td></tr>`,
  );
  const all = Object.entries(unmapped ?? {});
  const more = all.length - MOST_UNMAPPED;
  const others = all
    .slice(0, MOST_UNMAPPED)
    .map(([key, value]) => markup`<tr><th scope="row">${key}</th><td>${shown(value)}</td><td>in unmapped</td></tr>`);
  if (rows.length + others.length === 0) return markup``;
  return markup`<div class="scroll" role="region" aria-label="Values of the message" tabindex="0"><table><caption>Values of the message, and the characters between which they stand</caption>
<thead><tr><th scope="col">field</th><th scope="col">value</th><th scope="col">characters</th></tr></thead><tbody>${rows}${others}</tbody></table></div>${more > 0 ? markup`<p class="dim">… and ${counted(more, 'value')} more in unmapped, which the message above and the JSON of this event have.</p>` : ''}`;
}

function rivals({ others }: ReadingAccount): Html {
  if (others.length < 2) return markup``;
  const items = others.map(
    ({ templateId, values }) =>
      markup`<li>${templateId}${definitions(Object.entries(values).map(([name, value]): Definition => [name, value]))}</li>`,
  );
  return markup`<h3>It can be read as any of these</h3><ol>${items}</ol>`;
}

function rawPart(raw: RawAccount): Html {
  const { path, record_number: number, state, says, recorded, now, record } = raw;
  const entries: Definition[] = [
    ['raw file', markup`<code>${path}</code>`],
    ['record', String(number)],
    ['state', markup`<span class="${state === 'as_recorded' ? 'good' : 'warn'}">${says}</span>`],
  ];
  if (recorded !== null) {
    entries.push(
      [
        'recorded',
        markup`SHA-256 <code>${recorded.sha256}</code>, ${sizeSaid(recorded.size)}, ETag <code>${recorded.etag}</code>`,
      ],
      cameBySaid(recorded),
    );
  }
  if (now !== null)
    entries.push([
      'now',
      markup`SHA-256 <code>${now.sha256}</code>, ${sizeSaid(now.size)}, ETag <code>${now.etag}</code>`,
    ]);
  entries.push(...countedFromSaid(raw));
  return markup`${definitions(entries)}${record === null ? '' : recordPart(record, recorded?.time_zone ?? 'UTC')}`;
}

function recordPart(record: NonNullable<RawAccount['record']>, timeZone: string): Html {
  const lines = recordVerbatim(record).split('\n');
  return markup`${definitions(recordSaid(record, timeZone))}<pre tabindex="0" aria-label="The record as it stands in the raw file">${lines.map((each, index) => markup`${index === 0 ? '' : '\n'}${each}`)}</pre>`;
}

function proofPart({
  data_file: file,
  commits,
  chain,
  proves,
  proves_not: not,
  checks,
  checks_left_out: leftOut,
}: ProofAccount): Html {
  return markup`${file === null ? markup`<p class="bad">No data file that can be read has the row.</p>` : dataFilePart(file)}
<h3>The chain</h3><ol class="chain">${commits.map(commitItem)}${chainItem(chain)}</ol>
<h3>What this proves</h3><ul>${proves.map((each) => markup`<li>${each}</li>`)}</ul>
<h3>What it does not prove</h3><ul>${not.map((each) => markup`<li>${each}</li>`)}</ul>
${
  checks.length === 0
    ? ''
    : markup`<h3>To check it by hand</h3><p>In the folder of the lake (${RAW} is the raw zone, wherever that is), with nothing of this program:</p>
<dl>${checks.map(({ says, command, expect }) => markup`<dt>${says}</dt><dd><code>${command}</code><br><span class="dim mono">${expect}</span></dd>`)}</dl>`
}${leftOut === 0 ? '' : markup`<p>${leftOutText(leftOut)}</p>`}`;
}

function dataFilePart({
  path,
  row,
  rows,
  sha256_recorded: recorded,
  sha256_now: now,
}: NonNullable<ProofAccount['data_file']>): Html {
  const state =
    recorded === null
      ? markup`<span class="warn">nobody recorded it: another engine wrote the file</span>`
      : recorded === now
        ? markup`<span class="good">as recorded</span>`
        : markup`<span class="bad">recorded was <code>${recorded}</code></span>`;
  return definitions([
    ['data file', markup`<code>${path}</code>, row ${row}${rows === null ? '' : ` of ${rows}`}`],
    ['its SHA-256', markup`${now === null ? 'cannot be read' : markup`<code>${now}</code>`}, ${state}`],
  ]);
}

function commitItem(commit: ProofAccount['commits'][number]): Html {
  const { version, time, log, evidence, faults } = commit;
  return markup`<li>Version ${version}, ${time ?? 'at a time not stated'}: ${commitSaid(commit)}${definitions([
    ['commit', markup`<code>${log.path}</code>, SHA-256 <code>${log.sha256 ?? 'not to be had'}</code>`],
    [
      'evidence',
      evidence === null ? 'none yet' : markup`<code>${evidence.path}</code>, SHA-256 <code>${evidence.sha256}</code>`,
    ],
    ...faults.map((each): Definition => ['fault', markup`<span class="bad">${each}</span>`]),
  ])}</li>`;
}

function chainItem({ from, to, links, unsealed, head, breaks }: ProofAccount['chain']): Html {
  const open = unsealed === 0 ? '' : `; ${counted(unsealed, 'commit')} not sealed yet`;
  const state =
    breaks.length === 0
      ? markup`<span class="good">each checked</span>`
      : markup`<span class="bad">broken</span><ul>${breaks.map(({ version, says }) => markup`<li>version ${version}: ${says}</li>`)}</ul>`;
  const end = head === null ? 'no evidence at all' : markup`head <code>${head.sha256}</code> (version ${head.version})`;
  return markup`<li>${counted(links, 'link')} from version ${from} to ${to}: ${state}; ${end}${open}</li>`;
}
