import { EVENT_COLUMNS } from '../events/index.ts';
import { BAD_ROWS, CURATED, pathInZone, QUARANTINE, REJECTED_FILES, zoneName } from '../storage/index.ts';
import {
  CODE_VIEW,
  COVERAGE_VIEW,
  DERIVED,
  type Derived,
  EVENT_TABLE_VIEW,
  ITEM_EVENT_COLUMNS,
  LISTS,
  type ViewColumn,
  type ViewType,
} from './columns.ts';
import type { EngineSyntax } from './ocsf-mapping.ts';
import { ocsfQuery } from './ocsf-view.ts';

const UTF8 = 'COLLATE Latin1_General_100_BIN2_UTF8';

const TYPES: Readonly<Record<Exclude<ViewType, 'text' | 'list'>, string>> = {
  integer: 'int',
  long: 'bigint',
  timestamp: 'datetime2(6)',
  date: 'date',
};

/** Texts of our own making, by their length in bytes. Whatever a message or an export says may be of any length. */
const WIDTHS: Readonly<Record<string, number>> = { event_uid: 32, ingest_id: 16 };

/** Far more than any name in the catalogue has. */
const CHOICE_WIDTH = 128;

/** Far more than any text of the catalogue has. */
const CODE_TEXT_WIDTH = 4000;

const EPOCH = "CAST('1970-01-01' AS datetime2(6))";

const DERIVED_VALUES: Readonly<Record<Derived, string>> = {
  event_seconds: `DATEDIFF_BIG(SECOND, ${EPOCH}, r.event_time)`,
  event_hour: 'DATEPART(HOUR, r.event_time)',
  // 1900-01-01 was a Monday; DATEPART would ask the session which day a week begins with.
  event_weekday: "DATEDIFF(DAY, CAST('1900-01-01' AS date), r.event_date) % 7 + 1",
};

const SYNAPSE: EngineSyntax = {
  milliseconds: (timestamp) => `DATEDIFF_BIG(MILLISECOND, ${EPOCH}, ${timestamp})`,
  first: (list) => `JSON_VALUE(${list}, '$[0]')`,
  prepended: (item, list) =>
    `CASE WHEN ${item} IS NULL THEN COALESCE(${list}, '[]') WHEN COALESCE(${list}, '[]') = '[]' THEN ${jsonList([item])} ELSE CAST(CONCAT('["', STRING_ESCAPE(${item}, 'json'), '",', STUFF(${list}, 1, 1, '')) AS varchar(max)) END`,
  listOf: (...items) => jsonList(items),
};

/** Statements, each a batch of its own, that make a view of Synapse serverless SQL over the external data source `curated`. */
export const SYNAPSE_VIEWS = {
  audit_events: () => [
    createView(
      'audit_events',
      `${select([
        ...EVENT_TABLE_VIEW.map(({ name }) => `r.${name}`),
        ...DERIVED.map(({ name }) => `${DERIVED_VALUES[name]} AS ${name}`),
      ])}
${deltaTable('audit_events', EVENT_TABLE_VIEW, eventWidth)}`,
    ),
  ],
  audit_event_items: () => [createView('audit_event_items', itemsQuery())],
  audit_codes: () => [
    createView(
      'audit_codes',
      `${select(CODE_VIEW.map(({ name }) => `r.${name}`))}\n${deltaTable('audit_codes', CODE_VIEW, () => CODE_TEXT_WIDTH)}`,
    ),
  ],
  audit_events_ocsf: () => [createView('audit_events_ocsf', ocsfQuery(SYNAPSE))],
  audit_coverage: () => [
    createView(
      'audit_coverage',
      `${select(COVERAGE_VIEW.map(({ name }) => `r.${name}`))}\n${deltaTable('audit_coverage', COVERAGE_VIEW, () => null)}`,
    ),
  ],
  quarantine: () => [
    createView('quarantine_rows', `${quarantineQuery(ROWS, ROW_FIELDS)}\n${WITHOUT_SUPERSEDED}`),
    createView('quarantine_files', quarantineQuery(`${pathInZone(REJECTED_FILES)}*.json`, FILE_FIELDS)),
  ],
} as const;

const RAW_FIELDS = ['raw varchar(max)', 'raw_base64 varchar(max)'];
const ROW_FIELDS = [
  'record bigint',
  "byte_offset bigint '$.offset'",
  'reason varchar(128)',
  ...RAW_FIELDS,
  'truncated bit',
  'source_file varchar(max)',
];
const FILE_FIELDS = [
  'source_file varchar(max)',
  'source_etag varchar(max)',
  'size bigint',
  'record bigint',
  "byte_offset bigint '$.offset'",
  'reason varchar(128)',
  'explanation varchar(max)',
  ...RAW_FIELDS,
];

const ROWS = `${pathInZone(BAD_ROWS)}*.jsonl`;
const SUPERSEDES = 'supersedes varchar(128)';
const WITHOUT_SUPERSEDED = `CROSS APPLY OPENJSON(r.line) WITH (
    ${SUPERSEDES}
) AS s
WHERE s.supersedes IS NULL
  AND r.filename() NOT IN (
SELECT o.supersedes
${quarantineLines(ROWS, [SUPERSEDES], ['m', 'o'])}
WHERE o.supersedes IS NOT NULL
)`;

function createView(name: string, query: string): string {
  return `CREATE OR ALTER VIEW dbo.${name} AS\n${query};`;
}

function select(values: readonly string[]): string {
  return `SELECT\n${values.map((value) => `    ${value}`).join(',\n')}`;
}

/** Synapse's type of a column of a view, as its views declare it or give it. */
export function synapseType(view: string, { name, type }: ViewColumn): string {
  if (type !== 'text' && type !== 'list') return TYPES[type];
  const width = type === 'list' ? null : view === 'audit_codes' ? CODE_TEXT_WIDTH : eventWidth(name);
  return `varchar(${width ?? 'max'})`;
}

/** Types are declared: left to itself, Synapse reads text as varchar(8000), and one longer value fails the query. */
function deltaTable(path: string, columns: readonly ViewColumn[], width: (name: string) => number | null): string {
  const declared = columns.map(({ name, type }) => {
    if (type !== 'text' && type !== 'list') return `    ${name} ${TYPES[type]}`;
    return `    ${name} varchar(${(type === 'text' ? width(name) : null) ?? 'max'}) ${UTF8}`;
  });
  return `FROM OPENROWSET(
    BULK '${path}',
    DATA_SOURCE = '${zoneName(CURATED)}',
    FORMAT = 'DELTA'
) WITH (
${declared.join(',\n')}
) AS r`;
}

function eventWidth(name: string): number | null {
  const isChoice = EVENT_COLUMNS.some((column) => column.name === name && column.encoding === 'choice');
  return WIDTHS[name] ?? (isChoice ? CHOICE_WIDTH : null);
}

function itemsQuery(): string {
  const branches = LISTS.map(
    (list) =>
      `${select([
        ...ITEM_EVENT_COLUMNS.map((name) => `e.${name}`),
        `'${list}' AS list_name`,
        'CAST(j.[key] AS int) AS position',
        `CAST(j.[value] ${UTF8} AS varchar(max)) AS item`,
      ])}
FROM dbo.audit_events AS e
CROSS APPLY OPENJSON(e.${list}) AS j`,
  );
  return branches.join('\nUNION ALL\n');
}

/** A file holds one JSON object a line; 0x0b stands in none, so that a line is one field. */
function quarantineQuery(path: string, fields: readonly string[]): string {
  const values = fields.map((field) => {
    const name = field.split(' ')[0]!;
    return name === 'truncated' ? 'CAST(COALESCE(j.truncated, 0) AS int) AS truncated' : `j.${name}`;
  });
  return `${select(['SUBSTRING(r.filepath(1), 1, 16) AS ingest_id', 'SUBSTRING(r.filepath(1), 18, 8) AS settings_hash', ...values])}
${quarantineLines(path, fields, ['r', 'j'])}`;
}

function quarantineLines(path: string, fields: readonly string[], [file, line]: readonly [string, string]): string {
  return `FROM OPENROWSET(
    BULK '${path}',
    DATA_SOURCE = '${zoneName(QUARANTINE)}',
    FORMAT = 'CSV',
    PARSER_VERSION = '1.0',
    FIELDTERMINATOR = '0x0b',
    FIELDQUOTE = '0x0b',
    ROWTERMINATOR = '0x0a'
) WITH (
    line nvarchar(max)
) AS ${file}
CROSS APPLY OPENJSON(${file}.line) WITH (
${fields.map((field) => `    ${field}`).join(',\n')}
) AS ${line}`;
}

function jsonList(items: readonly string[]): string {
  const escaped = items.map((item) => `'"', STRING_ESCAPE(${item}, 'json'), '"'`);
  return `CAST(CONCAT('[', ${escaped.join(", ',', ")}, ']') AS varchar(max))`;
}
