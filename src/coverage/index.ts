export {
  type ComparedCounts,
  type ComparisonOptions,
  type CoverageComparison,
  type CoverageSummary,
  compareLandedCounts,
  coverageSummary,
  type RefusedCounts,
} from './comparison.ts';
export { type CountsSource, readCounts, UnreadableCounts } from './counts-file.ts';
export {
  type ExplainedBy,
  type Explaining,
  type ExplanationKind,
  explanationsOf,
  explanationText,
} from './explanation.ts';
export { type Healing, healingOf } from './heal-ranges.ts';
