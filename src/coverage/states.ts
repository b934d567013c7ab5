/**
 * How well it is known that the table has all of an hour, best first: its count is the source's; two exports of it that overlap
 * agree; one export covers it; none does.
 */
export const COVERAGE_STATES = ['reconciled', 'corroborated', 'single_source', 'unknown'] as const;
