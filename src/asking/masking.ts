import { MaskingKeyError, maskingKey, PEOPLE_KEY, PeopleMask } from '../masking/index.ts';
import { UsageError } from '../present/index.ts';
import { type Storage, StorageError } from '../storage/index.ts';

/** That names are masked, and whose are not. */
export interface MaskRequest {
  /** Values, in any letter case, or pseudonyms, of whom is shown as they stand. */
  readonly reveal: readonly string[];
}

/** What an answer in which names are masked says of it. */
export interface Masking {
  /** Digest of the lake's key: answers with the same one have the same pseudonyms. */
  readonly keyId: string;
  /** Who is shown as they stand, on purpose. */
  readonly revealed: readonly string[];
  /** All of it in one line. */
  readonly note: string;
}

/**
 * Who is masked in a lake, by its key, which the first who asks makes.
 * @returns the mask of these people, every value of the lake that names one
 * @throws UsageError where there is no key and none can be made, or one that this program did not write; storage errors
 */
export async function maskOfLake(
  storage: Storage,
  lake: string,
  { reveal }: MaskRequest,
): Promise<(people: readonly string[]) => PeopleMask> {
  const key = await maskingKey(storage).catch((error: unknown) => {
    if (error instanceof MaskingKeyError) throw new UsageError(error.message);
    if (!(error instanceof StorageError) || error.operation === 'read' || error.operation === 'head') throw error;
    throw new UsageError(
      `names are masked by a key of the lake (${PEOPLE_KEY}); ${lake} has none yet, and it cannot be made here: ${error.detail}. ` +
        `Have somebody who may write there make it once: audit-lake query --mask people "SELECT 1" --lake ${lake}`,
    );
  });
  return (people) => new PeopleMask(key, people, reveal);
}

/** What to say of a mask. */
export function maskingOf({ key, revealed }: PeopleMask): Masking {
  const shown =
    revealed.length === 0 ? 'nobody is shown unmasked' : `shown unmasked on purpose: ${revealed.join(', ')}`;
  return { keyId: key.id, revealed, note: `names masked with key ${key.id}; ${shown}` };
}
