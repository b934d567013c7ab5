import {
  type AuditCode,
  catalogueOf,
  FIELDS,
  inferAction,
  inferFamily,
  type SourceSystem,
  type TemplateRow,
} from '../catalogue/index.ts';
import { decoderOf } from './decoders.ts';
import { type OneReading, possibleReadings } from './other-readings.ts';
import { type PlainReading, type PlainValue, plainReading } from './plain.ts';
import { CONSTANT, type DetailName, type Reading } from './reading.ts';
import { TEXT_FLAGS, textFlags } from './text-flags.ts';

/** How a message is read under a code, for people: what fits, why that is so, and where in the message each value stands. */
export interface Explanation {
  readonly system: SourceSystem;
  readonly code: number;
  readonly message: string;
  /** What the catalogue has of the code; null where it has nothing. */
  readonly row: AuditCode | null;
  /** What the code is, in one line. */
  readonly meaning: string;
  readonly template: TemplateRow | null;
  readonly reading: PlainReading;
  /** Why the status is what it is. */
  readonly why: string;
  /** What was not clear: each name of `decode_detail`, what it is about, and what it says. */
  readonly details: readonly ExplainedDetail[];
  readonly flags: string | null;
  /** Where the values stand, in the order of the message; those that stand nowhere in it at the end. */
  readonly fields: readonly ExplainedField[];
  /** The message in pieces, which together are the message. */
  readonly pieces: readonly MessagePiece[];
  /** Ways to read it that the rules leave open or distrust; none where there is but one. */
  readonly others: readonly OneReading[];
}

export interface ExplainedDetail {
  readonly name: string;
  /** Columns or words. */
  readonly about: readonly string[];
  readonly says: string;
}

export interface ExplainedField {
  readonly name: string;
  readonly value: PlainValue;
  /** From which to which character of the message (UTF-16 units, as in JavaScript) it stands; null where the words imply it. */
  readonly place: readonly [from: number, to: number] | null;
}

/** A piece of a message, and the field that it is the value of; null where it is of none. */
export interface MessagePiece {
  readonly text: string;
  readonly field: string | null;
}

const WHY: Readonly<Record<PlainReading['status'], string>> = {
  decoded: 'there is exactly one way to read the message as this template',
  ambiguous: 'there is more than one way to read the message, so what differs stays empty; perhaps a forgery',
  partial: 'no template fits as a whole; what could be read without a guess is filled',
  unknown_code: 'the catalogue does not hold this code; pairs were read, family and action only inferred',
  unmatched: 'no template fits, and there is no key=value pair to read',
};

const CODE_USED_TWICE =
  'the documentation has this code for two things, and no template tells which of them the message is about';
const NOT_SHOWN = 'the documentation does not show the message of this code, and there is no key=value pair to read';

/** What each name in `decode_detail` says: the table of docs/decoding.md. */
const DETAILS: Readonly<Record<DetailName, string>> = {
  code_used_twice: 'the documentation has this code for two things, and no template tells which',
  contested: 'there is more than one way to read these columns, which are null',
  count_mismatch: 'the message states another count than its list has elements; both are kept',
  empty_element: 'nothing stood between two commas of a list',
  inferred: 'the code is not in the catalogue; its digits say this',
  not_an_ip: 'the address is none, and kept as it is',
  null_value: 'the message says null where a list, an element of one or an address belongs',
  out_of_range: 'a number too large for its column; it is in unmapped',
  outer_white_space: 'white space before or behind the message was left out',
  possible_new_field: 'a field that no template knows: Nexthink may have added one',
  possibly_cut: 'the end of a list may be missing',
  repeated_key: 'a key occurs more than once, and fills no column',
  time_ambiguous: 'the clock was changed at that local time, which occurs twice: the earlier instant was taken',
  time_nonexistent: 'the clock was changed at that local time, which never occurs: it was moved forward',
};

/** Readings of one message that are shown. */
const MOST_READINGS = 6;

/** Reads a message as ingestion does. */
export function readMessage(
  system: SourceSystem,
  code: number,
  message: string,
): Pick<Explanation, 'reading' | 'flags'> {
  const bytes = Buffer.from(message, 'utf8');
  const reading = plainReading(decoderOf(system).decode(code, bytes, 0, bytes.length));
  return { reading, flags: flagsOf(bytes) };
}

/** Reads a message as ingestion does, and says how that came about. */
export function explainMessage(system: SourceSystem, code: number, message: string): Explanation {
  const bytes = Buffer.from(message, 'utf8');
  const decoded = decoderOf(system).decode(code, bytes, 0, bytes.length);
  const reading = plainReading(decoded);
  const fields = placedFields(decoded, reading, bytes);
  const row = catalogueOf(system).find((each) => each.code === code) ?? null;
  return {
    ...{ system, code, message, row, reading, fields },
    meaning: row === null ? notInCatalogue(system, code) : meaningOf(row),
    template: row?.templates.find(({ id }) => id === reading.templateId) ?? null,
    why: whyStatus(reading.status, reading.detail, row?.templates.length === 0),
    details: explainedDetails(reading.detail),
    flags: flagsOf(bytes),
    pieces: piecesOf(message, fields),
    others: reading.status === 'ambiguous' ? possibleReadings(system, code, message, MOST_READINGS) : [],
  };
}

/** Why a message has a status. @param isNotShown whether the documentation does not show the messages of its code */
function whyStatus(status: PlainReading['status'], detail: string | null, isNotShown: boolean): string {
  if (status === 'ambiguous' && detail?.split(';').includes('code_used_twice') === true) return CODE_USED_TWICE;
  return status === 'unmatched' && isNotShown ? NOT_SHOWN : WHY[status];
}

/** What a `decode_detail` says, name by name. */
function explainedDetails(detail: string | null): ExplainedDetail[] {
  if (detail === null) return [];
  return detail.split(';').map((each) => {
    const colon = each.indexOf(':');
    const name = colon === -1 ? each : each.slice(0, colon);
    const about = colon === -1 ? [] : each.slice(colon + 1).split(',');
    return {
      name,
      about,
      says: Object.hasOwn(DETAILS, name) ? DETAILS[name as DetailName] : 'not known to this version',
    };
  });
}

function flagsOf(bytes: Buffer): string | null {
  return TEXT_FLAGS[textFlags(bytes, 0, bytes.length)] ?? null;
}

function meaningOf({ code, name, meaning, family, action, severity }: AuditCode): string {
  return `code ${code}: ${name}, ${meaning} (${family}, ${action}, ${severity})`;
}

function notInCatalogue(system: SourceSystem, code: number): string {
  if (system !== 'infinity') return `code ${code}: not in the catalogue of the ${system}`;
  const [family, action] = [inferFamily(code) ?? 'unknown', inferAction(code) ?? 'unknown'];
  return `code ${code}: not in the catalogue (family ${family}, action ${action}, by its digits)`;
}

function placedFields(decoded: Reading, { values }: PlainReading, bytes: Buffer): ExplainedField[] {
  const placed = [...values].map(([name, value]): ExplainedField => {
    const field = FIELDS.findIndex((each) => each.name === name);
    const [start, end] = [decoded.starts[field]!, decoded.ends[field]!];
    // A count that the message does not state is the length of its list, and stands nowhere.
    const isNowhere = decoded.forms[field] === CONSTANT || (typeof value === 'number' && end === start);
    const at = (place: number) => bytes.toString('utf8', 0, place).length;
    return { name, value, place: isNowhere ? null : [at(start), at(end)] };
  });
  const position = ({ place }: ExplainedField) => place?.[0] ?? Number.POSITIVE_INFINITY;
  return placed.sort((a, b) => (position(a) === position(b) ? 0 : position(a) - position(b)));
}

function piecesOf(message: string, fields: readonly ExplainedField[]): MessagePiece[] {
  const pieces: MessagePiece[] = [];
  let at = 0;
  for (const { name, place } of fields) {
    if (place === null || place[0] < at || place[1] <= place[0]) continue;
    if (place[0] > at) pieces.push({ text: message.slice(at, place[0]), field: null });
    pieces.push({ text: message.slice(...place), field: name });
    at = place[1];
  }
  if (at < message.length || pieces.length === 0) pieces.push({ text: message.slice(at), field: null });
  return pieces;
}
