import { takeLanded } from '../ingest/index.ts';
import { emitLandedTaking } from '../telemetry/index.ts';
import type { Invocation } from './invocation.ts';
import { runTaking } from './taking-run.ts';

/**
 * Takes in what was landed lately, many files to a commit, and says how long they had waited.
 * @throws the first error that a file failed with, after the others were taken in
 */
export async function takeLandedFiles(invocation: Invocation): Promise<void> {
  const { settings, emit } = invocation;
  await runTaking(invocation, {
    name: 'take-landed',
    step: 'take',
    take: (options) => takeLanded(invocation, settings, options),
    tell: (result, begun, now) => emitLandedTaking(emit, result, begun, now),
  });
}
