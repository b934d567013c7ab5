import type { Way } from '../settings/index.ts';
import { foldName, type Header, type PartContents, type Role, saysOrder } from '../source/index.ts';
import { MOST_DIGITS } from './identity-precision.ts';
import type { IngestedSource } from './source-outcome.ts';

/** The columns of a part of a file that enter its events' ids. */
export interface PartColumns {
  /** By role, the header name of each; null where it cannot be kept. */
  readonly columns: Readonly<Partial<Record<Role, string | null>>>;
  /** Every header name, as names are compared. */
  readonly names: ReadonlySet<string>;
  /** Whether no actor column says nothing: a JSON object leaves out what is null, and one record proves nothing. */
  readonly mayHaveActor: boolean;
}

/** How a file was read, as far as the ids of its events depend on it. */
export interface IdentityReading {
  /** By which way it came. */
  readonly way: Way;
  readonly parts: readonly PartColumns[];
  /** The zone of its times without offset; null where it has none. */
  readonly timeZone: string | null;
  /** The patterns that its times were read by, where they needed one that says something of other files. */
  readonly timeFormats: readonly string[];
  /** What its records have, by part. */
  readonly contents: readonly PartContents[];
}

/** A header name longer than this is none that anybody compares. */
const LONGEST_NAME = 200;

const LEADING = ['time', 'code', 'message'] as const satisfies readonly Role[];

/** What of a source its events' ids depend on. */
export type ReadSource = Pick<IngestedSource, 'plan' | 'header' | 'parts' | 'counts' | 'recognised'>;

/** How a file was read; null where it has no event. */
export function identityReading(source: ReadSource): IdentityReading | null {
  const { plan, header, parts, counts, recognised } = source;
  const { timeDigits, contents } = counts;
  const records = counts.records - counts.bad;
  if (records <= 0 || header.names.length === 0) return null;
  const isJson = recognised.some(({ format }) => format !== 'csv');
  const exports = parts.length === 0 ? [{ header, row: 1 }] : parts;
  const recordsOf = (index: number) => (exports[index + 1]?.row ?? counts.records + 1) - (exports[index]?.row ?? 1);
  return {
    way: plan.way,
    parts: exports.map((each, index) => partColumns(each.header, isJson && Math.min(recordsOf(index), records) < 2)),
    timeZone: timeDigits?.isLocal === true ? plan.settings.timeZone : null,
    timeFormats: [...new Set(recognised.map(({ timeFormat }) => timeFormat))].filter(
      (format) => format !== 'auto' && saysOrder(format),
    ),
    contents: contents.map((each) => ({ ...each, most: Math.min(each.most, MOST_DIGITS) })),
  };
}

function partColumns(header: Header, isOneObject: boolean): PartColumns {
  const roles: readonly Role[] = [...LEADING, ...header.identityColumns];
  const nameOf = (role: Role) => foldName(header.names[header.roles[role]] ?? '');
  return {
    columns: Object.fromEntries(roles.map((role) => [role, nameOf(role).length <= LONGEST_NAME ? nameOf(role) : null])),
    names: new Set(header.names.map(foldName)),
    mayHaveActor: isOneObject && header.identityColumns.length === 0,
  };
}
