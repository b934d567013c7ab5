import { LOG_RECORDS, type RecordFields, type RecordName } from './records.ts';

/** Where a line of the log goes; Application Insights keeps it as a trace. */
export type Log = (line: string) => void;

/** Logs one record. */
export type Emit = <E extends RecordName>(event: E, fields: RecordFields<E>) => void;

/**
 * Words of this program, ids, and names from its settings: none holds what an export may have put there. A name is free,
 * but for characters that disturb a line of a log.
 */
const TEXTS: Readonly<Record<string, RegExp>> = {
  word: /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
  id: /^[0-9A-Za-z-]{1,64}$/,
  name: /^[^\p{C}\p{Zl}\p{Zp}]{1,256}$/u,
};

/** Stands in for a text that is not of its field's kind, whatever it was. */
const WITHHELD = 'withheld';

/**
 * Records as lines of JSON, `{"event":"file",…}`, in the fields' documented order. Numbers are rounded; a text that is
 * not of its field's kind is left out, so that nothing of an export can come into the log.
 */
export function emitTo(log: Log): Emit {
  return (event, fields) => {
    const values: Readonly<Record<string, unknown>> = fields;
    const known = Object.entries(LOG_RECORDS[event].fields).map(([name, { kind }]) => [name, safe(kind, values[name])]);
    log(JSON.stringify({ event, ...Object.fromEntries(known) }));
  };
}

function safe(kind: string, value: unknown): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Math.round(value);
  return typeof value === 'string' && TEXTS[kind.replace('?', '')]?.test(value) === true ? value : WITHHELD;
}
