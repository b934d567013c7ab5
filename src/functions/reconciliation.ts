import { type FileReport, type Reconciliation, reconcileRaw } from '../ingest/index.ts';
import { emitFailure, emitReconciliation, ingestTelemetry } from '../telemetry/index.ts';
import type { Invocation } from './invocation.ts';
import { untilDeadline } from './until-deadline.ts';

const FUNCTION = 'reconcile-raw';
const MINUTE_MS = 60_000;

/**
 * Takes in what no event announced, and says how far behind the table is.
 * @throws the first error that a file failed with, after the others were taken in
 */
export async function reconcile(invocation: Invocation): Promise<void> {
  const { settings, host, emit, signal } = invocation;
  const begun = host.now();
  const deadline = begun + settings.reconcileMinutes * MINUTE_MS;
  const observer = ingestTelemetry(FUNCTION, host, settings, emit);
  const told = new Set<string>();
  // However often the work is begun anew.
  const tellOnce = (report: FileReport): void => {
    if (!told.has(report.path)) observer.onReport?.(report);
    told.add(report.path);
  };
  const options = {
    settleMs: settings.settleMinutes * MINUTE_MS,
    deadline,
    mostTries: settings.reconcileTries,
    signal,
    observer,
  };
  const work = async (): Promise<Reconciliation> => {
    const result = await reconcileRaw(invocation, settings, options);
    for (const report of result.unreadable) tellOnce(report);
    // Where nothing at all went in, it is the store that fails, and perhaps not for long.
    if (result.error !== null && result.taken.files === 0) {
      emitReconciliation(emit, result, begun, host.now());
      throw result.error;
    }
    return result;
  };
  try {
    const result = await untilDeadline({ ...invocation, deadline }, FUNCTION, work, 'reconcile');
    emitReconciliation(emit, result, begun, host.now());
    if (result.error !== null) throw result.error;
  } catch (error) {
    emitFailure(emit, FUNCTION, 'reconcile', error, false);
    throw error;
  }
}
