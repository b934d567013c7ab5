import { openLandingState, pullClassic } from '../landing/index.ts';
import { interruptible } from '../storage/index.ts';
import { emitClassicPull, emitFailure } from '../telemetry/index.ts';
import type { Invocation } from './invocation.ts';

const FUNCTION = 'pull-classic';

/**
 * Lands what is new of each trail, and says how far each has come.
 * @throws the first error that a trail ended with, after the others were pulled: the next run goes on where it stands
 */
export async function pullClassicLogs(invocation: Invocation): Promise<void> {
  const { settings, host, emit, signal } = invocation;
  const begun = host.now();
  try {
    const state = interruptible(openLandingState(settings), signal);
    const trails = await pullClassic(invocation, settings, { state, signal });
    emitClassicPull(emit, trails, begun, host.now());
    const fault = trails.find((trail) => trail.fault !== null)?.fault ?? null;
    if (fault !== null) throw fault;
  } catch (error) {
    emitFailure(emit, FUNCTION, 'pull', error, false);
    throw error;
  }
}
