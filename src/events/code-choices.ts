import { type AuditCode, CATALOGUE, inferAction, inferFamily } from '../catalogue/index.ts';
import { EVENT_COLUMNS } from './columns.ts';

/** The columns that are a function of the code alone. */
export const CODE_COLUMNS = [
  'event_name',
  'family',
  'action',
  'object_type',
  'channel',
  'outcome',
  'severity',
  'ai_mode',
] as const;

/** For each of {@link CODE_COLUMNS}, the position of its value among the column's choices; -1 for null. */
export type CodeChoices = Int16Array;

const CHOICES = CODE_COLUMNS.map((name) => EVENT_COLUMNS.find((column) => column.name === name)?.choices ?? []);
const KNOWN = new Map(CATALOGUE.map((row) => [row.code, choicesOf(row)]));
const unknown = new Map<number, CodeChoices>();

/** How many unknown codes are remembered: an export may hold any number as a code. */
const MOST_UNKNOWN = 10_000;

/** What the code alone says, for a row of the table; for an unknown code, what its digits suggest. */
export function codeChoices(code: number): CodeChoices {
  return KNOWN.get(code) ?? choicesOfUnknown(code);
}

function choicesOf(row: AuditCode): CodeChoices {
  return position([
    row.name,
    row.family,
    row.action,
    row.objectType,
    row.channel,
    row.outcome,
    row.severity,
    row.aiMode ?? null,
  ]);
}

function choicesOfUnknown(code: number): CodeChoices {
  let choices = unknown.get(code);
  if (choices === undefined) {
    choices = position([null, inferFamily(code), inferAction(code), null, null, null, null, null]);
    if (unknown.size < MOST_UNKNOWN) unknown.set(code, choices);
  }
  return choices;
}

function position(values: readonly (string | null)[]): CodeChoices {
  return Int16Array.from(values, (value, index) => (value === null ? -1 : CHOICES[index]!.indexOf(value)));
}
