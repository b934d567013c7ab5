import { CATALOGUE_VERSION, FIELDS, type SourceSystem } from '../catalogue/index.ts';
import { type Explanation, explainMessage } from '../decode/index.ts';
import { EVENT_COLUMNS } from '../events/index.ts';
import { openTablesAsTheyStand } from '../lake/index.ts';
import { UsageError } from '../present/index.ts';
import { SOURCE_SYSTEMS } from '../source/index.ts';
import { AccessDenied, type Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { answerIn, objectsOf } from './answer.ts';
import { placeOfRow } from './data-file-place.ts';
import type { EventAccount, ReadingAccount } from './event-account.ts';
import { columnGroups, emptyColumns } from './event-columns.ts';
import { type RowHistory, rowHistory } from './event-history.ts';
import { problemsOf, proofAccount } from './event-proof.ts';
import { maskedAccount } from './masked-account.ts';
import { rawAccount } from './raw-account.ts';
import type { AskedLake, LakeSession } from './session.ts';

/** An id, or as much of it as tells it apart in most lakes. */
const UID = /^[0-9a-f]{8,32}$/;
/** Digits of a whole id. */
const WHOLE = 32;
/** Ids shown where a beginning is that of several. */
const MOST_SHOWN = 5;
const DAY_MS = 86_400_000;

/** Columns in which a single value names a person. */
const SINGLE_PEOPLE = EVENT_COLUMNS.filter(({ person, list }) => (person === 'name' || person === 'id') && !list);

type Event = Readonly<Record<string, unknown>>;

/** Where an account of an event comes from. */
export interface EventContext extends Pick<AskedLake, 'storage'> {
  /** After how many days the store may delete raw files; 0 where it does not. */
  readonly rawRetentionDays: number;
}

/**
 * The whole id of the event that a text names: an event_uid, or its beginning of at least 8 digits, in either case. Where names
 * are masked it is that of a masked answer: whoever could have real ids looked up could try out names.
 * @param isReal whether a real id is one also then, since whoever asks has the lake
 * @returns the real one; null where no event begins so
 * @throws UsageError where the text is no id, or the beginning of several
 */
export async function eventNamed(session: LakeSession, text: string, isReal = false): Promise<string | null> {
  const given = text.trim().toLowerCase();
  if (!UID.test(given)) {
    const found = given === '' ? 'nothing' : JSON.stringify(text.slice(0, 80));
    throw new UsageError(`expected an event_uid, 32 hex digits, or at least the first 8 of them; found ${found}`);
  }
  if (given.length < WHOLE) {
    const found = await eventBeginning(session, given, 'audit_events');
    if (found !== null) return session.realId(found);
    return isReal && session.masking !== null ? await eventBeginning(session, given, session.realEvents) : null;
  }
  const real = session.realId(given);
  // Whether the table has it, the account finds out.
  if (!isReal || session.masking === null) return real;
  const sql = `SELECT event_uid FROM ${session.realEvents} WHERE event_uid IN ($real, $given) LIMIT 1`;
  const [row] = objectsOf(await answerIn(session, sql, { real, given }));
  return row === undefined ? real : String(row['event_uid']);
}

/** The one id in a relation that begins with some digits. */
async function eventBeginning(session: LakeSession, digits: string, relation: string): Promise<string | null> {
  const sql = `SELECT DISTINCT event_uid FROM ${relation} WHERE starts_with(event_uid, $uid) ORDER BY 1 LIMIT ${MOST_SHOWN + 1}`;
  const found = objectsOf(await answerIn(session, sql, { uid: digits })).map((row) => String(row['event_uid']));
  if (found.length > 1) {
    const more = found.length > MOST_SHOWN ? ' …' : '';
    throw new UsageError(
      `${digits} is the beginning of several events; give more digits: ${found.slice(0, MOST_SHOWN).join(' ')}${more}`,
    );
  }
  return found[0] ?? null;
}

/**
 * Everything about one event: its columns, how its message is read, its raw record, and what ties it to the head of the chain.
 * @param uid a whole event_uid as it is, which {@link eventNamed} gives
 * @returns null where the table has no such event
 * @throws TableError, storage errors
 */
export async function eventAccount(
  { storage, rawRetentionDays }: EventContext,
  session: LakeSession,
  uid: string,
): Promise<EventAccount | null> {
  const found = await rowOf(session, uid);
  const tables = await openTablesAsTheyStand(storage);
  if (found === null || tables === null) return null;
  const { event, real, micros, times } = found;
  const reading = readingAccount(event, real);
  const text = (name: string) => String(event[name] ?? '');
  const date = text('event_date');
  const place = await placeOfRow(storage, tables.events, date, micros, uid);
  const dataFile = place?.file.path ?? null;
  const history = await historyOf(storage, tables.events, {
    ingestId: String(real['ingest_id'] ?? ''),
    date,
    time: micros / 1000,
    dataFile,
  });
  const origin = {
    uid,
    path: String(real['source_file'] ?? ''),
    number: Number(event['source_row'] ?? 0),
    event: real,
  };
  const readings = history.readings.map(({ record }) => record);
  const raw = await rawAccount(storage, origin, readings);
  const proof = await proofAccount(storage, tables.events, place, history, raw);
  const isExpired =
    rawRetentionDays > 0 && Date.now() - Date.parse(raw.recorded?.landed_at ?? '') > rawRetentionDays * DAY_MS;
  const repeated =
    times > 1 ? [`the table has this event ${times} times; no run of this program adds one that is there`] : [];
  const account: EventAccount = {
    event_uid: uid,
    table_version: tables.events.version,
    ...{ event, groups: columnGroups(event), empty: emptyColumns(event), reading, proof },
    raw: { ...raw, may_also_be_in: history.mayAlsoBeIn },
    masking: session.masking?.note ?? null,
    problems: [...problemsOf(raw, proof, isExpired), ...repeated],
  };
  return maskedAccount(session, account, peopleOf(real));
}

interface FoundRow {
  /** As it is shown. */
  readonly event: Event;
  /** As it is: the same where no name is masked. */
  readonly real: Event;
  readonly micros: number;
  /** How often the table has it. */
  readonly times: number;
}

async function rowOf(session: LakeSession, uid: string): Promise<FoundRow | null> {
  const where = `SELECT CAST(event_date AS VARCHAR) AS day, epoch_us(event_time) AS micros FROM ${session.realEvents} WHERE event_uid = $uid`;
  const found = objectsOf(await answerIn(session, where, { uid }));
  const [first] = found;
  if (first === undefined) return null;
  // By its day, so that of the other columns one file is read.
  const values = { day: String(first['day']), uid };
  const rowIn = (view: string) =>
    `SELECT * FROM ${view} WHERE event_date = CAST($day AS DATE) AND event_uid = $uid LIMIT 1`;
  const [real] = objectsOf(await answerIn(session, rowIn(session.realEvents), values));
  if (real === undefined) return null;
  const shownRow = `SELECT * FROM ${session.shown(rowIn(session.realEvents))}`;
  const event = session.masking === null ? real : (objectsOf(await answerIn(session, shownRow, values))[0] ?? null);
  if (event === null) return null;
  return { event, real, micros: Number(first['micros']), times: found.length };
}

/** The names that a row has of people. */
function peopleOf(real: Event): string[] {
  return SINGLE_PEOPLE.flatMap(({ name }) => {
    const value = real[name];
    return typeof value === 'string' && value !== '' ? [value] : [];
  });
}

/** Without a right to the evidence there is no chain to tell of, and all else can be told. */
async function historyOf(
  storage: Storage,
  snapshot: Snapshot,
  row: Parameters<typeof rowHistory>[2],
): Promise<RowHistory> {
  try {
    return await rowHistory(storage, snapshot, row);
  } catch (error) {
    if (!(error instanceof AccessDenied)) throw error;
    const { version } = snapshot;
    const breaks = [{ version, says: `who asks may not read log and evidence: ${error.detail}` }];
    const chain = { from: version, to: version, links: 0, unsealed: 0, head: null, breaks };
    return { readings: [], dataFileSha256: null, commits: [], mayAlsoBeIn: [], chain };
  }
}

function readingAccount(event: Event, real: Event): ReadingAccount {
  const explained = explanationOf(event);
  const { reading, template, message, meaning, why, details, flags, fields, pieces, others } = explained;
  const ofRow = event['catalogue_version'] ?? null;
  return {
    ...{ message, meaning, template, why, details, fields, pieces, others },
    decode_status: reading.status,
    text_flags: flags,
    unmapped: reading.unmapped === null ? null : Object.fromEntries(reading.unmapped),
    catalogue: { of_row: ofRow === null ? null : String(ofRow), today: CATALOGUE_VERSION },
    differs: differences(real, event === real ? explained : explanationOf(real)),
  };
}

function explanationOf(event: Event): Explanation {
  return explainMessage(systemOf(event), Number(event['code']), String(event['message'] ?? ''));
}

function systemOf(event: Event): SourceSystem {
  // Tables of the first versions had one trail and no such column.
  return SOURCE_SYSTEMS.find((system) => system === event['source_system']) ?? 'infinity';
}

/** What is said of local times comes from the record, and not from the message. */
function detailOfMessage(detail: unknown): string {
  const parts = typeof detail === 'string' ? detail.split(';') : [];
  return parts.filter((part) => !part.startsWith('time_')).join(';');
}

function differences(event: Event, { reading }: Explanation): string[] {
  const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
  const fields = FIELDS.map(({ name }) => name).filter(
    (name) => Object.hasOwn(event, name) && !same(event[name], reading.values.get(name)),
  );
  return [
    ...(same(event['decode_status'], reading.status) ? [] : ['decode_status']),
    ...(same(event['template_id'], reading.templateId) ? [] : ['template_id']),
    ...(same(detailOfMessage(event['decode_detail']), detailOfMessage(reading.detail)) ? [] : ['decode_detail']),
    ...fields,
  ];
}
