import { countNql, type NqlPull, openLandingState, pullNql } from '../landing/index.ts';
import { interruptible, type Storage } from '../storage/index.ts';
import { emitFailure, emitNqlPull } from '../telemetry/index.ts';
import type { Invocation } from './invocation.ts';

type Run = (state: Storage) => Promise<NqlPull>;

/**
 * Lands what the saved query has that is new, as far as the day's calls go, and says how far it has come.
 * @throws the error that it ended with: the next run goes on where it stands
 */
export async function pullNqlExports(invocation: Invocation): Promise<void> {
  const { settings, signal } = invocation;
  const run: Run = (state) => pullNql(invocation, settings, { state, signal });
  await runTold(invocation, { functionName: 'pull-nql', way: 'nql', query: settings.nqlQuery }, run);
}

/** Has the trail counted, by the call that is kept back for it. @throws the error that it ended with */
export async function countTrail(invocation: Invocation): Promise<void> {
  const { settings, signal } = invocation;
  const run: Run = (state) => countNql(invocation, settings, { state, signal });
  await runTold(invocation, { functionName: 'count-nql', way: 'counts', query: settings.nqlCountQuery }, run);
}

interface Told {
  readonly functionName: string;
  readonly way: 'nql' | 'counts';
  readonly query: string;
}

async function runTold(invocation: Invocation, { functionName, way, query }: Told, run: Run): Promise<void> {
  const { settings, host, emit, signal } = invocation;
  const begun = host.now();
  try {
    const result = await run(interruptible(openLandingState(settings), signal));
    emitNqlPull(emit, { way, query }, result, begun, host.now());
    if (result.fault !== null) throw result.fault;
  } catch (error) {
    emitFailure(emit, functionName, 'pull', error, false);
    throw error;
  }
}
