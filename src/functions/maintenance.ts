import { maintainLake } from '../maintenance/index.ts';
import { commitTelemetry, emitFailure, emitMaintenance, emitVerification } from '../telemetry/index.ts';
import { verifyNewest } from '../verify/index.ts';
import type { Invocation } from './invocation.ts';
import { untilDeadline } from './until-deadline.ts';
import { OwnWords } from './untold.ts';

const FUNCTION = 'maintain-table';
const MINUTE_MS = 60_000;

/** Commits of each table that a maintenance verifies: more than 40 instances that export every hour make in a day. */
const VERIFIED_COMMITS = 1_000;

/**
 * Keeps the lake in shape, then verifies its newest commits.
 * @throws the first error of a step, after the other steps; Error where the verification found problems
 */
export async function maintain(invocation: Invocation): Promise<void> {
  const { settings, storage, host, emit } = invocation;
  const begun = host.now();
  const time = settings.maintainMinutes * MINUTE_MS;
  const fail = (step: string, error: unknown): void => emitFailure(emit, FUNCTION, step, error, false);
  const warn = commitTelemetry(FUNCTION, emit);
  try {
    const work = () => maintainLake(invocation, settings, { deadline: begun + time / 2, observer: warn });
    const patient = { ...invocation, deadline: begun + time / 2 };
    const result = await untilDeadline(patient, FUNCTION, work, 'maintain');
    const maintained = host.now();
    emitMaintenance(emit, result, maintained - begun);
    for (const { step, error } of result.failures) fail(step, error);
    const isTimeUp = () => host.now() >= begun + time;
    const verification = await verifyNewest(storage, { commits: VERIFIED_COMMITS, isTimeUp });
    emitVerification(emit, verification, host.now() - maintained);
    if (verification.problems.length > 0) {
      throw new OwnWords(`${verification.problems.length} problems in the newest commits; run: audit-lake verify`);
    }
    if (result.failures.length > 0) throw result.failures[0]?.error;
  } catch (error) {
    fail('maintain', error);
    throw error;
  }
}
