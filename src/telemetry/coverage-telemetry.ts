import type { CoverageComparison } from '../coverage/index.ts';
import type { Emit } from './emit.ts';

/** Logs what a comparison with the source's own counts found. Times in milliseconds since 1970. */
export function emitCoverage(emit: Emit, result: CoverageComparison, begun: number, ended: number): void {
  const { compared, refused, findings, summary } = result;
  const sum = (of: (each: (typeof compared)[number]) => number) => compared.reduce((all, each) => all + of(each), 0);
  const apart = (sign: number) =>
    findings.reduce((all, { difference }) => all + Math.max(0, sign * (difference ?? 0)), 0);
  const age = (at: number | null) => (at === null ? null : Math.max(0, ended - at) / 1000);
  const { differs, ...hours } = summary.hours;
  emit('coverage', {
    ...{ counts: compared.length, refused: refused.length, hours: sum((each) => each.hours) },
    ...{ differing: sum((each) => each.differing), findings: findings.length },
    ...{ missing: apart(1), excess: apart(-1), explained: sum((each) => each.explained) },
    ...hours,
    standing: differs,
    oldest_differing_seconds: age(summary.oldestDiffering),
    counted_seconds: age(summary.countedAt),
    duration_ms: ended - begun,
  });
}
