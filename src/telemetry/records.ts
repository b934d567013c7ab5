import { TABLE_NAMES } from '../lake/index.ts';
import { POISON, REPLACED, VERIFICATIONS } from '../storage/index.ts';
/**
 * What a field holds. Nothing here can carry text of an export: only numbers, digests, words of this program, and names
 * from its settings.
 */
export type RecordFieldKind = 'count' | 'seconds' | 'milliseconds' | 'bytes' | 'flag' | 'id' | 'word' | 'name';

/** A field that may be null has a question mark at the end of its kind. */
type FieldType = RecordFieldKind | `${RecordFieldKind}?`;

interface Field {
  readonly kind: FieldType;
  readonly description: string;
}

interface RecordDescription {
  readonly description: string;
  readonly fields: Readonly<Record<string, Field>>;
}

/** What a field that names a table may say. */
const TABLES = TABLE_NAMES.join(' or ');

const field = <K extends FieldType>(kind: K, description: string) => ({ kind, description });

/** Every record that the Function Apps log, and its fields. Workbooks and alerts query these names: they are kept. */
export const LOG_RECORDS = {
  file: {
    description: 'What became of a raw file. rows = committed + duplicates + quarantined + withheld.',
    fields: {
      function: field('word', 'ingest-export or ingest-announced, by event, take-landed, or reconcile-raw'),
      instance: field('name?', 'its Nexthink instance, as the settings name it; null where they name none'),
      outcome: field('word', 'ingested, rejected or skipped'),
      reason: field('word?', 'why it was rejected or skipped'),
      ingest_id: field('id?', 'as in the table and in the names of quarantine files; null where the file was not read'),
      rows: field('count', 'records read'),
      committed: field('count', 'rows that went into the table'),
      duplicates: field('count', 'records whose event was in the table'),
      quarantined: field('count', 'records that break the export contract'),
      withheld: field('count', 'records of events that were erased or are too old'),
      decoded: field('count', 'committed rows of this decode_status'),
      ambiguous: field('count', 'committed rows of this decode_status'),
      partial: field('count', 'committed rows of this decode_status'),
      unknown_code: field('count', 'committed rows of this decode_status'),
      unmatched: field('count', 'committed rows of this decode_status'),
      possible_new_field: field('count', 'committed rows whose decode_detail says possible_new_field'),
      suspected_truncated: field('flag', 'the file has exactly as many records as an export can have'),
      identity_columns_changed: field('flag', 'the header gives other identity columns than the file before'),
      identity_values_changed: field('flag', 'an older version read such a file otherwise, so ids may differ'),
      time_reading_changed: field('flag', 'times are read otherwise than those of the file before, so ids may differ'),
      erased_may_return: field('flag', 'ids differ from those of the files before, so erased rows may have come back'),
      raw_replaced: field('flag', 'its path held something else before, which is there no more'),
      unterminated_last_record: field('flag', 'the last record has no line end'),
      joined_exports: field('flag', 'several exports are joined in the file'),
      many_days: field('flag', 'its records are of more days than a tenth of AUDIT_LAKE_MAX_DAYS'),
      time_precision_differs: field('flag', 'a few of its times are written more or less finely than those before'),
      time_zone_assumed: field('flag', 'its times have no offset, the first of its instance, and are read as UTC'),
      actor_not_named: field('flag', "no column of it is the actor's, and another one holds addresses"),
      mostly_unreadable: field('flag', 'more than half of its records are in quarantine'),
      read_again: field(
        'flag',
        'it was in, and records of it left quarantine: what was in before counts as duplicates',
      ),
      no_records: field('flag', 'it has lines after its header, and none of them is a record'),
      bytes: field('bytes', 'stored size; 0 where the file was not read'),
      duration_ms: field('milliseconds', 'from the first look at its content to its commit'),
      attempts: field('count', 'how often reading it was begun'),
      lag_seconds: field('seconds?', 'from its last change to now; null where the file was not read'),
    },
  },
  quarantined: {
    description: 'Records of a file that break the export contract for one reason.',
    fields: {
      ingest_id: field('id?', 'as in the record of the file'),
      reason: field('word', 'as in the quarantine file'),
      rows: field('count', 'how many'),
    },
  },
  commit: {
    description: 'A commit of raw files.',
    fields: {
      version: field('count', 'version of audit_events'),
      files: field('count', 'raw files taken in or recorded as rejected'),
      conflicts: field('count', 'commits of others that were first while this one was made'),
      head: field('id?', 'SHA-256 of its evidence: the end of the chain; null where it could not be written'),
    },
  },
  evidence_rewritten: {
    description: 'Evidence that had been removed was written anew from the log: compare with a head noted elsewhere.',
    fields: {
      table: field('word', TABLES),
      commits: field('count', 'commits whose evidence was missing'),
    },
  },
  reconciliation: {
    description:
      'A look for raw files that no event announced. waiting = settling + ingested + rejected + skipped + failed + left.',
    fields: {
      listed: field('count', 'raw files'),
      excluded: field('count', 'raw files that the settings leave out'),
      recorded: field('count', 'raw files that the log names as they are'),
      waiting: field('count', 'raw files that the log lacked'),
      settling: field('count', 'waiting files that changed too recently'),
      ingested: field('count', 'waiting files that were taken in'),
      rejected: field(
        'count',
        'waiting files that are no exports, or can be no files of a lake (links, impossible names)',
      ),
      skipped: field('count', 'waiting files that somebody else took in meanwhile, or that are gone'),
      failed: field('count', 'waiting files that failed'),
      left: field('count', 'waiting files for the next run'),
      rows: field('count', 'records read'),
      oldest_waiting_seconds: field('seconds?', 'age of the oldest waiting file at the start; null where none waited'),
      duration_ms: field('milliseconds', 'of the whole run'),
    },
  },
  freshness: {
    description:
      'What the table holds of an instance’s files in the raw zone, after each reconciliation; also of one named in the settings that never sent any.',
    fields: {
      instance: field('name?', 'as the settings name it; null for all files where they name none'),
      files: field('count', 'raw files that were taken in'),
      newest_seconds: field('seconds?', 'age of the newest of them; null where there is none'),
    },
  },
  coverage: {
    description: 'A comparison of the table with what Nexthink counted, hour by hour and code by code.',
    fields: {
      counts: field('count', 'files of counts compared'),
      refused: field('count', 'files of counts that could not be gone by'),
      hours: field('count', 'hours judged'),
      differing: field('count', 'judged hours with a difference that nothing explains'),
      findings: field('count', 'codes of judged hours with such a difference'),
      missing: field('count', 'events that Nexthink counted, the table lacks, and nothing explains'),
      excess: field('count', 'events that the table has, Nexthink did not count, and nothing explains'),
      explained: field('count', 'events of differences that are explained'),
      reconciled: field('count', 'hours, of all, whose count is the source’s'),
      corroborated: field('count', 'hours, of all, of which two exports agree'),
      single_source: field('count', 'hours, of all, that one source holds'),
      unknown: field('count', 'hours, of all, that no source holds'),
      standing: field('count', 'hours, of all, that differ'),
      oldest_differing_seconds: field('seconds?', 'age of the first hour that differs; null where none does'),
      counted_seconds: field('seconds?', 'age of the newest counts that were compared; null where there are none'),
      duration_ms: field('milliseconds', 'of the whole run'),
    },
  },
  landed_taking: {
    description:
      'A look for files that the landing app has landed since yesterday. listed = recorded + waiting; waiting = settling + ingested + rejected + skipped + failed + left.',
    fields: {
      listed: field('count', 'landed files of the days that were looked at'),
      recorded: field('count', 'landed files that the log names as they are'),
      waiting: field('count', 'landed files that the log lacked'),
      settling: field('count', 'waiting files without bytes that changed too recently'),
      ingested: field('count', 'waiting files that were taken in'),
      rejected: field('count', 'waiting files that are no exports'),
      skipped: field('count', 'waiting files that somebody else took in meanwhile, or that are gone'),
      failed: field('count', 'waiting files that failed'),
      left: field('count', 'waiting files for the next run'),
      rows: field('count', 'records read'),
      oldest_waiting_seconds: field('seconds?', 'age of the oldest waiting file at the start; null where none waited'),
      duration_ms: field('milliseconds', 'of the whole run'),
    },
  },
  pull: {
    description: 'What a run of a puller landed of one trail, and how far it has come.',
    fields: {
      way: field('word', 'nql, counts or classic'),
      trail: field('name?', 'the saved query, or the classic trail, as the settings name it'),
      files: field('count', 'files that were landed, without those that were there already'),
      bytes: field('bytes', 'bytes of them'),
      truncated: field('count', 'results among them that Nexthink had cut, or that are as long as its cap'),
      halved: field('count', 'windows that were halved, since there was too much in them'),
      caught_up: field('flag', 'whether nothing is left to pull'),
      waiting: field('flag', 'whether Nexthink is still making a result, which the next run fetches'),
      failed: field('flag', 'whether it ended with an error, which has a record "failure"'),
      behind_seconds: field('seconds?', 'age of the end of what was pulled; null where nothing was'),
      duration_ms: field('milliseconds', 'of the whole run, all trails together'),
    },
  },
  nql_calls: {
    description: 'How the calls of the day (UTC) stand after a run that may make some, and how it ended.',
    fields: {
      way: field('word', 'nql or counts'),
      outcome: field('word', 'done, no_calls_left, told_to_wait, still_running, other_run or failed'),
      used: field('count', 'exports that were started today, by whomever'),
      left_to_pull: field('count', 'of the rest, those that are not kept back for the comparison'),
      left_to_count: field('count', 'of the rest, those that a comparison may use'),
    },
  },
  delivery: {
    description: 'A delivery to the webhook receiver of the landing app, and how it was answered.',
    fields: {
      status: field('count', 'HTTP status of the answer; 202 where it is durable in raw'),
      problem: field('word?', 'the kind of problem that the answer tells of; null where there is none'),
      landed: field('flag', 'whether it is in raw; what is no audit event is kept there as well'),
      repeated: field('flag', 'it had been landed before, and changes nothing'),
      bytes: field('bytes?', 'of the body, decompressed; null where it was not read'),
      records: field('count?', 'records in it; null where it was not understood so far'),
      bad: field('count?', 'of these, what goes to quarantine'),
      duration_ms: field('milliseconds', 'from the first look at it to the answer'),
    },
  },
  maintenance: {
    description: 'A maintenance of the tables.',
    fields: {
      closed_bracket: field('flag', 'an interrupted change had left the table unlocked'),
      checkpoints: field('count', 'overdue checkpoints written'),
      compaction: field('word', 'compacted, nothing_to_do, overtaken or failed'),
      days: field('count', 'days compacted'),
      days_left: field('count', 'days left for the next run'),
      refused: field('count', 'files that cannot be compacted'),
      files_before: field('count', 'files of the compacted days before'),
      files_after: field('count', 'files of the compacted days after'),
      vacuumed_files: field('count', 'unused files removed'),
      vacuumed_bytes: field('bytes', 'unused bytes removed'),
      failed_steps: field('count', 'steps that failed; each has a record of its own'),
      duration_ms: field('milliseconds', 'without the verification'),
    },
  },
  chain_head: {
    description: 'The end of a table’s chain after a maintenance, to be compared with: audit-lake verify --head.',
    fields: {
      table: field('word', TABLES),
      version: field('count', 'version of the table'),
      head: field('id', 'SHA-256 of the version’s evidence'),
    },
  },
  verification: {
    description: 'A verification of the newest commits.',
    fields: {
      commits: field('count', 'commits checked'),
      data_files: field('count', 'data files read'),
      data_bytes: field('bytes', 'bytes of them'),
      quarantine_files: field('count', 'quarantine files read'),
      files_left: field('count', 'files left out because time was up'),
      problems: field('count', 'problems of all kinds; each kind has a record of its own'),
      recorded: field('flag', `the lake has a record of it, in ${VERIFICATIONS}`),
      duration_ms: field('milliseconds', 'of the verification'),
    },
  },
  problem: {
    description: 'Problems of one kind that a verification found.',
    fields: {
      kind: field('word', 'as audit-lake verify names it'),
      count: field('count', 'how many'),
    },
  },
  poison: {
    description:
      'An announced file that could not be taken in after several tries, or a message that is no event, and which was put on record.',
    fields: {
      message_id: field('id', `names the record, ${POISON}<message_id>.json`),
      dequeue_count: field('count', 'how often the message was given to this function'),
      recorded: field('flag', 'false where it was on record already'),
    },
  },
  raw_replaced_unread: {
    description: 'A content of a raw file that an event announced was replaced before anybody read it.',
    fields: {
      function: field('word', 'which function noticed it'),
      instance: field('name?', 'its Nexthink instance, as the settings name it; null where they name none'),
      record: field('id', `names the record, ${REPLACED}<record>.json, which names the file`),
      how: field(
        'word',
        'what tells it: shorter, made_anew, rewritten, other_content, or same_length, which may be the same content once more',
      ),
      bytes: field('bytes', 'stored size of the content that nobody has read'),
      found_bytes: field('bytes', 'stored size of what took its place'),
      noticed_after_seconds: field('seconds', 'from its event to now'),
    },
  },
  dead_letters: {
    description:
      'A look at the events that Event Grid could not deliver, after each reconciliation of the app. total = in + settling + waiting.',
    fields: {
      total: field('count', 'files that dead letters of the last week announce, but for those that were all in before'),
      in: field('count', 'files of these that the log names as they are, or that are gone or left out'),
      settling: field('count', 'files of these that changed too recently for a reconciliation to take them in'),
      waiting: field('count', 'files of these that the reconciliation did not take in'),
      left: field('count', 'dead letters that were left for the next look'),
      oldest_waiting_seconds: field('seconds?', 'age of the oldest event of a waiting file; null where none waits'),
    },
  },
  failure: {
    description: 'Something failed.',
    fields: {
      function: field('word', 'which function'),
      step: field('word', 'which part of its work'),
      error: field('word', 'class of the error'),
      operation: field('word?', 'what the store was asked for; null where it was not the store'),
      retried: field('flag', 'whether another try follows within this invocation'),
    },
  },
} as const satisfies Readonly<Record<string, RecordDescription>>;

export type RecordName = keyof typeof LOG_RECORDS;

type Plain<K extends string> = K extends 'flag' ? boolean : K extends 'id' | 'word' | 'name' ? string : number;
type Value<K extends string> = K extends `${infer B}?` ? Plain<B> | null : Plain<K>;

/** The fields of a record of this name. */
export type RecordFields<E extends RecordName> = {
  readonly [F in keyof (typeof LOG_RECORDS)[E]['fields']]: (typeof LOG_RECORDS)[E]['fields'][F] extends {
    readonly kind: infer K;
  }
    ? Value<K & string>
    : never;
};
