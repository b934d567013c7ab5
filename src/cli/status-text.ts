import { ageText, countText, firstOf, numberText, sizeText, textTable, visible } from '../present/index.ts';
import { type LakeStatus, WAITING_REASONS } from '../status/index.ts';
import { coverageStatus, statesTable } from './comparison-text.ts';
import { shownPlace } from './lake-place.ts';
import { describeWays } from './ways-text.ts';

/** Files and gaps listed of a kind; the JSON has them all. */
const MOST_LISTED = 20;

const NOT_KNOWN = 'not known';
const ROWS_NOT_KNOWN = 'not known: files of another engine came without statistics; a query counts them';

/** What a lake holds, for people: what is newest and what waits first, then what is in it, then how it is read. Times are UTC. */
export function statusText(lake: string, status: LakeStatus): string {
  const now = new Date(status.asked_at);
  const sections = [
    [shownPlace(lake), `as of ${minuteText(status.asked_at)} UTC`],
    freshnessLines(status, now),
    fileLines(status, now),
    verificationLines(status, now),
    statusLines(status),
    quarantineLines(status),
    dayLines(status),
    sizeLines(status),
    status.coverage === null ? [] : [statesTable(coverageStatus(status.coverage))],
    instanceLines(status),
    status.ways === null ? [] : describeWays(status.ways),
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n').replace(/^\n/, ''));
  return texts.join('\n\n');
}

function freshnessLines({ freshness }: LakeStatus, now: Date): string[] {
  if (freshness.length === 0) return [];
  const rows = freshness.map((each) => [
    visible(each.instance ?? '(none)'),
    eventText(each),
    each.newest_event === null ? '' : ageText(new Date(each.newest_event), now),
    each.newest_file === null ? 'none' : visible(each.newest_file),
    each.newest_file_modified === null ? '' : ageText(new Date(each.newest_file_modified), now),
    each.newest_file_bytes === null ? '' : sizeText(each.newest_file_bytes),
    each.newest_file_state === 'ingested' ? 'is in' : (each.newest_file_state ?? ''),
  ]);
  return [textTable(['instance', 'newest event', 'age', 'newest raw file', 'changed', 'size', 'state'], rows)];
}

function eventText({ newest_event: time, newest_event_is: precision }: LakeStatus['freshness'][number]): string {
  if (time === null) return NOT_KNOWN;
  return precision === 'hour' ? `in the hour of ${minuteText(time)}` : time.slice(0, 19).replace('T', ' ');
}

/** What waits, was rejected or withdrawn, or cannot be read, each under why. */
function fileLines(status: LakeStatus, now: Date): string[] {
  const {
    waiting_files: waiting,
    rejected_files: rejected,
    withdrawn,
    unreadable,
    replaced_unread: replaced = [],
  } = status;
  const byReason = Map.groupBy(waiting, ({ reason }) => reason);
  const lines = Object.entries(WAITING_REASONS).flatMap(([reason, why]) => {
    const files = byReason.get(reason as keyof typeof WAITING_REASONS) ?? [];
    if (files.length === 0) return [];
    const oldest = files.reduce((first, { modified }) => (modified < first ? modified : first), files[0]!.modified);
    const head = `${countText(files.length, 'file')} ${files.length === 1 ? 'waits' : 'wait'}, ${why}; the oldest changed ${ageText(new Date(oldest), now)}`;
    const explained = new Set(files.flatMap(({ explanation }) => explanation ?? []));
    const explanations = firstOf([...explained].map(visible), 3, '  ');
    return [
      head,
      ...explanations,
      ...firstOf(
        files.map(({ path }) => `waiting: ${visible(path)}`),
        MOST_LISTED,
        '  ',
      ),
    ];
  });
  const rejections = Map.groupBy(rejected, ({ reason }) => reason ?? NOT_KNOWN);
  for (const [reason, files] of rejections) {
    lines.push(`${countText(files.length, 'file')} rejected as ${visible(reason)}`);
    lines.push(
      ...firstOf(
        files.map(({ path }) => `rejected: ${visible(path)}`),
        MOST_LISTED,
        '  ',
      ),
    );
  }
  lines.push(
    ...firstOf(
      withdrawn.map((path) => `withdrawn: ${visible(path)}`),
      MOST_LISTED,
    ),
  );
  lines.push(
    ...firstOf(
      unreadable.map((path) => `unreadable: ${visible(path)}`),
      MOST_LISTED,
    ),
  );
  if (replaced === null) lines.push('replaced before it was read: not known, since the quarantine zone cannot be read');
  else if (replaced.length > 0) {
    const texts = replaced.map(({ path, size, written_at: at, how }) => {
      const same = how === 'same_length' ? ', which may be what is there now' : '';
      return `replaced unread: ${visible(path)}, ${sizeText(size)} of ${visible(minuteText(at))} UTC${same}`;
    });
    lines.push(
      `${countText(replaced.length, 'content')} replaced before anybody read ${replaced.length === 1 ? 'it' : 'them'}; export that time again`,
      ...firstOf(texts, MOST_LISTED, '  '),
    );
  }
  return lines.length > 0 ? lines : ['no raw file waits, and none is rejected'];
}

function verificationLines({ last_verifications: verifications }: LakeStatus, now: Date): string[] {
  if (verifications === null) return ['verified last: not known, since the quarantine zone cannot be read'];
  const [last] = verifications;
  if (last === undefined) return ['verified last: never, as far as the lake has it on record; run: audit-lake verify'];
  return verifications.map((each, index) => {
    const kinds = Object.entries(each.problems).map(([kind, number]) => `${number} ${visible(kind)}`);
    const found = kinds.length === 0 ? 'no problem' : `problems: ${kinds.join(', ')}`;
    const what = each.newest_only
      ? 'the newest commits'
      : each.deep
        ? 'everything, decoded from raw again'
        : 'everything';
    const left = each.files_left > 0 ? `, but ${countText(each.files_left, 'file')} left for want of time` : '';
    const head = each.heads['audit_events']?.version;
    const version = head === undefined ? '' : ` up to version ${head}`;
    const who =
      each.by === null ? '' : `, by ${visible(each.by.name)}${each.by.kind === 'claimed' ? ' (claimed)' : ''}`;
    const when = `${minuteText(each.time.toISOString())} UTC, ${ageText(each.time, now)}`;
    return `${index === 0 ? 'verified last:' : 'before that:  '} ${when}: ${what}${left}${version}${who}: ${found}`;
  });
}

function statusLines({ decode_statuses: { rows, from }, table_version: version }: LakeStatus): string[] {
  if (version === null) return [];
  const ask = 'audit-lake query "SELECT decode_status, count(*) AS n FROM audit_events GROUP BY ALL"';
  if (rows === null)
    return [`rows by decode_status: not known from the log, since rows were changed after they came in; ${ask}`];
  const sum = Object.values(rows).reduce((total, each) => total + each, 0);
  const sorted = Object.entries(rows).sort(([, a], [, b]) => b - a);
  if (sorted.length === 0) return [];
  const cells = sorted.map(([status, number]) => [visible(status), numberText(number), shareText(number, sum)]);
  return [
    textTable(['decode_status', 'rows', 'share'], cells, [false, true, true]),
    ...(from === 'statistics' ? [] : ['from what commits say of what came in']),
  ];
}

function quarantineLines({ quarantine, quarantine_files: files }: LakeStatus): string[] {
  if (quarantine === null) return [];
  const { rows_by_reason: rows, files_by_reason: rejected, from_versions: versions } = quarantine;
  const cells = [
    ...ordered(rows).map(([reason, number]) => ['records', visible(reason), numberText(number)]),
    ...ordered(rejected).map(([reason, number]) => ['files', visible(reason), numberText(number)]),
  ];
  if (cells.length === 0)
    return [`quarantine: nothing${files > 0 ? ` that counts, in ${countText(files, 'file')}` : ''}`];
  const [first, last] = versions;
  return [
    textTable(['quarantine', 'reason', 'number'], cells, [false, false, true]),
    ...(first > 0 ? [`from the commits of versions ${first} to ${last}; earlier ones were not read`] : []),
  ];
}

function ordered(numbers: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(numbers).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

function dayLines({ event_days: days }: LakeStatus): string[] {
  if (days === null) return [];
  const head = `events of ${countText(days.days, 'day')} from ${days.first} to ${days.last}`;
  if (days.gaps.length === 0) return [`${head}, without a gap`];
  const newestFirst = days.gaps.toReversed().map(({ from, to, days: missing }) => {
    return `no event: ${from === to ? from : `${from} to ${to}, ${countText(missing, 'day')}`}`;
  });
  return [`${head}, with ${countText(days.gaps.length, 'gap')}`, ...firstOf(newestFirst, MOST_LISTED, '  ')];
}

function sizeLines(status: LakeStatus): string[] {
  const { tables, rows, raw_files: files, raw_bytes: bytes, quarantine_files: quarantined } = status;
  const facts = [
    ['raw files', `${numberText(files)}, ${sizeText(bytes)}`],
    ['rows', status.table_version === null ? 'none' : rows === null ? ROWS_NOT_KNOWN : numberText(rows)],
    ['quarantine files', numberText(quarantined)],
    ['program version', status.program_version],
  ];
  const ofTables = textTable(
    ['table', 'version', 'data files', 'rows', 'size'],
    tables.map((each) => [
      each.table,
      String(each.version),
      numberText(each.data_files),
      each.rows === null ? NOT_KNOWN : numberText(each.rows),
      sizeText(each.bytes),
    ]),
    [false, true, true, true, true],
  );
  const outdated = tables.flatMap(({ table: name, min_writer_version: least }) =>
    least === undefined
      ? []
      : [`${name} takes version ${visible(least)} of this program or a newer one to be written to`],
  );
  return [textTable(['the lake', ''], facts), ...(tables.length > 0 ? ['', ofTables] : []), ...outdated];
}

function instanceLines({ instances }: LakeStatus): string[] {
  if (instances.length === 0) return [];
  return [
    textTable(
      ['instance', 'zone of times without offset', 'digits of a second', 'actor', 'patterns of times'],
      instances.map(
        ({ instance, family, time_zone: zone, time_formats: formats, time_digits: digits, columns, ways = {} }) => [
          `${visible(instance ?? '(none)')}${family === undefined ? '' : ', classic logs'}`,
          zone ?? 'not needed',
          [
            String(digits ?? 'not known'),
            ...Object.entries(ways).map(([way, { written }]) => `${way} ${written}`),
          ].join(', '),
          actorText(columns),
          formats.map(visible).join('  '),
        ],
      ),
      [false, false, true, false, false],
    ),
  ];
}

function actorText(columns: LakeStatus['instances'][number]['columns']): string {
  if (columns === null) return 'not known';
  const role = ['actor_id', 'actor_name'].find((each) => each in columns);
  if (role === undefined) return 'no column';
  const name = columns[role];
  return name === null || name === undefined ? role : `${role} (${visible(name)})`;
}

/** `2026-11-28 21:45`. */
function minuteText(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

/** A part of a whole in percent; a part that is there is never 0 %, and one that is not all never 100 %. */
function shareText(part: number, whole: number): string {
  const percent = (part / whole) * 100;
  if (part === whole) return '100 %';
  if (percent < 0.1) return '< 0.1 %';
  return percent > 99.9 ? '> 99.9 %' : `${percent.toFixed(1)} %`;
}
