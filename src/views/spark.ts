import { BAD_ROWS, pathInZone, REJECTED_FILES, zoneName } from '../storage/index.ts';
import {
  CODE_VIEW,
  COVERAGE_VIEW,
  type Derived,
  EVENT_VIEW,
  ITEM_EVENT_COLUMNS,
  LISTS,
  type ViewColumn,
  type ViewType,
} from './columns.ts';
import type { EngineSyntax } from './ocsf-mapping.ts';
import { ocsfQuery } from './ocsf-view.ts';
import { VIEWS, type View } from './views.ts';

/** Spark's and Databricks' type of a column. */
export const SPARK_TYPES: Readonly<Record<ViewType, string>> = {
  text: 'string',
  list: 'array<string>',
  integer: 'int',
  long: 'bigint',
  timestamp: 'timestamp',
  date: 'date',
};

const DERIVED_VALUES: Readonly<Record<Derived, string>> = {
  // Functions that take a timestamp apart answer in the session's time zone.
  event_seconds: 'unix_seconds(event_time)',
  event_hour: 'CAST(pmod(unix_seconds(event_time), 86400) DIV 3600 AS int)',
  event_weekday: 'weekday(event_date) + 1',
};

const SPARK: EngineSyntax = {
  milliseconds: (timestamp) => `unix_millis(${timestamp})`,
  first: (list) => `get(${list}, 0)`,
  prepended: (item, list) => `concat(array_compact(array(${item})), coalesce(${list}, array()))`,
  listOf: (...items) => `array(${items.join(', ')})`,
};

/** Statements that make audit_events, audit_event_items, audit_codes and audit_events_ocsf in Spark and Databricks. */
export function sparkViews(): string[] {
  return [
    createView(
      VIEWS.audit_events,
      `SELECT\n${EVENT_VIEW.map((column) => `  ${eventValue(column)}`).join(',\n')}\nFROM audit_events_table`,
    ),
    createView(VIEWS.audit_event_items, itemsQuery()),
    createView(
      VIEWS.audit_codes,
      `SELECT\n${CODE_VIEW.map(({ name }) => `  ${name}`).join(',\n')}\nFROM audit_codes_table`,
    ),
    createView(VIEWS.audit_events_ocsf, ocsfQuery(SPARK)),
  ];
}

/** The statement that makes audit_coverage in Spark and Databricks, over audit_coverage_table, which the first comparison makes. */
export function sparkCoverage(): string {
  const columns = COVERAGE_VIEW.map(({ name }) => `  ${name}`);
  return createView(VIEWS.audit_coverage, `SELECT\n${columns.join(',\n')}\nFROM audit_coverage_table`);
}

/**
 * Statements that make quarantine_rows and quarantine_files, over tables of the quarantine's JSON.
 * @param zone URL of the zone `quarantine`
 */
export function sparkQuarantine(zone: string): string[] {
  return [
    // One that an earlier version of this script made lacks columns; dropping it leaves the files alone.
    'DROP TABLE IF EXISTS quarantine_rows_table',
    createJsonTable(
      'quarantine_rows_table',
      'source_file string, record bigint, `offset` bigint, reason string, raw string, raw_base64 string, truncated boolean, supersedes string',
      `${zone}/${zoneName(pathInZone(BAD_ROWS))}`,
    ),
    createView(
      VIEWS.quarantine_rows,
      `SELECT
  ${FROM_FILE_NAME},
  record,
  \`offset\` AS byte_offset,
  reason,
  raw,
  raw_base64,
  CAST(coalesce(truncated, false) AS int) AS truncated,
  source_file
FROM quarantine_rows_table
WHERE supersedes IS NULL
  AND _metadata.file_name NOT IN (SELECT older.supersedes FROM quarantine_rows_table AS older WHERE older.supersedes IS NOT NULL)`,
    ),
    createJsonTable(
      'quarantine_files_table',
      'source_file string, source_etag string, size bigint, record bigint, `offset` bigint, reason string, explanation string, raw string, raw_base64 string',
      `${zone}/${zoneName(pathInZone(REJECTED_FILES))}`,
    ),
    createView(
      VIEWS.quarantine_files,
      `SELECT
  ${FROM_FILE_NAME},
  source_file,
  source_etag,
  size,
  record,
  \`offset\` AS byte_offset,
  reason,
  explanation,
  raw,
  raw_base64
FROM quarantine_files_table`,
    ),
  ];
}

/** `<ingest_id>-<settings_hash>`, and behind the next hyphen what tells files of one raw file apart. */
const FROM_FILE_NAME = `split_part(_metadata.file_name, '-', 1) AS ingest_id,
  split_part(split_part(_metadata.file_name, '.', 1), '-', 2) AS settings_hash`;

/** The longest record that the settings allow, 16 MiB, in base64. */
const LONGEST_STRING = 24 * 1024 * 1024;

function createJsonTable(name: string, columns: string, location: string): string {
  return `CREATE TABLE IF NOT EXISTS ${name} (${columns})
USING JSON
OPTIONS (mode 'FAILFAST', lineSep '\\n', maxStringLen '${LONGEST_STRING}')
LOCATION ${sparkLiteral(location)}`;
}

function createView({ name, comment, columns }: View, query: string): string {
  const list = columns.map((column) => `  ${column.name} COMMENT ${sparkLiteral(column.comment)}`);
  return `CREATE OR REPLACE VIEW ${name} (\n${list.join(',\n')}\n)\nCOMMENT ${sparkLiteral(comment)}\nAS\n${query}`;
}

function eventValue({ name, type }: ViewColumn): string {
  const derived = DERIVED_VALUES[name as Derived];
  if (derived !== undefined) return `${derived} AS ${name}`;
  return type === 'list' ? `from_json(${name}, 'array<string>') AS ${name}` : name;
}

function itemsQuery(): string {
  const branches = LISTS.map(
    (list) => `SELECT ${ITEM_EVENT_COLUMNS.join(', ')}, '${list}' AS list_name, position, item
FROM audit_events
LATERAL VIEW posexplode(${list}) items AS position, item`,
  );
  return branches.join('\nUNION ALL\n');
}

/** A text in Spark's SQL, which reads a backslash as an escape, and two quotes in a row as two texts. */
export function sparkLiteral(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
