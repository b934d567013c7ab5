import type { EventColumnName } from '../events/index.ts';
import { RAW } from '../storage/index.ts';

/** What a column of a view is, beyond the comment that the engines have of it. */
export interface ColumnNote {
  /** In place of the comment, where that says too little to somebody who never saw the product. */
  readonly meaning?: string;
  /** When it is null; where it is left out, that follows from what gives it. */
  readonly nullWhen?: string;
  /** A value, where the samples have none or not a telling one. */
  readonly example?: string;
}

export const NEVER = 'never';
const NOT_CLASSIC = 'the event is no line of a classic log';

/** What analysts ask of the columns of audit_events. */
export const EVENT_NOTES: Readonly<Partial<Record<EventColumnName, ColumnNote>>> = {
  event_time: {
    meaning: 'When it happened, in UTC, to the microsecond where the export has that. Filter by event_date as well.',
  },
  code: {
    meaning:
      'The audit code: a number for each kind of activity. What each means is in audit_codes (join by code and source_system).',
  },
  message: {
    meaning:
      'The message, verbatim, as Nexthink wrote it. What somebody typed stands in it, and may be meant to deceive: see text_flags.',
  },
  event_date: {
    meaning:
      'The UTC date of event_time. The table is partitioned by it: filter by it, and the other days are not read.',
  },
  instance: { nullWhen: 'the settings name no instance for the raw file’s path', example: 'EMEA' },
  event_name: { nullWhen: 'the catalogue does not know the code' },
  family: { nullWhen: 'the code is not known, and its number does not tell' },
  action: { nullWhen: 'the code is not known, and its number does not tell' },
  object_type: { nullWhen: 'the catalogue does not know the code' },
  channel: {
    meaning: 'By which door it came: the web interface (web), the API (api) or the assistant Spark (spark).',
    nullWhen: 'the code does not say it',
  },
  outcome: {
    meaning:
      'What came of it, by the code: success, failure, requested (asked for, and no more is known) or scheduled (to be done later).',
    nullWhen: 'the catalogue does not know the code',
  },
  severity: {
    meaning: 'How much it matters for security, as this catalogue sees it: informational, low, medium or high.',
    nullWhen: 'the catalogue does not know the code',
  },
  actor_name: {
    meaning:
      'Who did it, as the export’s own column names them: an e-mail address, mostly. A service, for what the product does by itself.',
    nullWhen: 'the export has no such column, or it is empty',
  },
  actor_id: { nullWhen: 'the export has no such column: exports of today have none', example: '5c1e2d7a-…' },
  user_id: {
    meaning:
      'The id, in Nexthink, of the account that it was done to or that signed in; not of who did it (actor_name).',
  },
  user_name: {
    meaning:
      'The account that it was done to or that signed in, by name; not who did it (actor_name). After a renaming: the new name.',
  },
  previous_user_name: { meaning: 'The name that the account had before it was renamed.' },
  target_user_name: { meaning: 'The user that something was done for, where a message names one beside the account.' },
  session_id: { meaning: 'The session of a log-in: the same in the log-out that ends it.' },
  ip_address: {
    meaning:
      'The address that the user came from, as the message states it. Where it is no IP address, decode_detail says not_an_ip.',
  },
  error: { meaning: 'Why it failed, in the words of the product.' },
  roles_granted: { meaning: 'The roles that the account got, each by name.' },
  roles_revoked: { meaning: 'The roles that were taken from the account, each by name.' },
  grantee: { meaning: 'Who at Nexthink’s support was given access to the instance.' },
  main_role: { meaning: 'The main role that Nexthink’s support gets by that access.' },
  expiration: { meaning: 'When the access of Nexthink’s support ends, as written: a text, no timestamp.' },
  rank: { meaning: 'The place of the group in the order in which single sign-on looks for a user’s role.' },
  rank_change: { meaning: 'How that place changed, as written.' },
  object_id: {
    meaning:
      'The id of what was created, changed, deleted, shared or run: a dashboard, a remote action, a credential … (object_type says which kind).',
  },
  object_name: { meaning: 'Its name, which whoever made it chose freely.' },
  trigger_source: { meaning: 'From where a remote action, campaign or workflow was started.' },
  device_ids: { meaning: 'The devices that it was done to, by their ids in Nexthink.' },
  device_names: { meaning: 'The devices that it was done to, by name.' },
  user_ids: { meaning: 'The users that it was done to, by their security identifiers (SIDs).' },
  target_scope: {
    meaning: 'investigation, where all that an investigation finds were addressed and the message lists none.',
  },
  value_updated_at: { meaning: 'When the value of the custom field was set, as written: a text, no timestamp.' },
  updated_by: { meaning: 'Who set the value of the custom field.' },
  request_id: { meaning: 'Joins the events of one request: what was asked for, and what came of it.' },
  conversation_id: { meaning: 'Joins the events of one conversation with Spark.' },
  data_type: { meaning: 'Which kind of personal data was handed out.' },
  inventory_retention_days: { meaning: 'How many days inventory data is kept from now on.' },
  operational_retention_days: { meaning: 'How many days operational data is kept from now on.' },
  roles: { example: '["Operations"]' },
  duration_ms: { meaning: 'How long it took, in milliseconds. Only classic logs say it.', example: '153' },
  data_model_visibility: { example: 'Full' },
  ai_mode: {
    meaning: 'Whether somebody confirmed what the assistant Spark did (confirmed), or it acted by itself (autonomous).',
    nullWhen: 'Spark had no part in it',
  },
  unmapped: { nullWhen: 'everything has a column' },
  decode_status: {
    meaning:
      'How well the message was understood: decoded (one reading, all columns filled), ambiguous (several readings; what differs is null), partial (pairs without a known shape), unknown_code (the same, of a code that the catalogue lacks), unmatched (nothing could be read). Trust columns of the message only where it is decoded.',
  },
  decode_detail: {
    meaning: 'What was not clear: names that docs/decoding.md explains, those of columns behind a colon.',
    nullWhen: 'nothing was unclear',
  },
  text_flags: {
    meaning:
      'Which characters of the message can deceive a reader: bidi (turn the direction of text), control, zero_width.',
    nullWhen: 'there are none: nearly always',
  },
  template_id: { nullWhen: 'no template of the catalogue reads the message' },
  catalogue_version: { nullWhen: NEVER },
  event_time_text: { nullWhen: NEVER },
  source_system: { nullWhen: 'the first versions wrote the row: it is infinity' },
  source_file: { nullWhen: NEVER },
  source_etag: { nullWhen: NEVER },
  source_row: { nullWhen: NEVER },
  ingest_id: { nullWhen: NEVER },
  landed_at: { nullWhen: NEVER, example: '2026-03-03 01:00:04+00' },
  component: { nullWhen: NOT_CLASSIC, example: 'Portal' },
  category: { nullWhen: NOT_CLASSIC, example: 'LOGIN' },
};

/** The same of the other views, by view and column. */
export const OTHER_NOTES: Readonly<Record<string, Readonly<Record<string, ColumnNote>>>> = {
  audit_event_items: { source_system: { nullWhen: 'the first versions wrote the row: it is infinity' } },
  audit_codes: {
    channel: { nullWhen: 'the code does not say it' },
    ai_mode: { nullWhen: 'Spark has no part in it' },
    ocsf_activity_name: { nullWhen: 'ocsf_activity_id is not 99' },
    ocsf_entity_type: { nullWhen: 'the class is not Entity Management' },
    asim_object_type: { nullWhen: 'the schema has none for it' },
    template: { nullWhen: 'the documentation shows no message' },
  },
  audit_events_ocsf: {},
  quarantine_rows: {
    raw: { nullWhen: 'the record is not UTF-8: then raw_base64 has it' },
    raw_base64: { nullWhen: 'the record is UTF-8: then raw has it' },
    source_file: { nullWhen: 'the first version of this program wrote the record' },
  },
  quarantine_files: {
    ingest_id: { example: '3f1b0c9d2a7e4d55' },
    settings_hash: { example: '9a0e61c2' },
    source_file: { example: `${RAW}readme.txt` },
    source_etag: { example: '7d865e959b2466918c9863afca942d0f' },
    size: { example: '18' },
    record: { example: '0' },
    byte_offset: { example: '0' },
    reason: { example: 'header_not_understood' },
    explanation: { example: 'expected a header that names a time, a code and a message …' },
    raw: { nullWhen: 'the beginning is not UTF-8: then raw_base64 has it', example: 'Notes on the export' },
    raw_base64: { nullWhen: 'the beginning is UTF-8: then raw has it' },
  },
  audit_coverage: {
    instance: { nullWhen: 'the settings name none', example: 'EMEA' },
    hour_start: { example: '2026-03-02 21:00:00+00' },
    hour_end: { example: '2026-03-02 22:00:00+00' },
    code: { nullWhen: 'the row is about the whole hour', example: '91011' },
    source_count: { nullWhen: 'nobody asked Nexthink about the hour', example: '118' },
    lake_count: { example: '117' },
    explained: { example: '0' },
    difference: { nullWhen: 'nobody asked Nexthink about the hour', example: '1' },
    state: { example: 'differs' },
    explanation: { nullWhen: 'there is nothing to explain', example: `[{"kind":"…","count":1,"files":["${RAW}…"]}]` },
    heal: { nullWhen: 'nothing is to be done', example: 'audit-lake pull nql --from … --to …' },
    counts_file: { nullWhen: 'nobody asked Nexthink about the hour', example: `${RAW}landed/counts/…` },
    counts_sha256: { nullWhen: 'nobody asked Nexthink about the hour' },
    counted_at: { nullWhen: 'nobody asked Nexthink about the hour', example: '2026-03-03 02:00:11+00' },
    judged_at: { example: '2026-03-03 02:00:14+00' },
    table_version: { example: '41' },
  },
};
