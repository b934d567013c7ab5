export {
  type ComparedCounts,
  type ComparisonOptions,
  type CoverageComparison,
  type CoverageSummary,
  compareLandedCounts,
  coverageSummary,
  type RefusedCounts,
} from './comparison.ts';
export { type ExplanationKind, explanationsOf, explanationText } from './explanation.ts';
