import type { ReadingPlan } from '../lake/index.ts';
import { type ReadCounts, RejectedFile } from '../source/index.ts';
import { adviceFor } from './advice.ts';
import type { BadExamples } from './bad-examples.ts';

/** So many reasons are explained: the rest is mostly what follows from them. */
const MOST_EXPLAINED = 2;

/**
 * Looks at a file that was read to its end.
 * @throws RejectedFile where it has records and none of them is an audit record, unless the plan takes such files in
 */
export function refuseUnreadable(
  { keepsUnreadable, way }: ReadingPlan,
  { records, bad }: ReadCounts,
  examples: BadExamples,
): void {
  if (keepsUnreadable || records === 0 || bad < records) return;
  const told = adviceFor(examples.counts, examples.all, way, true).slice(0, MOST_EXPLAINED);
  throw new RejectedFile(
    'nothing_readable',
    `expected audit records, found none among ${records}: ${told.map(({ text }) => text).join('; ')}`,
    { alternatives: told[0]?.alternatives ?? [] },
  );
}
