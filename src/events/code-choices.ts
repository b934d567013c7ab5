import { type AuditCode, catalogueOf, inferAction, inferFamily } from '../catalogue/index.ts';
import { SOURCE_SYSTEMS } from '../source/index.ts';
import { EVENT_COLUMNS, type EventColumnName } from './columns.ts';

/** The columns that are a function of the code alone, and what each says of an audit code. */
const OF_CODE: Readonly<Record<EventColumnName<'code'>, (row: AuditCode) => string | null>> = {
  event_name: (row) => row.name,
  family: (row) => row.family,
  action: (row) => row.action,
  object_type: (row) => row.objectType,
  channel: (row) => row.channel,
  outcome: (row) => row.outcome,
  severity: (row) => row.severity,
  ai_mode: (row) => row.aiMode ?? null,
};

/** Their names, in the order of {@link CodeChoices}. */
export const CODE_COLUMNS = Object.keys(OF_CODE) as readonly EventColumnName<'code'>[];

/** For each of {@link CODE_COLUMNS}, the position of its value among the column's choices; -1 for null. */
export type CodeChoices = Int16Array;

const CHOICES = CODE_COLUMNS.map((name) => EVENT_COLUMNS.find((column) => column.name === name)?.choices ?? []);
const KNOWN = SOURCE_SYSTEMS.map((system) => new Map(catalogueOf(system).map((row) => [row.code, choicesOf(row)])));
const NOTHING = positions(() => null);
const unknown = new Map<number, CodeChoices>();

/** How many unknown codes are remembered: an export may hold any number as a code. */
const MOST_UNKNOWN = 10_000;

/**
 * What the code alone says in the trail of a source system, a place in `SOURCE_SYSTEMS`, for a row of the table; for an
 * unknown code of Infinity, what its digits suggest.
 */
export function codeChoices(system: number, code: number): CodeChoices {
  return KNOWN[system]!.get(code) ?? (system === 0 ? choicesOfUnknown(code) : NOTHING);
}

function choicesOf(row: AuditCode): CodeChoices {
  return positions((name) => OF_CODE[name](row));
}

/** Of an unknown code, what its digits suggest. */
function choicesOfUnknown(code: number): CodeChoices {
  let choices = unknown.get(code);
  if (choices === undefined) {
    const suggested: Partial<Record<EventColumnName<'code'>, string | null>> = {
      family: inferFamily(code),
      action: inferAction(code),
    };
    choices = positions((name) => suggested[name] ?? null);
    if (unknown.size < MOST_UNKNOWN) unknown.set(code, choices);
  }
  return choices;
}

function positions(valueIn: (name: EventColumnName<'code'>) => string | null): CodeChoices {
  return Int16Array.from(CODE_COLUMNS, (name, index) => {
    const value = valueIn(name);
    return value === null ? -1 : CHOICES[index]!.indexOf(value);
  });
}
