export { COVERAGE_STATES, type CoverageState } from './states.ts';
