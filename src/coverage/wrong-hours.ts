import type { ZoneOffsets } from '../source/index.ts';
import type { Counted } from './counts-file.ts';

const HOUR = 3_600_000;
const HALF_HOUR = HOUR / 2;
/** So many half hours no change of clocks makes. */
const MOST_HALF_HOURS = 2;
/** That hours with events lie apart by a multiple of some by chance is less probable than one in so many. */
const IMPROBABLE = 30;
/** How near a change of clocks an hour may come twice. */
const NEAR_CHANGE = 3 * HOUR;

/**
 * What is wrong with the hours of counts: none, one alone, not hours, or one twice; null where nothing is.
 * @param clock of the zone of labels without offset; null where they name it
 */
export function wrongHours(counted: readonly Counted[], clock: Pick<ZoneOffsets, 'at'> | null): string | null {
  const labels = [...new Set(counted.map(({ label }) => label))].sort((a, b) => a - b);
  if (labels.length === 0) return 'no line beside the header';
  if (labels.length === 1) return 'one bucket alone, of which nobody can tell whether it is an hour';
  const gaps = labels.slice(1).map((label, index) => label - labels[index]!);
  const short = gaps.filter((gap) => gap < HOUR);
  if (short.some((gap) => gap !== HALF_HOUR) || short.length > MOST_HALF_HOURS) {
    return `buckets of ${Math.min(...short) / 60_000} minutes`;
  }
  const width = Math.floor(gaps.reduce(divisor) / HOUR);
  if (width > 1 && width ** gaps.length >= IMPROBABLE) return `buckets of ${width} hours`;
  return twice(counted, clock);
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

function twice(counted: readonly Counted[], clock: Pick<ZoneOffsets, 'at'> | null): string | null {
  const seen = new Set<string>();
  for (const { label, code } of counted) {
    const key = `${label}:${code}`;
    const mayComeTwice = clock !== null && clock.at(label - NEAR_CHANGE) !== clock.at(label + NEAR_CHANGE);
    if (seen.has(key) && !mayComeTwice) {
      return `code ${code} twice in the hour of ${new Date(label).toISOString()}, as where a result stands twice in a file`;
    }
    seen.add(key);
  }
  return null;
}
