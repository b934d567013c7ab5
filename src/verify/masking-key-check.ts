import { MaskingKeyError, PEOPLE_KEY, storedMaskingKey } from '../masking/index.ts';
import { type Storage, StorageError } from '../storage/index.ts';
import type { Findings } from './findings.ts';

/** Says where the key by which names are masked is none that this program wrote. Nothing that is proved hangs on it. */
export async function checkMaskingKey(storage: Storage, findings: Findings): Promise<void> {
  try {
    await storedMaskingKey(storage);
  } catch (error) {
    if (!(error instanceof MaskingKeyError || error instanceof StorageError)) throw error;
    findings.note('masking_key_altered', PEOPLE_KEY, error instanceof StorageError ? error.detail : error.found);
  }
}
