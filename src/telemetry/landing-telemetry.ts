import type { LandedTaking } from '../ingest/index.ts';
import type { DeliveryLog } from '../landing/index.ts';
import type { Emit } from './emit.ts';

/** Logs what became of landed files, and how long the oldest had waited. Times in milliseconds since 1970. */
export function emitLandedTaking(emit: Emit, result: LandedTaking, begun: number, ended: number): void {
  const { listed, recorded, waiting, settling, taken, failed, left, oldestWaitingMs } = result;
  emit('landed_taking', {
    ...{ listed, recorded, waiting, settling, failed, left },
    ...{ ingested: taken.ingested, rejected: taken.rejected, skipped: taken.skipped, rows: taken.rows },
    oldest_waiting_seconds: oldestWaitingMs === null ? null : oldestWaitingMs / 1000,
    duration_ms: ended - begun,
  });
}

/** Logs how a delivery was answered. */
export function emitDelivery(emit: Emit, log: DeliveryLog, durationMs: number): void {
  const { status, problem, repeated, bytes, records, bad } = log;
  emit('delivery', {
    ...{ status, problem, landed: log.landed !== null, repeated, bytes, records, bad },
    duration_ms: durationMs,
  });
}
