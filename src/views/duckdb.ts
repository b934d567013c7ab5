import {
  CODE_VIEW,
  COVERAGE_VIEW,
  type Derived,
  EVENT_VIEW,
  ITEM_EVENT_COLUMNS,
  LISTS,
  QUARANTINE_FILES,
  QUARANTINE_ROWS,
  type ViewColumn,
  type ViewType,
} from './columns.ts';
import type { EngineSyntax } from './ocsf-mapping.ts';
import { ocsfQuery } from './ocsf-view.ts';

/** DuckDB's type of a column. */
export const DUCKDB_TYPES: Readonly<Record<ViewType, string>> = {
  text: 'VARCHAR',
  list: 'VARCHAR[]',
  integer: 'INTEGER',
  long: 'BIGINT',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  date: 'DATE',
};

const DERIVED_VALUES: Readonly<Record<Derived, string>> = {
  event_seconds: 'CAST(floor(epoch(event_time)) AS BIGINT)',
  event_hour: "CAST(hour(event_time AT TIME ZONE 'UTC') AS INTEGER)",
  event_weekday: 'CAST(isodow(event_date) AS INTEGER)',
};

const DUCKDB: EngineSyntax = {
  milliseconds: (timestamp) => `epoch_ms(${timestamp})`,
  first: (list) => `${list}[1]`,
  prepended: (item, list) => `list_concat(CASE WHEN ${item} IS NULL THEN [] ELSE [${item}] END, ${list})`,
  listOf: (...items) => `[${items.join(', ')}]`,
};

/** Which columns each of the tables has that the views are made from; one that is missing is null in its view. */
export interface TableColumns {
  readonly events: ReadonlySet<string>;
  readonly codes: ReadonlySet<string>;
}

/**
 * Statements that make audit_events, audit_event_items, audit_codes and audit_events_ocsf in DuckDB, over the relations
 * audit_events_table and audit_codes_table.
 * @param has the columns that the tables have; left out, they have them all
 */
export function duckdbViews(has?: TableColumns): string[] {
  const codes = CODE_VIEW.map((column) => `  ${value(column, column.name, has?.codes)}`);
  return [
    duckdbEvents(has?.events),
    createView('audit_event_items', itemsQuery()),
    createView('audit_codes', `SELECT\n${codes.join(',\n')}\nFROM audit_codes_table`),
    createView('audit_events_ocsf', ocsfQuery(DUCKDB)),
  ];
}

/**
 * The statement that makes audit_events over the relation audit_events_table.
 * @param has the columns that the table has; left out, it has them all
 * @param schema where both are, with its dot
 */
export function duckdbEvents(has?: ReadonlySet<string>, schema = ''): string {
  const events = EVENT_VIEW.map((column) => `  ${eventValue(column, has)}`);
  return createView(`${schema}audit_events`, `SELECT\n${events.join(',\n')}\nFROM ${schema}audit_events_table`);
}

/** The statement that makes audit_coverage in DuckDB, over the relation audit_coverage_table; null where nothing was compared. */
export function duckdbCoverage(has: ReadonlySet<string> | null): string {
  if (has === null) return createView('audit_coverage', emptyRelation(COVERAGE_VIEW));
  const columns = COVERAGE_VIEW.map((column) => `  ${value(column, column.name, has)}`);
  return createView('audit_coverage', `SELECT\n${columns.join(',\n')}\nFROM audit_coverage_table`);
}

/** A statement that makes or replaces a view. */
export function createView(name: string, query: string): string {
  return `CREATE OR REPLACE VIEW ${name} AS\n${query}`;
}

/** A relation that has these columns and no row. */
export function emptyRelation(columns: readonly { readonly name: string; readonly type: ViewType }[]): string {
  return `SELECT ${columns.map(({ name, type }) => `NULL::${DUCKDB_TYPES[type]} AS ${name}`).join(', ')} WHERE false`;
}

/**
 * Statements that make quarantine_rows and quarantine_files in DuckDB.
 * @param files SQL that gives the paths of the files, as an argument of read_json; null where there are none
 * @param schema where they are made, with its dot
 */
export function duckdbQuarantine(
  files: { readonly rows: string | null; readonly files: string | null },
  schema = '',
): string[] {
  return [
    createView(
      `${schema}quarantine_rows`,
      files.rows === null
        ? emptyRelation(QUARANTINE_ROWS)
        : `WITH lines AS (
  SELECT *, parse_filename(filename) AS file_name
  FROM ${readJson(files.rows, "source_file: 'VARCHAR', record: 'BIGINT', \"offset\": 'BIGINT', reason: 'VARCHAR', raw: 'VARCHAR', raw_base64: 'VARCHAR', truncated: 'BOOLEAN', supersedes: 'VARCHAR'")}
)
SELECT
  ${FROM_FILE_NAME},
  record,
  "offset" AS byte_offset,
  reason,
  raw,
  raw_base64,
  CAST(coalesce(truncated, false) AS INTEGER) AS truncated,
  source_file
FROM lines
WHERE supersedes IS NULL
  AND file_name NOT IN (SELECT older.supersedes FROM lines AS older WHERE older.supersedes IS NOT NULL)`,
    ),
    createView(
      `${schema}quarantine_files`,
      files.files === null
        ? emptyRelation(QUARANTINE_FILES)
        : `SELECT
  ${FROM_FILE_NAME},
  source_file,
  source_etag,
  size,
  record,
  "offset" AS byte_offset,
  reason,
  explanation,
  raw,
  raw_base64
FROM ${readJson(files.files, "source_file: 'VARCHAR', source_etag: 'VARCHAR', size: 'BIGINT', record: 'BIGINT', \"offset\": 'BIGINT', reason: 'VARCHAR', explanation: 'VARCHAR', raw: 'VARCHAR', raw_base64: 'VARCHAR'")}`,
    ),
  ];
}

/** `<ingest_id>-<settings_hash>`, and behind the next hyphen what tells files of one raw file apart. */
const FROM_FILE_NAME = `split_part(parse_filename(filename), '-', 1) AS ingest_id,
  split_part(split_part(parse_filename(filename), '.', 1), '-', 2) AS settings_hash`;

/** The longest record that the settings allow, 16 MiB, when JSON writes each of its characters as six. */
const LONGEST_LINE = 128 * 1024 * 1024;

function readJson(files: string, columns: string): string {
  return `read_json(${files}, format = 'newline_delimited', filename = true, maximum_object_size = ${LONGEST_LINE}, columns = {${columns}})`;
}

function eventValue(column: ViewColumn, has: ReadonlySet<string> | undefined): string {
  const derived = DERIVED_VALUES[column.name as Derived];
  if (derived !== undefined) return `${derived} AS ${column.name}`;
  return value(column, column.type === 'list' ? `from_json(${column.name}, '["VARCHAR"]')` : column.name, has);
}

function value({ name, type }: ViewColumn, given: string, has: ReadonlySet<string> | undefined): string {
  if (has !== undefined && !has.has(name)) return `CAST(NULL AS ${DUCKDB_TYPES[type]}) AS ${name}`;
  return given === name ? name : `${given} AS ${name}`;
}

/** DuckDB opens the files of audit_events once for a common table expression, and once for each branch without. */
function itemsQuery(): string {
  const branches = LISTS.map(
    (list) => `SELECT
  ${ITEM_EVENT_COLUMNS.join(', ')},
  '${list}' AS list_name, CAST(generate_subscripts(${list}, 1) - 1 AS INTEGER) AS position, unnest(${list}) AS item
FROM events`,
  );
  return `WITH events AS (SELECT ${[...ITEM_EVENT_COLUMNS, ...LISTS].join(', ')} FROM audit_events)
${branches.join('\nUNION ALL\n')}`;
}

/** A text in SQL, as the standard and most engines write it: whatever it holds stays text. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
