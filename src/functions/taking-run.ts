import type { TakingOptions, Totals } from '../ingest/index.ts';
import { emitFailure, ingestTelemetry } from '../telemetry/index.ts';
import type { Invocation } from './invocation.ts';
import { untilDeadline } from './until-deadline.ts';

const MINUTE_MS = 60_000;

/** What a function that takes waiting files in found and did, as far as its run goes by it. */
interface Taken {
  readonly taken: Pick<Totals, 'files'>;
  /** The first error that a file failed with; null where none did. */
  readonly error: unknown;
}

/** A function that takes waiting files in: what it is called in the log, what it does, and how what came of it is told. */
interface TakingFunction<T extends Taken> {
  readonly name: string;
  readonly step: string;
  take(options: TakingOptions): Promise<T>;
  tell(result: T, begun: number, now: number): void;
}

/**
 * Runs it, again and again where it is the store that fails, within the minutes of a reconciliation.
 * @throws the first error that a file failed with, after the others were taken in
 */
export async function runTaking<T extends Taken>(
  invocation: Invocation,
  { name, step, take, tell }: TakingFunction<T>,
): Promise<void> {
  const { settings, host, emit, signal } = invocation;
  const begun = host.now();
  const deadline = begun + settings.reconcileMinutes * MINUTE_MS;
  const options = {
    settleMs: settings.settleMinutes * MINUTE_MS,
    deadline,
    mostTries: settings.reconcileTries,
    signal,
    observer: ingestTelemetry(name, host, settings, emit),
  };
  const work = async (): Promise<T> => {
    const result = await take(options);
    // Where nothing at all went in, it is the store that fails, and perhaps not for long.
    if (result.error !== null && result.taken.files === 0) {
      tell(result, begun, host.now());
      throw result.error;
    }
    return result;
  };
  try {
    const result = await untilDeadline({ ...invocation, deadline }, name, work, step);
    tell(result, begun, host.now());
    if (result.error !== null) throw result.error;
  } catch (error) {
    emitFailure(emit, name, step, error, false);
    throw error;
  }
}
