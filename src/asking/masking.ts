import { MaskingKeyError, maskingKey, PEOPLE_KEY, PeopleMask } from '../masking/index.ts';
import { UsageError, visible } from '../present/index.ts';
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
 * @throws UsageError where there is no key and none can be made, or one that this program did not write; storage errors.
 * What is returned throws one where nobody is called as who is to be shown
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
  return (people) => {
    const mask = new PeopleMask(key, people, reveal);
    if (mask.unknown.length > 0) throw new UsageError(mask.unknown.map(unknownText).join('\n'));
    return mask;
  };
}

/** Names that are near are not told: they are those of who is to be masked. */
function unknownText(value: string): string {
  return (
    `--reveal ${visible(JSON.stringify(value))}: expected a name or id of the lake in any letter case, or a pseudonym, ` +
    'found that nobody is called so; write it as a column has it (audit-lake events --person WORD), or leave it out'
  );
}

/** What to say of a mask. */
export function maskingOf({ key, revealed }: PeopleMask): Masking {
  const shown =
    revealed.length === 0 ? 'nobody is shown unmasked' : `shown unmasked on purpose: ${revealed.join(', ')}`;
  return { keyId: key.id, revealed, note: `names masked with key ${key.id}; ${shown}` };
}
