import { maskingKeyPaths } from '../masking/index.ts';
import type { Storage } from '../storage/index.ts';

/** What became of the keys by which names are masked, or would become of them. */
export interface KeyDestruction {
  /** Lake paths. */
  readonly files: readonly string[];
}

/**
 * Destroys every key by which names are masked in a lake: nobody can tell any more whose the pseudonyms were.
 * @param dryRun whether to say only which there are
 * @throws storage errors
 */
export async function destroyMaskingKeys(storage: Storage, dryRun: boolean): Promise<KeyDestruction> {
  const files = await maskingKeyPaths(storage);
  if (!dryRun) for (const file of files) await storage.delete(file);
  return { files };
}
