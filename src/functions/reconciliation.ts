import { type FileReport, reconcileRaw } from '../ingest/index.ts';
import { emitReconciliation } from '../telemetry/index.ts';
import type { Invocation } from './invocation.ts';
import { runTaking } from './taking-run.ts';

/**
 * Takes in what no event announced, and says how far behind the table is.
 * @throws the first error that a file failed with, after the others were taken in
 */
export async function reconcile(invocation: Invocation): Promise<void> {
  const { settings, emit } = invocation;
  const told = new Set<string>();
  await runTaking(invocation, {
    name: 'reconcile-raw',
    step: 'reconcile',
    take: async (options) => {
      const result = await reconcileRaw(invocation, settings, options);
      // However often the work is begun anew.
      const tellOnce = (report: FileReport): void => {
        if (!told.has(report.path)) options.observer?.onReport?.(report);
        told.add(report.path);
      };
      for (const report of result.unreadable) tellOnce(report);
      return result;
    },
    tell: (result, begun, now) => emitReconciliation(emit, result, begun, now),
  });
}
