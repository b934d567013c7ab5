import { compareLandedCounts } from '../coverage/index.ts';
import { commitTelemetry, emitCoverage, emitFailure } from '../telemetry/index.ts';
import type { Invocation } from './invocation.ts';
import { untilDeadline } from './until-deadline.ts';

const FUNCTION = 'compare-coverage';

/**
 * Compares the counts that have landed since the last comparison with the table, and says what differs. A difference is no
 * failure: it has an alert of its own.
 * @throws storage errors, TableError, and what else keeps a table from being read
 */
export async function compareCoverage(invocation: Invocation): Promise<void> {
  const { settings, host, emit, signal } = invocation;
  const begun = host.now();
  const options = { observer: commitTelemetry(FUNCTION, emit), signal };
  try {
    const work = () => compareLandedCounts(invocation, settings, options);
    const result = await untilDeadline(invocation, FUNCTION, work, 'compare');
    if (result !== null) emitCoverage(emit, result, begun, host.now());
  } catch (error) {
    emitFailure(emit, FUNCTION, 'compare', error, false);
    throw error;
  }
}
