import { WAYS, type Way } from '../settings/index.ts';
import type { PartContents } from '../source/index.ts';
import { finest, isCut, precisionOf, precisionText } from './identity-precision.ts';
import type { IdentityReading } from './identity-reading.ts';
import type { Precision } from './identity-state.ts';

/** What the records that came by one way have, summed over its files: a webhook sends one at a time, which alone proves nothing. */
export interface WayContents {
  /** As {@link Precision} has it. */
  readonly written: number;
  readonly needed: number;
  /** No more are counted than {@link MOST_COUNTED}. */
  readonly records: number;
  /** Whether any of them names an actor, in a column that enters the ids. */
  readonly named: boolean;
}

/** By way; none where all files of the instance came by the exporter, and of classic logs, which come by one way alone. */
export type WaysContents = Readonly<Partial<Record<Way, WayContents>>>;

/** So many records without an actor prove that whoever writes them names none; fewer may well be of what the product did by itself. */
export const LEAST_UNNAMED = 20;
const MOST_COUNTED = LEAST_UNNAMED;

/** What is compared of the files before. */
export interface Before {
  readonly precision: Precision | null;
  readonly ways: WaysContents;
}

/** Where the records of a way show, all of its files together, that times are cut or no actor is named. */
export interface WayFault {
  readonly kind: 'columns' | 'times';
  readonly found: string;
}

/** The ways with one file more. @param before what was remembered before it; of a lake with one way alone, nothing is kept by way */
export function waysAfter(before: Before & { readonly named: boolean }, reading: IdentityReading): WaysContents {
  const { way } = reading;
  const known = knownWays(before);
  if (way === 'classic') return before.ways;
  if (way === 'exporter' && Object.keys(known).every((each) => each === way)) return before.ways;
  const after: WaysContents = { ...known, [way]: withFile(known[way], reading) };
  return Object.fromEntries(WAYS.flatMap((each) => (after[each] === undefined ? [] : [[each, after[each]]])));
}

/** By which ways files came before: where nothing is kept, by the exporter's alone, if at all. */
function knownWays({ ways, precision, named }: Before & { readonly named: boolean }): WaysContents {
  if (Object.keys(ways).length > 0 || precision === null) return ways;
  const { written, needed, records } = precision;
  return { exporter: { written, needed, records, named } };
}

/** What the records of the way show by now; null where they show nothing. @param least records that show how times are written */
export function faultOfWay({ precision, ways }: Before, reading: IdentityReading, least?: number): WayFault | null {
  const { way } = reading;
  if (way === 'classic' || (way === 'exporter' && ways.exporter === undefined)) return null;
  const sum = withFile(ways[way], reading);
  const of = `${sum.records} by ${way}`;
  if (precision !== null && isCut(precision.needed, sum, least))
    return { kind: 'times', found: `none of ${of} finer than ${precisionText(sum.written)}` };
  if (sum.records >= LEAST_UNNAMED && !sum.named)
    return { kind: 'columns', found: `${of} of which none names an actor` };
  return null;
}

/** A way of which so many records name no actor that none will; undefined where each names some, or has too few. */
export function unnamedWay(ways: WaysContents, but: Way): { readonly way: Way; readonly records: number } | undefined {
  const [found] = WAYS.flatMap((way) => {
    const contents = ways[way];
    const isUnnamed = contents !== undefined && !contents.named && contents.records >= LEAST_UNNAMED;
    return isUnnamed && way !== but ? [{ way, records: contents.records }] : [];
  });
  return found;
}

function withFile(before: WayContents | undefined, { contents }: IdentityReading): WayContents {
  return contents.reduce<WayContents | undefined>(withPart, before) ?? NOTHING;
}

const NOTHING: WayContents = { written: -2, needed: -2, records: 0, named: false };

function withPart(before: WayContents | undefined, part: PartContents): WayContents {
  const { written, needed } = finest(before ?? null, precisionOf(part));
  const records = Math.min((before?.records ?? 0) + part.records, MOST_COUNTED);
  return { written, needed, records, named: before?.named === true || part.named > 0 };
}
