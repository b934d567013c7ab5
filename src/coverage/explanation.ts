import * as z from 'zod';
import type { CoverageRow } from '../lake/index.ts';

/** What explains that the table has fewer events than the source counted, or more: each event once. */
const EXPLAINING = {
  withheld: 'erased, or older than the retention of the lake',
  withdrawn: 'of raw files that were withdrawn',
  waiting: 'of raw files that wait to be taken in',
  rejected: 'of raw files that were rejected',
  quarantined: 'records in quarantine',
  merged: 'identical events of exports that do not overlap, which are one row',
  may_be_erased: 'of raw files that are gone, so that nobody can tell: no more than rows were erased and are missing',
  landed_later: 'landed after they were counted',
  other_identity:
    'the same events under two ids: by two ways of which one names nobody, or cuts times to seconds, throughout',
} as const;

/** What a difference that nothing explains comes of, or may come of. */
const CAUSES = {
  lost: 'a raw file holds them, and the table does not',
  not_exported: 'no raw file holds them',
  truncated_export: 'an export that was perhaps cut off lies there',
  rejected_file: 'a raw file that landed then was rejected',
  withdrawn_file: 'a raw file that was withdrawn had events of then',
  only_by_webhook: 'came by a webhook, and no export has them: invented, perhaps',
  not_counted: 'Nexthink did not count them: removed there, or invented',
  changed_since: 'the table has another number than when it was compared: have it counted again',
  time_zone_shift: 'all times are apart by as much: another zone',
} as const;

export type Explaining = keyof typeof EXPLAINING;
export type ExplanationKind = Explaining | keyof typeof CAUSES;

const KINDS = [...Object.keys(EXPLAINING), ...Object.keys(CAUSES)] as [ExplanationKind, ...ExplanationKind[]];
const STORED = z.array(
  z.object({
    kind: z.enum(KINDS),
    count: z.number().nullable(),
    files: z.array(z.string()).optional(),
    minutes: z.number().optional(),
  }),
);

/** What a row of audit_coverage says of its difference, as far as it can be read. */
export function explanationsOf({ explanation }: Pick<CoverageRow, 'explanation'>): readonly Explanation[] {
  try {
    return STORED.parse(JSON.parse(explanation ?? '[]')) as readonly Explanation[];
  } catch {
    return [];
  }
}

/** One thing that explains a difference, or may have caused it. */
export interface Explanation {
  readonly kind: ExplanationKind;
  /** Events; null where nobody knows how many. */
  readonly count: number | null;
  /** Raw files by their lake paths: some of them. */
  readonly files?: readonly string[];
  /** By how much times are apart. */
  readonly minutes?: number;
}

/** What a kind of explanation means, in words. */
export function explanationText(kind: ExplanationKind): string {
  return { ...EXPLAINING, ...CAUSES }[kind];
}

/** Events that may explain a difference, by kind, each once. */
export type Available = Partial<Record<Explaining, number>>;

/** Takes from what is available, in the order of the kinds, as much as a difference needs and no more. */
export function taken(difference: number, available: Available): Explanation[] {
  let left = difference;
  const found: Explanation[] = [];
  for (const kind of Object.keys(EXPLAINING) as Explaining[]) {
    const count = Math.min(left, available[kind] ?? 0);
    if (count <= 0) continue;
    found.push({ kind, count });
    left -= count;
  }
  return found;
}

/** Kinds that name where events are, or may be, and prove nothing of them: an hour that rests on them is not reconciled. */
const UNPROVEN: readonly ExplanationKind[] = ['withdrawn', 'waiting', 'rejected', 'may_be_erased', 'landed_later'];

/** Whether anything is left that nothing explains. */
export function isOpen(explanations: readonly Explanation[]): boolean {
  return explanations.some(({ kind }) => !(kind in EXPLAINING));
}

/** Whether all is explained, and by what is proven. */
export function isProven(explanations: readonly Explanation[]): boolean {
  return !isOpen(explanations) && !explanations.some(({ kind }) => UNPROVEN.includes(kind));
}

/** How many events explanations explain: causes explain none. */
export function explained(explanations: readonly Explanation[]): number {
  return explanations.reduce((sum, { kind, count }) => sum + (kind in EXPLAINING ? (count ?? 0) : 0), 0);
}

/** How many events each kind explains; causes are left out. */
export type ExplainedBy = Available;

/** Events that explanations explain, by kind, in the order of the kinds. */
export function explainedBy(all: Iterable<readonly Explanation[]>): ExplainedBy {
  const counts = new Map((Object.keys(EXPLAINING) as Explaining[]).map((kind) => [kind as ExplanationKind, 0]));
  for (const explanations of all) {
    for (const { kind, count } of explanations) {
      const before = counts.get(kind);
      if (before !== undefined) counts.set(kind, before + (count ?? 0));
    }
  }
  return Object.fromEntries([...counts].filter(([, count]) => count > 0));
}
