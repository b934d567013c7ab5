import type { PartContents, Role } from '../source/index.ts';
import { otherOrder } from './day-order.ts';
import { coarseTimes, finest, isCut, precisionOf, precisionText, TELLING_RECORDS } from './identity-precision.ts';
import type { IdentityReading, PartColumns } from './identity-reading.ts';
import type { IdentityState, Precision } from './identity-state.ts';
import { faultOfWay, LEAST_UNNAMED, unnamedWay } from './identity-ways.ts';

/** In what the ids of a file's events are made otherwise than those of the files of its instance before it. */
export interface IdentityDifference {
  readonly kind: 'columns' | 'times';
  /** What the files before have. */
  readonly expected: string;
  /** What this one has. */
  readonly found: string;
}

/** What a file, or an export in it, is compared with. */
type Compared = Pick<IdentityState, 'columns' | 'timeZone' | 'timeFormats' | 'precision' | 'ways'>;

/** The first difference of a file from what is remembered of its instance, or among its own exports; null where there is none. */
export function identityDifference(before: Compared | null, reading: IdentityReading): IdentityDifference | null {
  let columns = before?.columns ?? null;
  for (const part of reading.parts) {
    const found = columns === null ? null : columnDifference(columns, part);
    if (found !== null) return found;
    columns ??= part.mayHaveActor ? null : part.columns;
  }
  return (
    lostActor(before?.columns ?? null, reading) ??
    (before === null ? null : timeDifference(before, reading)) ??
    finenessDifference(before?.precision ?? null, reading) ??
    (before === null ? null : wayDifference(before, reading))
  );
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

function timeDifference(before: Compared, { timeZone, timeFormats }: IdentityReading) {
  if (timeZone !== null && before.timeZone !== null && timeZone !== before.timeZone) {
    return difference(`times without offset in ${before.timeZone}`, `such times, to be read in ${timeZone}`);
  }
  for (const format of timeFormats) {
    const other = otherOrder(before.timeFormats, format);
    if (other !== undefined) return difference(`times as ${other}`, `times as ${format}`);
  }
  return null;
}

/** Whether some times of a file are finer or coarser than those before, in too few records to prove that another writes them. */
export function mayBeCut(before: Compared | null, reading: IdentityReading): boolean {
  return (
    finenessDifference(before?.precision ?? null, reading, TELLING_RECORDS) !== null ||
    (before !== null && faultOfWay(before, reading, TELLING_RECORDS)?.kind === 'times')
  );
}

/** What files of one or a few records show with those before them that came by the same way. */
function wayDifference(before: Compared, reading: IdentityReading): IdentityDifference | null {
  const columns = before.columns ?? {};
  const fault = faultOfWay(before, reading);
  if (fault?.kind === 'times') return difference(`times ${precisionText(before.precision?.needed ?? 0)}`, fault.found);
  if (fault?.kind === 'columns' && namesActor(columns))
    return { kind: 'columns', expected: actorText(columns), found: fault.found };
  const named = reading.parts.find((_, index) => (reading.contents[index]?.named ?? 0) > 0);
  const unnamed = namesActor(columns) || named === undefined ? undefined : unnamedWay(before.ways, reading.way);
  if (named === undefined || unnamed === undefined) return null;
  const expected = `no actor, as in ${unnamed.records} records by ${unnamed.way}`;
  return { kind: 'columns', expected, found: actorText(named.columns) };
}

/** Whether there is a column of the actor among these. */
export function namesActor(columns: IdentityState['columns']): boolean {
  return actorOf(columns ?? {}) !== undefined;
}

/** Of each part, against what is remembered and the parts before it. */
function finenessDifference(
  remembered: Precision | null,
  { contents }: IdentityReading,
  least?: number,
): IdentityDifference | null {
  let before = remembered;
  for (const part of contents) {
    const now = precisionOf(part);
    const found = before === null ? null : precisionDifference(before, now, part, least);
    if (found !== null) return found;
    before = finest(before, now);
  }
  return null;
}

function precisionDifference(
  before: Precision,
  now: Precision,
  part: PartContents,
  least?: number,
): IdentityDifference | null {
  if (isCut(before.needed, now, least)) {
    const found = `none of ${now.records} finer than ${precisionText(now.written)}`;
    return difference(`times ${precisionText(before.needed)}`, found);
  }
  if (isCut(now.needed, before, least)) {
    return difference(`times ${precisionText(before.written)}`, `times ${precisionText(now.needed)}`);
  }
  const coarse = before.isMixed === true ? 0 : coarseTimes(before.needed, part, least);
  if (coarse === 0) return null;
  return difference(`times ${precisionText(before.needed)}`, `${coarse} of ${part.times} that are coarser`);
}

/** Records that have the actor's column and nobody in it, where others of the instance name one. */
function lostActor(columns: IdentityState['columns'], { contents, parts }: IdentityReading): IdentityDifference | null {
  const remembered = columns ?? {};
  let named = actorOf(remembered) === undefined ? null : actorText(remembered);
  for (const part of contents) {
    if (named !== null && part.named === 0 && part.records >= LEAST_UNNAMED) {
      return { kind: 'columns', expected: named, found: `${part.records} records of which none names an actor` };
    }
    if (part.named > 0) named ??= actorText(parts[0]?.columns ?? {});
  }
  return null;
}

function difference(expected: string, found: string): IdentityDifference {
  return { kind: 'times', expected, found };
}
