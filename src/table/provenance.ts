import { ENGINE, type Provenance } from './actions.ts';
import type { Attempt } from './commit.ts';
import type { Snapshot } from './snapshot.ts';

/** What a commit of ours tells other engines of itself. */
export type Told = Pick<Provenance, 'operationMetrics' | 'userMetadata'> &
  Required<Pick<Provenance, 'operation' | 'operationParameters'>> & {
    /** `Serializable` where it is not given. */
    readonly isolationLevel?: string;
  };

/**
 * The provenance of a commit on top of a snapshot, in the order of its keys. Such a commit never is a blind append: the
 * table was read first, and claiming otherwise would let other writers ignore it.
 * Source: Delta protocol, "Commit Provenance Information".
 */
export function provenance(
  { version: readVersion }: Pick<Snapshot, 'version'>,
  { now: timestamp, txnId }: Attempt,
  { operation, operationParameters, isolationLevel = 'Serializable', operationMetrics, userMetadata }: Told,
) {
  return {
    timestamp,
    operation,
    operationParameters,
    readVersion,
    isolationLevel,
    isBlindAppend: false,
    ...(operationMetrics !== undefined && { operationMetrics }),
    ...(userMetadata !== undefined && { userMetadata }),
    engineInfo: ENGINE,
    txnId,
  } satisfies Provenance;
}
