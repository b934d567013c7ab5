export { emitCoverage } from './coverage-telemetry.ts';
export { type Emit, emitTo, type Log } from './emit.ts';
export { commitTelemetry, emitFailure, emitReplaced, ingestTelemetry } from './ingest-telemetry.ts';
export { emitClassicPull, emitDelivery, emitLandedTaking, emitNqlPull } from './landing-telemetry.ts';
export { emitMaintenance, emitReconciliation, emitVerification } from './maintenance-telemetry.ts';
export { LOG_RECORDS, type RecordFields, type RecordName } from './records.ts';
