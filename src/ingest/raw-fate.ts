import { outcomeOf, type RecordedOutcome, readingPlan, rejectedAppId, sourceFile, withdrawals } from '../lake/index.ts';
import type { Settings } from '../settings/index.ts';
import type { ListedFile, Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';

/**
 * What the log says became of a listed file as it is now, or that it is gone; null where it says nothing. A path that the log
 * never named needs no look at the file.
 * @param snapshot null where there is no table yet
 */
export async function fateOf(
  storage: Storage,
  snapshot: Snapshot | null,
  file: ListedFile,
  settings: Settings,
): Promise<RecordedOutcome | 'gone' | null> {
  if (snapshot === null) return null;
  const { transactions } = snapshot;
  const isNamed = transactions.has(file.path) || transactions.has(rejectedAppId(file.path));
  const mayBeOut = withdrawals(snapshot).some(({ path, size }) => path === file.path || size === file.size);
  if (!isNamed && !mayBeOut) return null;
  const current = file.etag === undefined ? await storage.head(file.path) : { ...file, etag: file.etag };
  if (current === null) return 'gone';
  return await outcomeOf(storage, snapshot, readingPlan(settings, sourceFile(current), snapshot));
}
