import { type LandedTaking, takeLanded } from '../ingest/index.ts';
import { emitFailure, emitLandedTaking, ingestTelemetry } from '../telemetry/index.ts';
import type { Invocation } from './invocation.ts';
import { untilDeadline } from './until-deadline.ts';

const FUNCTION = 'take-landed';
const MINUTE_MS = 60_000;

/**
 * Takes in what was landed lately, many files to a commit, and says how long they had waited.
 * @throws the first error that a file failed with, after the others were taken in
 */
export async function takeLandedFiles(invocation: Invocation): Promise<void> {
  const { settings, host, emit, signal } = invocation;
  const begun = host.now();
  const deadline = begun + settings.reconcileMinutes * MINUTE_MS;
  const options = {
    settleMs: settings.settleMinutes * MINUTE_MS,
    deadline,
    mostTries: settings.reconcileTries,
    signal,
    observer: ingestTelemetry(FUNCTION, host, settings, emit),
  };
  const work = async (): Promise<LandedTaking> => {
    const result = await takeLanded(invocation, settings, options);
    // Where nothing at all went in, it is the store that fails, and perhaps not for long.
    if (result.error !== null && result.taken.files === 0) {
      emitLandedTaking(emit, result, begun, host.now());
      throw result.error;
    }
    return result;
  };
  try {
    const result = await untilDeadline({ ...invocation, deadline }, FUNCTION, work, 'take');
    emitLandedTaking(emit, result, begun, host.now());
    if (result.error !== null) throw result.error;
  } catch (error) {
    emitFailure(emit, FUNCTION, 'take', error, false);
    throw error;
  }
}
