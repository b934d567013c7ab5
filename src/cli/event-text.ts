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
  type Said,
  sizeSaid,
} from '../asking/index.ts';
import { textTable, visible, visibleLines, wrapped } from '../present/index.ts';
import { counted, RAW } from '../storage/index.ts';

/** An account of an event for a terminal: lines no wider than it is, but for what cannot be broken. */
export function eventText(account: EventAccount): string {
  const { event_uid: uid, groups, empty, reading, raw, proof, problems, masking } = account;
  return [
    `event ${uid}`,
    ...(masking === null ? [] : [wrapped(visible(masking), '')]),
    ...groups.map(({ title, columns }) =>
      section(title, definitions(columns.map((each) => [each.name, shown(each.value)]))),
    ),
    wrapped(
      `${counted(empty.length, 'column')} of the view ${empty.length === 1 ? 'is' : 'are'} empty (--json has them all)`,
      '',
    ),
    section('How the message is read', readingText(reading)),
    section('The raw record', rawText(raw)),
    section('Proof', proofText(proof)),
    problems.length === 0
      ? 'All of it is as it was recorded.'
      : section(
          `Not as it was recorded: ${counted(problems.length, 'problem')}`,
          problems.map((each) => wrapped(visible(each))),
        ),
  ].join('\n\n');
}

function section(title: string, lines: readonly string[]): string {
  return [title, ...lines].join('\n');
}

/** Names and values below each other; a value that is wider than the terminal goes on under itself. */
function definitions(entries: readonly Said[]): string[] {
  const width = entries.reduce((most, [name]) => Math.max(most, name.length), 0) + 2;
  const hang = ' '.repeat(width + 2);
  return entries.map(([name, value]) => `  ${name.padEnd(width)}${wrapped(visible(value), hang).slice(hang.length)}`);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function readingText({ meaning, template, decode_status: status, why, ...reading }: ReadingAccount): string[] {
  const { catalogue, differs, fields, unmapped, others } = reading;
  const entries: Said[] = [
    ['meaning', meaning],
    ['template', template === null ? 'none' : `${template.id}  ${template.text}`],
    ['decode_status', `${status}, for ${why}`],
    ...detailsSaid(reading),
    ['catalogue', catalogueText(catalogue, differs)],
  ];
  const rows = fields.map(({ name, value, place }) => [
    name,
    shown(value),
    place === null ? 'not in the message' : `${place[0]} to ${place[1]}`,
  ]);
  return [
    ...definitions(entries),
    ...(rows.length === 0 ? [] : ['', indented(textTable(['field', 'value', 'characters'], rows))]),
    ...(unmapped === null
      ? []
      : ['', ...definitions(Object.entries(unmapped).map(([key, value]) => [visible(key), shown(value)]))]),
    ...(others.length < 2 ? [] : ['', '  It can be read as any of these:']),
    ...(others.length < 2
      ? []
      : others.map(({ templateId, values }) => wrapped(visible(`${templateId} ${JSON.stringify(values)}`), '    '))),
  ];
}

function catalogueText({ of_row: ofRow, today }: ReadingAccount['catalogue'], differs: readonly string[]): string {
  const same =
    ofRow === today
      ? `${today}, which read the row`
      : `${today}; the row was read by ${ofRow ?? 'one that it does not name'}`;
  return differs.length === 0
    ? `${same}: both give the same`
    : `${same}: today the row would differ in ${differs.join(', ')}`;
}

function rawText(raw: RawAccount): string[] {
  const { path, record_number: number, says, recorded, now, record } = raw;
  const entries: Said[] = [
    ['raw file', path],
    ['record', String(number)],
    ['state', says],
  ];
  if (recorded !== null) {
    entries.push(
      ['recorded', `SHA-256 ${recorded.sha256}, ${sizeSaid(recorded.size)}, ETag ${recorded.etag}`],
      cameBySaid(recorded),
    );
  }
  if (now !== null) entries.push(['now', `SHA-256 ${now.sha256}, ${sizeSaid(now.size)}, ETag ${now.etag}`]);
  entries.push(...countedFromSaid(raw));
  if (record === null) return definitions(entries);
  entries.push(...recordSaid(record, recorded?.time_zone ?? 'UTC'));
  const verbatim = visibleLines(recordVerbatim(record)).replaceAll('\\u{d}\n', '\\r\n');
  return [...definitions(entries), '', indented(verbatim)];
}

function proofText({
  data_file: file,
  commits,
  chain,
  proves,
  proves_not: not,
  checks,
  checks_left_out: leftOut,
}: ProofAccount): string[] {
  const entries: Said[] = [];
  if (file !== null) {
    const rows = file.rows === null ? '' : ` of ${file.rows}`;
    const equal =
      file.sha256_recorded === null
        ? 'which nobody recorded'
        : file.sha256_now === file.sha256_recorded
          ? 'as recorded'
          : `recorded was ${file.sha256_recorded}`;
    entries.push(
      ['data file', `${file.path}, row ${file.row}${rows}`],
      ['its SHA-256', file.sha256_now === null ? 'cannot be read' : `${file.sha256_now}, ${equal}`],
    );
  }
  for (const commit of commits) {
    const { version, time, log, evidence } = commit;
    entries.push(
      [`version ${version}`, `${time ?? 'at a time not stated'}, ${commitSaid(commit)}`],
      ['  commit', `${log.path}, SHA-256 ${log.sha256 ?? 'not to be had'}`],
      ['  evidence', evidence === null ? 'none yet' : `${evidence.path}, SHA-256 ${evidence.sha256}`],
    );
  }
  entries.push(['chain', chainText(chain)]);
  const list = (title: string, said: readonly string[]) => [
    '',
    `  ${title}`,
    ...said.map((each) => wrapped(visible(each), '    ').replace(/^ {4}/, '  - ')),
  ];
  return [
    ...definitions(entries),
    ...(proves.length === 0 ? [] : list('What this proves:', proves)),
    ...list('What it does not prove:', not),
    ...(checks.length === 0
      ? []
      : ['', `  To check it by hand, in the folder of the lake (${RAW} is the raw zone, wherever that is):`]),
    ...checks.flatMap(({ says, command, expect }) => [
      `    # ${says}`,
      `    ${visible(command)}`,
      ...visibleLines(expect)
        .split('\n')
        .map((each) => `    #   ${each}`),
    ]),
    ...(leftOut === 0 ? [] : ['', wrapped(leftOutText(leftOut), '  ')]),
  ];
}

function chainText({ from, to, links, unsealed, head, breaks }: ProofAccount['chain']): string {
  const ends = head === null ? 'no evidence at all' : `head ${head.sha256} (version ${head.version})`;
  const open = unsealed === 0 ? '' : `; ${counted(unsealed, 'commit')} not sealed yet`;
  const state =
    breaks.length === 0
      ? 'each checked'
      : `broken: ${breaks.map(({ version, says }) => `version ${version}: ${says}`).join('; ')}`;
  return `${counted(links, 'link')} from version ${from} to ${to}, ${state}; ${ends}${open}`;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}
