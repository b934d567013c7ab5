import { reconcileRaw } from '../ingest/index.ts';
import { emitFailure, emitReconciliation, ingestTelemetry } from '../telemetry/index.ts';
import type { Invocation } from './invocation.ts';

const FUNCTION = 'reconcile-raw';
const MINUTE_MS = 60_000;

/**
 * Takes in what no event announced, and says how far behind the table is.
 * @throws the first error that a file failed with, after the others were taken in
 */
export async function reconcile({ settings, storage, host, emit }: Invocation): Promise<void> {
  const begun = host.now();
  try {
    const result = await reconcileRaw(storage, host, settings, {
      settleMs: settings.settleMinutes * MINUTE_MS,
      deadline: begun + settings.reconcileMinutes * MINUTE_MS,
      observer: ingestTelemetry(FUNCTION, host, settings, emit),
    });
    emitReconciliation(emit, result, begun, host.now());
    if (result.error !== null) throw result.error;
  } catch (error) {
    emitFailure(emit, FUNCTION, 'reconcile', error, false);
    throw error;
  }
}
