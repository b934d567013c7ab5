import type { Role } from '../source/index.ts';
import { otherOrder } from './day-order.ts';
import type { IdentityReading, PartColumns } from './identity-reading.ts';
import { ENOUGH_RECORDS, type IdentityState, type Precision } from './identity-state.ts';

/** In what the ids of a file's events are made otherwise than those of the files of its instance before it. */
export interface IdentityDifference {
  readonly kind: 'columns' | 'times';
  /** What the files before have. */
  readonly expected: string;
  /** What this one has. */
  readonly found: string;
}

/** What a file, or an export in it, is compared with. */
type Compared = Pick<IdentityState, 'columns' | 'timeZone' | 'timeFormats' | 'precision'>;

/** One record proves nothing: its time may well be a whole second. */
const LEAST_RECORDS = 2;

/** The first difference of a file from what is remembered of its instance, or among its own exports; null where there is none. */
export function identityDifference(before: Compared | null, reading: IdentityReading): IdentityDifference | null {
  let columns = before?.columns ?? null;
  for (const part of reading.parts) {
    const found = columns === null ? null : columnDifference(columns, part);
    if (found !== null) return found;
    columns ??= part.mayHaveActor ? null : part.columns;
  }
  return before === null ? null : timeDifference(before, reading);
}

function columnDifference(
  before: Readonly<Partial<Record<Role, string | null>>>,
  { columns, names, mayHaveActor }: PartColumns,
): IdentityDifference | null {
  const actor = actorOf(columns);
  const actorBefore = actorOf(before);
  if (actor !== actorBefore && !mayHaveActor) {
    return { kind: 'columns', expected: actorText(before), found: actorText(columns) };
  }
  for (const [role, name] of Object.entries(before) as [Role, string | null][]) {
    const now = columns[role];
    if (name === null || now === undefined || now === null || now === name || !names.has(name)) continue;
    return {
      kind: 'columns',
      expected: `${role} from the column ${JSON.stringify(name)}`,
      found: `that column, and ${role} from ${JSON.stringify(now)}`,
    };
  }
  return null;
}

/** The actor's column, where there is one. */
function actorOf(columns: Readonly<Partial<Record<Role, string | null>>>): Role | undefined {
  return (['actor_id', 'actor_name'] as const).find((role) => role in columns);
}

function actorText(columns: Readonly<Partial<Record<Role, string | null>>>): string {
  const role = actorOf(columns);
  if (role === undefined) return 'no column of the actor';
  const name = columns[role];
  const what = role === 'actor_id' ? 'the id of the actor' : 'the name of the actor';
  return name === null || name === undefined || name === '' ? what : `${what} in the column ${JSON.stringify(name)}`;
}

function timeDifference(before: Compared, { timeZone, timeFormats, precision }: IdentityReading) {
  if (timeZone !== null && before.timeZone !== null && timeZone !== before.timeZone) {
    return difference(`times without offset in ${before.timeZone}`, `such times, to be read in ${timeZone}`);
  }
  for (const format of timeFormats) {
    const other = otherOrder(before.timeFormats, format);
    if (other !== undefined) return difference(`times as ${other}`, `times as ${format}`);
  }
  return before.precision === null ? null : precisionDifference(before.precision, precision);
}

function precisionDifference(before: Precision, now: Precision): IdentityDifference | null {
  if (isCut(before.needed, now)) {
    const found = `none of ${now.records} finer than ${precisionText(now.written)}`;
    return difference(`times ${precisionText(before.needed)}`, found);
  }
  if (!isCut(now.needed, before)) return null;
  return difference(`times ${precisionText(before.written)}`, `times ${precisionText(now.needed)}`);
}

function difference(expected: string, found: string): IdentityDifference {
  return { kind: 'times', expected, found };
}

/**
 * Whether times that need so many digits would be cut where so many are written. Whoever writes them may leave out zeros at
 * the end: that all of them have such is chance no more from some records on.
 */
function isCut(needed: number, { written, records }: Precision): boolean {
  return written < needed && records >= Math.max(LEAST_RECORDS, Math.ceil(ENOUGH_RECORDS / (needed - written)));
}

function precisionText(digits: number): string {
  if (digits === 0) return 'to the second (12:05:20)';
  const unit = digits === 3 ? 'the millisecond' : `${digits} digits of its fraction`;
  return `to ${unit} (12:05:20.${'123456'.slice(0, digits)})`;
}
