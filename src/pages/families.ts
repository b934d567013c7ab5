import { FAMILIES } from '../catalogue/index.ts';

/** What has no family: a code that nobody knows. */
const UNKNOWN = 'unknown';

/** How many events of one family each step along a line of time has. */
export interface FamilyCounts {
  readonly label: string;
  readonly counts: readonly number[];
}

/**
 * Counts by step and family as the parts of a chart: every family always in the same place, and so in the same colour, and
 * last, in grey, whatever has none that is known.
 * @param steps what each step is called in the rows, in order; rows of others are left out
 */
export function familyParts(
  steps: readonly string[],
  rows: readonly (readonly [step: string, family: string | null, events: number])[],
): FamilyCounts[] {
  const places = new Map(steps.map((step, index) => [step, index]));
  const parts = [...FAMILIES, UNKNOWN].map((label) => ({ label, counts: steps.map(() => 0) }));
  for (const [step, family, events] of rows) {
    const place = places.get(step);
    const counts = (parts.find(({ label }) => label === family) ?? parts.at(-1))?.counts;
    if (place !== undefined && counts !== undefined) counts[place] = (counts[place] ?? 0) + events;
  }
  return parts;
}
