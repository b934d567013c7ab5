import { existsSync } from 'node:fs';
import { StorageFault } from '../storage/index.ts';
import { engineLocation, exactly } from './sandbox.ts';

/** How the engine says that it could not have a file: one that is gone it takes for a pattern, which it may not look up. */
const NOT_HAD = /^(?:Failed to extract statements: )?(?:IO|Permission) Error: /;

/**
 * What an error of the engine means where it is about a file of the lake that is gone since the lake was opened: moved away
 * with it, removed, or rewritten and cleaned away. Null where it is about anything else.
 * @param folder where the engine has the files
 * @param files the files that the views read, by their lake paths
 */
export function lostFile(error: unknown, folder: string, files: readonly string[]): StorageFault | null {
  const said = messageOf(error);
  if (said === null) return null;
  const lost = files.find((file) => {
    const location = engineLocation(folder, file);
    return (said.includes(location) || said.includes(exactly(location))) && !existsSync(location);
  });
  if (lost === undefined) return null;
  return new StorageFault(
    'read',
    lost,
    'the lake, or this file of it, is no longer there: it was moved, or removed. Where it was only rewritten meanwhile, ' +
      'asking again finds the new one; else bring it back. audit-lake verify says what is missing',
    { cause: error },
  );
}

/** What the engine said first, where that is about a file. */
function messageOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  return NOT_HAD.test(error.message) ? error.message : messageOf(error.cause);
}
