import { ACTIONS, CATALOGUE, CHANNELS, FAMILIES, OUTCOMES, SEVERITIES } from '../catalogue/index.ts';
import { DECODE_STATUSES, TEXT_FLAGS } from '../decode/index.ts';
import type { ColumnEncoding, ColumnSpec, ColumnType } from '../parquet/index.ts';
import type { TableColumn } from '../table/index.ts';
import { codesThatFill } from './comments.ts';

/** One column of audit_events. Parquet columns, the Delta schema, SQL column lists and docs all derive from these rows. */
export interface EventColumn {
  readonly name: string;
  readonly type: ColumnType | 'date';
  readonly required: boolean;
  /** How it is stored; the partition column stands in the path and is not stored at all. */
  readonly encoding: ColumnEncoding | 'path';
  readonly choices?: readonly string[];
  readonly compressed: boolean;
  /** Whether its values may be others once the catalogue is: what is read of a message, and what derives from the code. */
  readonly fromCatalogue: boolean;
  /** Whether it is a JSON list: text that holds an array of texts. */
  readonly list: boolean;
  readonly comment: string;
}

type Storing = Partial<Omit<EventColumn, 'name' | 'comment'>>;

function column(name: string, comment: string, storing: Storing = {}): EventColumn {
  const usual = { type: 'string', required: false, encoding: 'dictionary', compressed: true } as const;
  return { name, ...usual, fromCatalogue: false, list: false, comment, ...storing };
}

/** A column that a message fills: the comment ends with the codes that do. */
function field(name: string, comment: string, storing: Storing = {}): EventColumn {
  return column(name, `${comment} ${codesThatFill(name)}`, { fromCatalogue: true, ...storing });
}

/** A JSON list that a message fills. */
function list(name: string, comment: string, storing: Storing = {}): EventColumn {
  return field(name, `${comment} JSON array of strings; [] is an empty list, null is not stated.`, {
    ...storing,
    list: true,
  });
}

const required: Storing = { required: true };
const plain: Storing = { encoding: 'plain' };
const run: Storing = { encoding: 'run' };
/** Random ids: no codec makes them smaller. */
const ids: Storing = { compressed: false };
const count: Storing = { type: 'int32', encoding: 'plain' };

function choice(choices: readonly string[]): Storing {
  return { encoding: 'choice', choices, fromCatalogue: true };
}

/** The columns of audit_events in their order. Columns are only ever added. */
export const EVENT_COLUMNS: readonly EventColumn[] = [
  column('event_uid', 'Identity of the event: 32 hex digits, the same wherever and whenever it is ingested.', {
    ...required,
    ...plain,
    ...ids,
  }),
  column('event_time', 'When it happened, UTC.', { ...required, ...plain, type: 'timestamp' }),
  column('code', 'Audit code; see audit_codes.', { ...required, ...plain, type: 'int32' }),
  column('message', 'The message, verbatim.', { ...required, ...plain }),
  column('event_date', 'UTC date of event_time; the partition.', {
    ...required,
    type: 'date',
    encoding: 'path',
  }),
  column('event_time_text', 'The time as written in the export.', plain),
  column('instance', 'Which Nexthink tenant, from the settings.', run),
  column('source_system', 'Which trail: infinity.', run),
  column(
    'event_name',
    'What happened, as a stable slug; from the catalogue.',
    choice([...new Set(CATALOGUE.map((row) => row.name))]),
  ),
  column('family', 'Part of the product; from the catalogue, or inferred for an unknown code.', choice(FAMILIES)),
  column('action', 'What was done; from the catalogue, or inferred for an unknown code.', choice(ACTIONS)),
  column(
    'object_type',
    'Kind of thing it was done to; from the catalogue.',
    choice([...new Set(CATALOGUE.map((row) => row.objectType))]),
  ),
  column('channel', 'web, api or spark; null where the message does not say.', choice(CHANNELS)),
  column('outcome', 'success, failure, requested or scheduled; from the catalogue.', choice(OUTCOMES)),
  column('severity', 'informational, low, medium or high; from the catalogue.', choice(SEVERITIES)),
  column('actor_name', "Who did it: from the export's own column."),
  column('actor_id', "Id of who did it: from the export's own column.", ids),
  field('user_id', 'Id of the user it is about.', ids),
  field('user_name', 'The user it is about.'),
  field('previous_user_name', 'The name the user had before.'),
  field('target_user_name', 'The second user that a message names.'),
  field('session_id', 'Session.', { ...plain, ...ids }),
  field('ip_address', 'Address the user came from; not always an IP address, see decode_detail.'),
  field('error', 'Error text.'),
  list('roles_granted', 'Roles given.'),
  list('roles_revoked', 'Roles taken.'),
  field('role_id', 'Id of the role.', ids),
  field('role_name', 'Name of the role.'),
  list('permissions_granted', 'Permissions added to the role.'),
  list('permissions_revoked', 'Permissions taken from the role.'),
  field('data_privacy_visibility', 'Data privacy setting of the role.'),
  field('data_model_visibility', 'Data model setting of the role.'),
  field('view_domain', 'View domain of the role.'),
  field('grantee', 'Who at Nexthink was given access.'),
  field('main_role', 'Main role of the support access.'),
  list('additional_roles', 'Further roles of the support access.'),
  field('expiration', 'When the support access ends, as written.'),
  field('group_name', 'Single sign-on group.'),
  field('rank', 'Rank of the group.'),
  field('rank_change', 'Change of rank.'),
  field('old_email', 'E-mail address before.'),
  field('new_email', 'E-mail address after.'),
  field('object_id', 'Id of what was created, changed, deleted, shared or run.', ids),
  field('object_name', 'Name of what was created, changed, deleted, shared or run.'),
  field('object_subtype', 'Type of the custom field.'),
  field('permission', 'Permission on the shared content.'),
  field('trigger_source', 'Where the execution was started.'),
  field('device_count', 'Devices reached: as stated, else the length of the list.', count),
  field('user_count', 'Users reached: as stated, else the length of the list.', count),
  list('device_ids', 'Devices.', { ...plain, ...ids }),
  list('device_names', 'Names of devices.', plain),
  list('user_ids', 'SIDs of users.', plain),
  field('target_scope', 'investigation where all users of one were addressed.'),
  field('custom_field_name', 'Custom field, with its #.'),
  field('target_object_type', 'Kind of thing the custom field was set on.'),
  field('value_updated_at', 'When the value was set, as written.'),
  field('updated_by', 'Who set the value.'),
  field('request_id', 'Request.', plain),
  field('conversation_id', 'Conversation with Spark.', plain),
  field('data_type', 'Kind of personal data handed out.'),
  field('inventory_retention_days', 'Days that inventory is kept.', count),
  field('operational_retention_days', 'Days that operational data is kept.', count),
  column('ai_mode', 'confirmed or autonomous, where Spark acted.', choice(['confirmed', 'autonomous'])),
  column(
    'unmapped',
    'JSON object: message pairs and, under export, the columns of the export that no column holds; where a message has a pair of that name too, an array of both.',
    { ...plain, fromCatalogue: true },
  ),
  column(
    'decode_status',
    'How well the message was understood: decoded, ambiguous, partial, unknown_code, unmatched.',
    choice(DECODE_STATUSES),
  ),
  column('decode_detail', 'What was not clear: names, with columns after a colon.', { fromCatalogue: true }),
  column('text_flags', 'bidi, control, zero_width: characters in the message that can deceive a reader.', {
    ...choice(TEXT_FLAGS.filter((flag) => flag !== null)),
    fromCatalogue: false,
  }),
  column(
    'template_id',
    'Which template matched.',
    choice(CATALOGUE.flatMap((row) => row.templates.map((template) => template.id))),
  ),
  column('catalogue_version', 'The catalogue it was decoded with.', { ...run, fromCatalogue: true }),
  column('source_file', 'Lake path of the raw file.', run),
  column('source_etag', 'Identity of the raw file there.', run),
  column('source_row', 'Number of the record in the raw file, from 1; the header is not counted.', {
    ...plain,
    type: 'int64',
  }),
  column('ingest_id', 'Joins to the commit and the evidence: one per raw file and identity.', run),
  column('landed_at', 'When the raw file was last modified, UTC.', { ...run, type: 'timestamp' }),
];

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
export const EVENT_TABLE_COLUMNS: readonly TableColumn[] = EVENT_COLUMNS.map(
  ({ name, type, required: always, comment }) => ({ name, type: DELTA_TYPES[type], nullable: !always, comment }),
);
