export { type Emit, emitTo, type Log } from './emit.ts';
export { EVENTS, type EventFields, type EventName } from './events.ts';
export { commitTelemetry, emitFailure, ingestTelemetry } from './ingest-telemetry.ts';
export { emitMaintenance, emitReconciliation, emitVerification } from './maintenance-telemetry.ts';
