export { COVERAGE_STATES } from './states.ts';
