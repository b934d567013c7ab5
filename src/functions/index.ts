export { compareCoverage } from './coverage-comparison.ts';
export { ingestBlob } from './ingest-blob.ts';
export { Invocations } from './invocation.ts';
export { takeLandedFiles } from './landed-taking.ts';
export { maintain } from './maintenance.ts';
export { recordPoison } from './poison-record.ts';
export { reconcile } from './reconciliation.ts';
