import { emptyReport, ingestPaths } from '../ingest/index.ts';
import { emitFailure, ingestTelemetry } from '../telemetry/index.ts';
import type { Invocation } from './invocation.ts';
import type { BlobName, RawPlace } from './raw-place.ts';
import { untilDeadline } from './until-deadline.ts';

const FUNCTION = 'ingest-export';

/**
 * Takes in the file that an event announced, as it is now: the event may be late, repeated or out of order. Done when
 * its fate is in the log, a rejection included; then the event need not come again.
 * @throws storage errors and Interrupted where that did not succeed within the invocation's time: deliver it again
 */
export async function ingestBlob(invocation: Invocation, rawPlace: RawPlace, blob: BlobName): Promise<void> {
  const { settings, storage, host, emit, signal } = invocation;
  const observer = ingestTelemetry(FUNCTION, host, settings, emit);
  const path = rawPlace.lakePath(blob);
  if (path === null) {
    observer.onReport?.(emptyReport('', 'skipped', 'outside_raw', null));
    return;
  }
  try {
    await untilDeadline(invocation, FUNCTION, async () => {
      // A file is there with no bytes before its writer has flushed any; one that stays so is for the reconciliation.
      const info = await storage.head(path);
      if (info?.size === 0) observer.onReport?.(emptyReport(path, 'skipped', 'still_empty', null));
      else await ingestPaths(invocation, settings, [info ?? path], { named: false, observer, signal });
    });
  } catch (error) {
    emitFailure(emit, FUNCTION, 'ingest', error, false);
    throw error;
  }
}
