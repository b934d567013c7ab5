import { maintainLake } from '../maintenance/index.ts';
import { signedInPrincipal } from '../storage/index.ts';
import { tableName } from '../table/index.ts';
import { commitTelemetry, emitFailure, emitMaintenance, emitVerification } from '../telemetry/index.ts';
import { type NewestVerification, recordVerification, verifyNewest } from '../verify/index.ts';
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
    const duration = host.now() - maintained;
    emitVerification(emit, verification, duration, await leaveRecord(invocation, verification));
    if (verification.problems.length > 0) {
      throw new OwnWords(`${verification.problems.length} problems in the newest commits; run: audit-lake verify`);
    }
    if (result.failures.length > 0) throw result.failures[0]?.error;
  } catch (error) {
    fail('maintain', error);
    throw error;
  }
}

/** Puts the verification on record in the lake, and says whether that could be done: the app's identity may have no right to. */
async function leaveRecord(invocation: Invocation, verification: NewestVerification): Promise<boolean> {
  const { problems, counts, filesLeft, heads } = verification;
  const principal = await signedInPrincipal(invocation.settings);
  const recorded = await recordVerification(invocation, {
    ...{ problems, counts, filesLeft, deep: false, newestOnly: true, notes: [] },
    heads: Object.fromEntries([...heads].map(([path, head]) => [tableName(path), head])),
    by: principal && { ...principal, kind: 'principal' },
  });
  return typeof recorded === 'string';
}
