import {
  ACTIONS,
  type AuditCode,
  CATALOGUE,
  CHANNELS,
  countFieldOf,
  FAMILIES,
  FIELDS,
  type FieldName,
  fieldIndex,
  OUTCOMES,
  type Person,
  SEVERITIES,
} from '../catalogue/index.ts';
import { DECODE_STATUSES, TEXT_FLAGS } from '../decode/index.ts';
import type { ColumnEncoding, ColumnSpec, ColumnType } from '../parquet/index.ts';
import { SOURCE_SYSTEMS } from '../source/index.ts';
import type { TableColumn } from '../table/index.ts';

/**
 * What gives a column its values: each `record`; the raw `file` that a row came from; the `code` alone; the `message`, whose
 * fields are those of the catalogue; or the `path` of the data file, where it is not stored at all.
 */
export type Giver = 'record' | 'file' | 'code' | 'message' | 'path';

/** One column of audit_events. Parquet columns, the Delta schema, SQL column lists and docs all derive from these rows. */
export interface EventColumn<Name extends string = string, By extends Giver = Giver> {
  readonly name: Name;
  readonly by: By;
  /** Whose its values are. */
  readonly person: Person;
  readonly type: ColumnType | 'date';
  readonly required: boolean;
  readonly encoding: ColumnEncoding | 'path';
  readonly choices?: readonly string[];
  readonly compressed: boolean;
  /** Whether its values may be others once the catalogue is: what is read of a message, and what derives from the code. */
  readonly fromCatalogue: boolean;
  /** Whether it is a JSON list: text that holds an array of texts. */
  readonly list: boolean;
  readonly comment: string;
}

/** How a column is stored, where not as most are. */
type Storing = Partial<
  Pick<EventColumn, 'type' | 'required' | 'encoding' | 'choices' | 'compressed' | 'fromCatalogue'>
>;

const USUAL = { type: 'string', required: false, encoding: 'dictionary', compressed: true } as const;

/** A column says what gives it its values and whose they are: there is no usual answer to either. */
export function column<const Name extends string, const By extends Exclude<Giver, 'message'>>(
  name: Name extends FieldName ? never : Name,
  comment: string,
  row: { readonly by: By; readonly person: Person } & Storing,
): EventColumn<Name, By> {
  return { ...USUAL, fromCatalogue: false, list: false, name, comment, ...row };
}

const required: Storing = { required: true };
const plain: Storing = { encoding: 'plain' };
/** Random ids: no codec makes them smaller. */
const ids: Storing = { compressed: false };
const ofRecord = { by: 'record' } as const;
const ofFile = { by: 'file', encoding: 'run' } as const;

function choice(choices: readonly string[]): Storing {
  return { encoding: 'choice', choices, fromCatalogue: true };
}

/** A column that is a function of the code alone, and so nobody's. */
function ofCode(choices: readonly string[]) {
  return { ...choice(choices), by: 'code', person: 'none' } as const;
}

/** What the table says of each field of the catalogue, and how it is stored: no field without a column, and none beside them. */
export const FIELD_COLUMNS: Readonly<Record<FieldName, { readonly comment: string } & Storing>> = {
  user_id: { comment: 'Id of the user it is about.', ...ids },
  user_name: { comment: 'The user it is about.' },
  previous_user_name: { comment: 'The name the user had before.' },
  target_user_name: { comment: 'The second user that a message names.' },
  session_id: { comment: 'Session.', ...plain, ...ids },
  ip_address: { comment: 'Address the user came from; not always an IP address, see decode_detail.' },
  error: { comment: 'Error text.' },
  roles_granted: { comment: 'Roles given.' },
  roles_revoked: { comment: 'Roles taken.' },
  role_id: { comment: 'Id of the role.', ...ids },
  role_name: { comment: 'Name of the role.' },
  permissions_granted: { comment: 'Permissions added to the role.' },
  permissions_revoked: { comment: 'Permissions taken from the role.' },
  data_privacy_visibility: { comment: 'Data privacy setting of the role.' },
  data_model_visibility: { comment: 'Data model setting of the role.' },
  view_domain: { comment: 'View domain of the role.' },
  grantee: { comment: 'Who at Nexthink was given access.' },
  main_role: { comment: 'Main role of the support access.' },
  additional_roles: { comment: 'Further roles of the support access.' },
  expiration: { comment: 'When the support access ends, as written.' },
  group_name: { comment: 'Single sign-on group.' },
  rank: { comment: 'Rank of the group.' },
  rank_change: { comment: 'Change of rank.' },
  old_email: { comment: 'E-mail address before.' },
  new_email: { comment: 'E-mail address after.' },
  object_id: { comment: 'Id of what was created, changed, deleted, shared or run.', ...ids },
  object_name: { comment: 'Name of what was created, changed, deleted, shared or run.' },
  object_subtype: { comment: 'Type of the custom field.' },
  permission: { comment: 'Permission on the shared content.' },
  trigger_source: { comment: 'Where the execution was started.' },
  device_count: { comment: 'Devices reached: as stated, else the length of the list.' },
  user_count: { comment: 'Users reached: as stated, else the length of the list.' },
  device_ids: { comment: 'Devices.', ...plain, ...ids },
  device_names: { comment: 'Names of devices.', ...plain },
  user_ids: { comment: 'SIDs of users.', ...plain },
  target_scope: { comment: 'investigation where all users of one were addressed.' },
  custom_field_name: { comment: 'Custom field, with its #.' },
  target_object_type: { comment: 'Kind of thing the custom field was set on.' },
  value_updated_at: { comment: 'When the value was set, as written.' },
  updated_by: { comment: 'Who set the value.' },
  request_id: { comment: 'Request.', ...plain },
  conversation_id: { comment: 'Conversation with Spark.', ...plain },
  data_type: { comment: 'Kind of personal data handed out.' },
  inventory_retention_days: { comment: 'Days that inventory is kept.' },
  operational_retention_days: { comment: 'Days that operational data is kept.' },
  roles: { comment: 'Roles that a profile has, not necessarily new ones.' },
  duration_ms: { comment: 'How long it took, in milliseconds.' },
};

/** Fields that came after the table was first published: a new table has their columns where an extended one has them. */
const ADDED: ReadonlySet<FieldName> = new Set(['roles', 'duration_ms']);

/** The column of a field; its comment ends with the codes that fill it. */
function fieldColumn({ name, kind, person }: (typeof FIELDS)[number]): EventColumn<FieldName, 'message'> {
  const { comment, ...storing } = FIELD_COLUMNS[name];
  const written = kind === 'list' ? ' JSON array of strings; [] is an empty list, null is not stated.' : '';
  return {
    ...USUAL,
    ...(kind === 'number' && { type: 'int32', encoding: 'plain' }),
    fromCatalogue: true,
    list: kind === 'list',
    ...{ name, person, by: 'message', comment: `${comment}${written} ${codesThatFill(name)}` },
    ...storing,
  };
}

const MOST_CODES = 8;

/** Which messages fill a field, for its comment: the codes where they are few, else the families. */
function codesThatFill(field: FieldName): string {
  const rows = rowsThatFill(field);
  const names =
    rows.length <= MOST_CODES ? rows.map((row) => row.code) : [...new Set(rows.map((row) => row.family))].sort();
  return `From the message of ${names.join(', ')}.`;
}

/** The codes whose messages fill a field, in the order of the catalogue. */
export function rowsThatFill(field: FieldName): readonly AuditCode[] {
  const stated = namesThatGive(field).flatMap((name) => [`{${name}:`, `{${name}=`]);
  return CATALOGUE.filter((row) =>
    row.templates.some(({ text }) => stated.some((beginning) => text.includes(beginning))),
  );
}

/** A field, and the lists that give it their length. */
function namesThatGive(field: FieldName): string[] {
  const index = fieldIndex(field);
  return [field, ...FIELDS.flatMap(({ name }, list) => (countFieldOf(list) === index ? [name] : []))];
}

const ROWS = [
  column('event_uid', 'Identity of the event: 32 hex digits, the same wherever and whenever it is ingested.', {
    ...ofRecord,
    person: 'none',
    ...required,
    ...plain,
    ...ids,
  }),
  column('event_time', 'When it happened, UTC.', {
    ...ofRecord,
    person: 'none',
    ...required,
    ...plain,
    type: 'timestamp',
  }),
  column('code', 'Audit code; see audit_codes.', { ...ofRecord, person: 'none', ...required, ...plain, type: 'int32' }),
  column('message', 'The message, verbatim.', { ...ofRecord, person: 'mentioned', ...required, ...plain }),
  column('event_date', 'UTC date of event_time; the partition.', {
    by: 'path',
    person: 'none',
    ...required,
    type: 'date',
    encoding: 'path',
  }),
  column('event_time_text', 'The time as written in the export.', { ...ofRecord, person: 'none', ...plain }),
  column('instance', 'Which Nexthink tenant, from the settings.', { ...ofFile, person: 'none' }),
  column('source_system', 'Which trail: infinity, or engine, portal or console, whose lines are in classic logs.', {
    ...{ ...ofRecord, person: 'none' },
    ...choice(SOURCE_SYSTEMS),
    fromCatalogue: false,
  }),
  column(
    'event_name',
    'What happened, as a stable slug; from the catalogue.',
    ofCode([...new Set(CATALOGUE.map((row) => row.name))]),
  ),
  column('family', 'Part of the product; from the catalogue, or inferred for an unknown code.', ofCode(FAMILIES)),
  column('action', 'What was done; from the catalogue, or inferred for an unknown code.', ofCode(ACTIONS)),
  column(
    'object_type',
    'Kind of thing it was done to; from the catalogue.',
    ofCode([...new Set(CATALOGUE.map((row) => row.objectType))]),
  ),
  column('channel', 'web, api or spark; null where the message does not say.', ofCode(CHANNELS)),
  column('outcome', 'success, failure, requested or scheduled; from the catalogue.', ofCode(OUTCOMES)),
  column('severity', 'informational, low, medium or high; from the catalogue.', ofCode(SEVERITIES)),
  column('actor_name', "Who did it: from the export's own column.", { ...ofRecord, person: 'name' }),
  column('actor_id', "Id of who did it: from the export's own column.", { ...ofRecord, person: 'id', ...ids }),
  ...FIELDS.filter(({ name }) => !ADDED.has(name)).map(fieldColumn),
  column('ai_mode', 'confirmed or autonomous, where Spark acted.', ofCode(['confirmed', 'autonomous'])),
  column(
    'unmapped',
    'JSON object: message pairs and, under export, the columns of the export that no column holds; where a message has a pair of that name too, an array of both.',
    { ...ofRecord, person: 'mentioned', ...plain, fromCatalogue: true },
  ),
  column(
    'decode_status',
    'How well the message was understood: decoded, ambiguous, partial, unknown_code, unmatched.',
    { ...ofRecord, person: 'none', ...choice(DECODE_STATUSES) },
  ),
  column('decode_detail', 'What was not clear: names, with columns after a colon.', {
    ...ofRecord,
    person: 'none',
    fromCatalogue: true,
  }),
  column('text_flags', 'bidi, control, zero_width: characters in the message that can deceive a reader.', {
    ...ofRecord,
    person: 'none',
    ...choice(TEXT_FLAGS.filter((flag) => flag !== null)),
    fromCatalogue: false,
  }),
  column('template_id', 'Which template matched.', {
    ...{ ...ofRecord, person: 'none' },
    ...choice(CATALOGUE.flatMap((row) => row.templates.map((template) => template.id))),
  }),
  column('catalogue_version', 'The catalogue it was decoded with.', { ...ofFile, person: 'none', fromCatalogue: true }),
  column('source_file', 'Lake path of the raw file.', { ...ofFile, person: 'none' }),
  column('source_etag', 'Identity of the raw file there.', { ...ofFile, person: 'none' }),
  column('source_row', 'Number of the record in the raw file, from 1; the header is not counted.', {
    ...ofRecord,
    person: 'none',
    ...plain,
    type: 'int64',
  }),
  column('ingest_id', 'Joins to the commit and the evidence: one per raw file and identity.', {
    ...ofFile,
    person: 'none',
  }),
  column('landed_at', 'When the raw file was last modified, UTC.', { ...ofFile, person: 'none', type: 'timestamp' }),
  ...FIELDS.filter(({ name }) => ADDED.has(name)).map(fieldColumn),
  column('component', 'What wrote the line of a classic log, such as the name of an Engine; null elsewhere.', {
    ...ofRecord,
    person: 'none',
  }),
  column('category', 'Under which heading a classic log has it, such as LOGIN; null elsewhere.', {
    ...ofRecord,
    person: 'none',
  }),
];

/** The name of a column of audit_events; of those that are given their values so, if that is said. */
export type EventColumnName<By extends Giver = Giver> = Extract<(typeof ROWS)[number], { readonly by: By }>['name'];

/** The columns of audit_events in their order. Columns are only ever added. */
export const EVENT_COLUMNS: readonly EventColumn<EventColumnName>[] = ROWS;

/** The columns stored in a data file. */
export const EVENT_FILE_COLUMNS: readonly ColumnSpec[] = EVENT_COLUMNS.flatMap(
  ({ name, type, required: always, encoding, choices, compressed }) =>
    type === 'date' || encoding === 'path'
      ? []
      : [{ name, type, required: always, encoding, compressed, ...(choices && { choices }) }],
);

const DELTA_TYPES = {
  string: 'string',
  int32: 'integer',
  int64: 'long',
  timestamp: 'timestamp',
  date: 'date',
} as const;

/** The columns as the Delta table declares them. */
export const EVENT_TABLE_COLUMNS: readonly (TableColumn & Pick<EventColumn, 'person' | 'list'>)[] = EVENT_COLUMNS.map(
  ({ name, type, required: always, comment, person, list }) => ({
    ...{ name, type: DELTA_TYPES[type], nullable: !always, comment, person, list },
  }),
);
