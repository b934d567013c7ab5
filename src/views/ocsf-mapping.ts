import { OCSF_VERSION } from '../catalogue/index.ts';
import type { ViewColumn, ViewType } from './columns.ts';

/** What the engines write differently. Every member gives an expression; arguments are expressions too. */
export interface EngineSyntax {
  /** Milliseconds since 1970-01-01 UTC of a timestamp, as a long. */
  milliseconds(timestamp: string): string;
  /** The first item of a list; null of an empty one. */
  first(list: string): string;
  /** A list with an item before its own; where both are null, the empty list. */
  prepended(item: string, list: string): string;
  /** A list of items that are not null. */
  listOf(...items: readonly string[]): string;
}

/** An expression over `e`, the row of audit_events, and `c`, its row of audit_codes with the captions; all of `c` is null for an unknown code. */
export type Expression = string | ((dialect: EngineSyntax) => string);

/** An OCSF attribute: one value for every class, or one for each class that has it. */
export interface OcsfAttribute extends ViewColumn {
  readonly value: Expression | Map<number, Expression>;
  /** Columns that the value reads without carrying all they hold, so that they stand among the unmapped ones as well. */
  readonly keeps: readonly string[];
}

export function attribute(type: ViewType) {
  return (
    name: string,
    comment: string,
    value: OcsfAttribute['value'],
    keeps: readonly string[] = [],
  ): OcsfAttribute => ({
    name,
    type,
    comment,
    value,
    keeps,
  });
}

const text = attribute('text');
const list = attribute('list');
const integer = attribute('integer');
const long = attribute('long');

const ACCOUNT_CHANGE = 3001;
const AUTHENTICATION = 3002;
const ENTITY_MANAGEMENT = 3004;
const USER_ACCESS = 3005;
const GROUP_MANAGEMENT = 3006;
const WEB_RESOURCES = 6001;
const API_ACTIVITY = 6003;

function of(...values: readonly (readonly [classUid: number, value: Expression])[]): Map<number, Expression> {
  return new Map(values);
}

/** Managed entities that OCSF lists; all others are 99. */
const ENTITY_TYPES = ['Device', 'User', 'Group', 'Organization', 'Policy', 'Email', 'Network Zone'];

const entityTypeId = `CASE e.target_object_type WHEN 'device' THEN 1 WHEN 'user' THEN 2 ELSE CASE c.ocsf_entity_type ${ENTITY_TYPES.map((name, index) => `WHEN '${name}' THEN ${index + 1}`).join(' ')} ELSE 99 END END`;
const entityType =
  "CASE e.target_object_type WHEN 'device' THEN 'Device' WHEN 'user' THEN 'User' ELSE c.ocsf_entity_type END";
const product =
  "CASE e.source_system WHEN 'engine' THEN 'Nexthink Engine' WHEN 'portal' THEN 'Nexthink Portal' WHEN 'console' THEN 'Nexthink Web Console' ELSE 'Nexthink Infinity' END";
/** What no message names is one of its kind once the message was read to its end. */
const entityName = (dialect: EngineSyntax) =>
  `COALESCE(e.object_name, e.role_name, CASE WHEN e.device_count = 1 THEN ${dialect.first('e.device_names')} END, CASE WHEN e.device_count IS NOT NULL THEN CONCAT(CAST(e.device_count AS varchar(11)), ' devices') WHEN e.user_count IS NOT NULL THEN CONCAT(CAST(e.user_count AS varchar(11)), ' users') WHEN e.decode_status = 'decoded' AND e.target_object_type IS NULL THEN c.ocsf_entity_type ELSE 'Unknown' END)`;

/**
 * audit_events as OCSF 1.8.0: dots are underscores, and an array of objects that never has more than one is that one.
 * What OCSF requires is never null; what a message does not say is `Unknown`.
 */
export const OCSF_MAPPING: readonly OcsfAttribute[] = [
  attribute('date')('event_date', 'Not OCSF: UTC date of time, to filter by.', 'e.event_date'),
  integer('category_uid', 'Category; 0 for an unknown audit code.', 'COALESCE(c.ocsf_category_uid, 0)'),
  text('category_name', 'Caption of category_uid.', "COALESCE(c.category_name, 'Uncategorized')"),
  integer('class_uid', 'Class; 0 is Base Event, of an unknown audit code.', 'COALESCE(c.ocsf_class_uid, 0)'),
  text('class_name', 'Caption of class_uid.', "COALESCE(c.class_name, 'Base Event')"),
  integer('activity_id', 'Activity of the class; 99 is one it does not list.', 'COALESCE(c.ocsf_activity_id, 99)'),
  text('activity_name', 'Caption of activity_id; a name of our own for 99.', "COALESCE(c.activity_name, 'Other')"),
  long('type_uid', 'class_uid * 100 + activity_id.', 'CAST(COALESCE(c.ocsf_type_uid, 99) AS bigint)'),
  integer('severity_id', '1 informational, 2 low, 3 medium, 4 high.', 'COALESCE(c.ocsf_severity_id, 2)'),
  text(
    'severity',
    'Caption of severity_id.',
    "CASE c.ocsf_severity_id WHEN 1 THEN 'Informational' WHEN 3 THEN 'Medium' WHEN 4 THEN 'High' ELSE 'Low' END",
  ),
  integer(
    'status_id',
    '1 success, 2 failure, 99 scheduled, 0 unknown: only requested, or an unknown audit code.',
    "CASE c.outcome WHEN 'success' THEN 1 WHEN 'failure' THEN 2 WHEN 'scheduled' THEN 99 ELSE 0 END",
  ),
  text(
    'status',
    'Caption of status_id.',
    "CASE c.outcome WHEN 'success' THEN 'Success' WHEN 'failure' THEN 'Failure' WHEN 'scheduled' THEN 'Scheduled' ELSE 'Unknown' END",
  ),
  text('status_detail', 'Error text.', 'e.error'),
  long('duration', 'How long it took, in milliseconds.', 'CAST(e.duration_ms AS bigint)'),
  long('time', 'When it happened, milliseconds since 1970-01-01 UTC.', (dialect) =>
    dialect.milliseconds('e.event_time'),
  ),
  attribute('timestamp')('time_dt', 'When it happened, UTC.', 'e.event_time'),
  text('message', 'What happened, from the catalogue.', "COALESCE(c.meaning, 'Unknown audit code')"),
  text('raw_data', 'The message, verbatim.', 'e.message'),
  text('metadata_version', 'Version of OCSF.', `COALESCE(c.ocsf_version, '${OCSF_VERSION}')`),
  list(
    'metadata_profiles',
    'Profiles of OCSF that the row follows.',
    (dialect) =>
      `CASE WHEN c.family = 'ai' THEN ${dialect.listOf("'datetime'", "'ai_operation'")} ELSE ${dialect.listOf("'datetime'")} END`,
  ),
  text('metadata_product_name', 'Product.', product),
  text('metadata_product_vendor_name', 'Vendor.', "'Nexthink'"),
  text(
    'metadata_log_name',
    'Log of the product.',
    "CASE WHEN e.source_system IN ('engine', 'portal', 'console') THEN 'audit.log' ELSE 'platform.audit_logs' END",
  ),
  text('metadata_log_provider', 'What wrote a line of a classic log.', 'e.component'),
  text('metadata_event_code', 'Audit code.', 'CAST(e.code AS varchar(11))'),
  text('metadata_uid', 'event_uid; joins to audit_events.', 'e.event_uid'),
  text('metadata_tenant_uid', 'Which Nexthink tenant.', 'e.instance'),
  text('metadata_original_time', 'The time as written in the export.', 'e.event_time_text'),
  long(
    'metadata_processed_time',
    'When the raw file was last modified, milliseconds since 1970-01-01 UTC.',
    (dialect) => dialect.milliseconds('e.landed_at'),
  ),
  text('metadata_correlation_uid', 'Request or conversation.', 'COALESCE(e.request_id, e.conversation_id)'),
  text('metadata_transformation_info_list_name', 'What read the message.', "'nexthink-audit-lake catalogue'"),
  text('metadata_transformation_info_list_uid', 'Version of what read the message.', 'e.catalogue_version'),
  text('actor_user_name', 'Who did it.', 'e.actor_name'),
  text('actor_user_uid', 'Id of who did it.', 'e.actor_id'),
  text(
    'actor_app_name',
    'Through which door; null where the message does not say.',
    "CASE c.channel WHEN 'web' THEN 'Nexthink web interface' WHEN 'api' THEN 'Nexthink API' WHEN 'spark' THEN 'Spark' END",
  ),
  text(
    'src_endpoint_svc_name',
    'Door of the request.',
    of([API_ACTIVITY, "CONCAT('nexthink-', COALESCE(c.channel, 'finder'))"]),
  ),
  text(
    'src_endpoint_ip',
    'Address the user came from.',
    of([
      AUTHENTICATION,
      "CASE WHEN COALESCE(e.decode_detail, '') NOT LIKE '%not_an_ip%' THEN NULLIF(e.ip_address, '') END",
    ]),
  ),
  text(
    'src_endpoint_name',
    'Where the user came from, as written, where that is no IP address.',
    of([AUTHENTICATION, "CASE WHEN e.decode_detail LIKE '%not_an_ip%' THEN e.ip_address END"]),
  ),
  text('service_name', 'What the user signed in to or out of.', of([AUTHENTICATION, product])),
  text('session_uid', 'Session.', of([AUTHENTICATION, 'e.session_id'])),
  text(
    'user_name',
    'The user it is about, before a change; at Nexthink, whoever is given access.',
    of(
      [ACCOUNT_CHANGE, "COALESCE(e.previous_user_name, e.user_name, CASE WHEN e.user_id IS NULL THEN 'Unknown' END)"],
      [
        AUTHENTICATION,
        // Messages of the Finder and the console name nobody: the account of their line is who signed in.
        "COALESCE(e.user_name, CASE WHEN e.source_system IN ('engine', 'console') THEN NULLIF(e.actor_name, '') END, CASE WHEN e.user_id IS NULL THEN 'Unknown' END)",
      ],
      [USER_ACCESS, "COALESCE(e.grantee, 'Unknown')"],
    ),
  ),
  text('user_uid', 'Id of the user it is about.', of([ACCOUNT_CHANGE, 'e.user_id'], [AUTHENTICATION, 'e.user_id'])),
  text('user_email_addr', 'E-mail address before the change.', of([ACCOUNT_CHANGE, 'e.old_email'])),
  text(
    'user_result_name',
    'Name after the change, where the name changed.',
    of([ACCOUNT_CHANGE, 'CASE WHEN e.previous_user_name IS NOT NULL THEN e.user_name END']),
  ),
  text('user_result_email_addr', 'E-mail address after the change.', of([ACCOUNT_CHANGE, 'e.new_email'])),
  list(
    'privileges',
    'Roles that the access comes with; empty where it is taken away.',
    of([USER_ACCESS, (dialect) => dialect.prepended('e.main_role', 'e.additional_roles')]),
  ),
  text('group_name', 'Single sign-on group.', of([GROUP_MANAGEMENT, "COALESCE(e.group_name, 'Unknown')"])),
  text(
    'entity_uid',
    'Id of what was managed.',
    of([ENTITY_MANAGEMENT, "COALESCE(NULLIF(e.object_id, ''), e.role_id)"]),
  ),
  text('entity_name', 'Name of what was managed.', of([ENTITY_MANAGEMENT, entityName]), [
    'device_names',
    'target_object_type',
  ]),
  integer('entity_type_id', 'Kind of what was managed; 99 is other.', of([ENTITY_MANAGEMENT, entityTypeId]), [
    'target_object_type',
  ]),
  text('entity_type', 'Kind of what was managed.', of([ENTITY_MANAGEMENT, entityType]), ['target_object_type']),
  text('web_resources_uid', 'Id of the content.', of([WEB_RESOURCES, 'e.object_id'])),
  text(
    'web_resources_name',
    'Name of the content, or kind of the personal data.',
    of([WEB_RESOURCES, "COALESCE(e.object_name, e.data_type, CASE WHEN e.object_id IS NULL THEN 'Unknown' END)"]),
  ),
  text(
    'web_resources_type',
    'Personal Data, or Content.',
    of([WEB_RESOURCES, "CASE c.object_type WHEN 'personal_data' THEN 'Personal Data' ELSE 'Content' END"]),
  ),
  text('api_operation', 'What was asked for, as event_name.', of([API_ACTIVITY, 'c.event_name'])),
  text('api_service_name', 'Of what it was asked.', of([API_ACTIVITY, product])),
  list(
    'resources_uid',
    'Ids of the devices it was done to; of users where there are no devices.',
    of([API_ACTIVITY, 'CASE WHEN e.device_count > 0 THEN e.device_ids ELSE COALESCE(e.user_ids, e.device_ids) END']),
    ['device_count', 'user_ids'],
  ),
  list(
    'resources_name',
    'Names of the users it was done for.',
    of([
      API_ACTIVITY,
      (dialect) => `CASE WHEN e.target_user_name IS NOT NULL THEN ${dialect.listOf('e.target_user_name')} END`,
    ]),
  ),
  text(
    'resources_type',
    'Device or User.',
    of([
      API_ACTIVITY,
      "CASE WHEN e.device_count > 0 THEN 'Device' WHEN e.user_count > 0 OR e.target_user_name IS NOT NULL THEN 'User' END",
    ]),
    ['device_count', 'user_count'],
  ),
  text('unmapped', 'JSON object: what the message and the export state and no column holds.', 'e.unmapped'),
  text('unmapped_decode_status', 'How well the message was understood.', 'e.decode_status'),
  text('unmapped_decode_detail', 'What was not clear in the message.', 'e.decode_detail'),
  text('unmapped_category', 'Under which heading a classic log has it.', 'e.category'),
  text('unmapped_text_flags', 'Characters in the message that can deceive a reader.', 'e.text_flags'),
];
