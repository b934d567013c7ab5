import { EVENT_COLUMNS } from '../events/index.ts';
import { CODE_TABLE_COLUMNS, COVERAGE_TABLE_COLUMNS } from '../lake/index.ts';

/** What a column of a view holds, whatever an engine calls it. A list is an array of texts; in Synapse, JSON text. */
export type ViewType = 'text' | 'list' | 'integer' | 'long' | 'timestamp' | 'date';

export interface ViewColumn {
  readonly name: string;
  readonly type: ViewType;
  readonly comment: string;
}

const EVENT_TYPES = { string: 'text', int32: 'integer', int64: 'long', timestamp: 'timestamp', date: 'date' } as const;
const TABLE_TYPES = { string: 'text', integer: 'integer', long: 'long', timestamp: 'timestamp', date: 'date' } as const;

const column = <Name extends string>(name: Name, type: ViewType, comment: string) => ({ name, type, comment });

/** The columns of the table audit_events, its JSON lists as lists. */
export const EVENT_TABLE_VIEW: readonly ViewColumn[] = EVENT_COLUMNS.map(({ name, type, list, comment }) =>
  column(name, list ? 'list' : EVENT_TYPES[type], comment),
);

/** What the view audit_events adds to its table: times on which the engines' functions differ. */
export const DERIVED = [
  column('event_seconds', 'long', 'event_time in whole seconds since 1970-01-01 UTC, rounded down.'),
  column('event_hour', 'integer', 'Hour of event_time in UTC, 0 to 23.'),
  column('event_weekday', 'integer', 'Day of the week in UTC, 1 Monday to 7 Sunday.'),
] as const;
export type Derived = (typeof DERIVED)[number]['name'];

export const EVENT_VIEW: readonly ViewColumn[] = [...EVENT_TABLE_VIEW, ...DERIVED];

/** The columns of audit_events that hold lists, each a branch of audit_event_items. */
export const LISTS: readonly string[] = EVENT_VIEW.filter(({ type }) => type === 'list').map(({ name }) => name);

/** The columns of audit_events that stand beside every item of its lists. */
export const ITEM_EVENT_COLUMNS = ['event_uid', 'event_date', 'event_time', 'code', 'source_system'] as const;

export const EVENT_ITEMS: readonly ViewColumn[] = [
  ...ITEM_EVENT_COLUMNS.flatMap((name) => EVENT_VIEW.filter((event) => event.name === name)),
  column('list_name', 'text', 'The column of audit_events that holds the list.'),
  column('position', 'integer', 'Where in the list, from 0.'),
  column('item', 'text', 'The item, verbatim.'),
];

export const CODE_VIEW: readonly ViewColumn[] = CODE_TABLE_COLUMNS.map(({ name, type, comment }) =>
  column(name, TABLE_TYPES[type], comment),
);

export const COVERAGE_VIEW: readonly ViewColumn[] = COVERAGE_TABLE_COLUMNS.map(({ name, type, comment }) =>
  column(name, TABLE_TYPES[type], comment),
);

const fromFileName = [
  column('ingest_id', 'text', 'Which raw file at which identity; as in audit_events.'),
  column('settings_hash', 'text', 'Hash of the settings that the raw file was read with.'),
];

const raw = (what: string) => [
  column('raw', 'text', `${what}, verbatim; null where it is not UTF-8.`),
  column('raw_base64', 'text', `${what} in base64, where it is not UTF-8.`),
];

export const QUARANTINE_ROWS: readonly ViewColumn[] = [
  ...fromFileName,
  column('record', 'long', 'Number of the record in the raw file, from 1; the header is not counted.'),
  column('byte_offset', 'long', 'Where the record begins in the decompressed raw file, in bytes.'),
  column('reason', 'text', 'Why it is no audit record.'),
  ...raw('The record'),
  column(
    'truncated',
    'integer',
    '1 where the record was longer than the setting maxRecordBytes and was cut there, else 0.',
  ),
  column('source_file', 'text', 'Lake path of the raw file; null for records that the first version quarantined.'),
];

export const QUARANTINE_FILES: readonly ViewColumn[] = [
  ...fromFileName,
  column('source_file', 'text', 'Lake path of the raw file.'),
  column('source_etag', 'text', 'Identity of the raw file there.'),
  column('size', 'long', 'Size of the raw file in bytes.'),
  column('record', 'long', 'How many records had been read when the file was rejected.'),
  column(
    'byte_offset',
    'long',
    'Where the last of them begins in the decompressed raw file, in bytes; 0 where there was none.',
  ),
  column('reason', 'text', 'Why the file was rejected.'),
  column('explanation', 'text', 'What was expected and what was found.'),
  ...raw('The beginning of the file'),
];
