import type { LandedTaking } from '../ingest/index.ts';
import type { DeliveryLog, NqlPull, PulledTrail } from '../landing/index.ts';
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

/** Logs what was pulled of each classic trail, and how far it has come. Times in milliseconds since 1970. */
export function emitClassicPull(emit: Emit, trails: readonly PulledTrail[], begun: number, ended: number): void {
  for (const { trail, logs, halved, reached, isCaughtUp, fault } of trails) {
    const landed = logs.filter(({ outcome }) => outcome === 'created');
    emit('pull', {
      ...{ way: 'classic', trail, files: landed.length, bytes: sum(landed.map(({ bytes }) => bytes)) },
      ...{ truncated: 0, halved, caught_up: isCaughtUp, waiting: false, failed: fault !== null },
      behind_seconds: reached === null ? null : Math.max(0, ended - reached) / 1000,
      duration_ms: ended - begun,
    });
  }
}

/** Logs what was pulled by a saved query, how far it has come, and how the day's calls stand. Times in milliseconds since 1970. */
export function emitNqlPull(
  emit: Emit,
  { way, query }: { readonly way: 'nql' | 'counts'; readonly query: string },
  { outcome, exports, halved, reached, calls, fault }: NqlPull,
  begun: number,
  ended: number,
): void {
  const landed = exports.filter((each) => each.outcome === 'created');
  // A query with a window of its own has everything up to now, once a result of it is there.
  const until = reached ?? (exports.length > 0 ? ended : null);
  emit('pull', {
    ...{ way, trail: query, files: landed.length, bytes: sum(landed.map(({ size }) => size)) },
    ...{ truncated: exports.filter(({ isTruncated }) => isTruncated).length, halved },
    ...{ caught_up: outcome === 'done', waiting: outcome === 'still_running', failed: fault !== null },
    behind_seconds: until === null ? null : Math.max(0, ended - until) / 1000,
    duration_ms: ended - begun,
  });
  emit('nql_calls', {
    ...{ way, outcome, used: calls.used, left_to_pull: calls.leftToPull, left_to_count: calls.leftToCount },
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
