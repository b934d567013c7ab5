import { dayOfDate } from '../events/index.ts';
import type { Scope } from '../ingest/index.ts';
import { changedDays, pastCommit, removalsInDoubt } from '../lake/index.ts';
import type { Storage } from '../storage/index.ts';
import { commitInfoOf, type Snapshot } from '../table/index.ts';

/** A commit of another engine that removed rows, as far as it can still be read. */
export interface ForeignRemoval {
  readonly version: number;
  /** What it says that it is, and who wrote it. */
  readonly operation: string;
  readonly engine: string;
  /** Days, `YYYY-MM-DD`, both included; null where they cannot be told. */
  readonly days: { readonly from: string; readonly to: string } | null;
}

/** The commits of other engines that removed rows, and that no replay has made good yet. @throws storage errors, TableError */
export async function foreignRemovals(storage: Storage, snapshot: Snapshot): Promise<readonly ForeignRemoval[]> {
  return await Promise.all(
    removalsInDoubt(snapshot).map(async (version) => {
      const { actions } = await pastCommit(storage, snapshot.path, version);
      const { operation, engineInfo } = commitInfoOf(actions) ?? {};
      return {
        version,
        operation: typeof operation === 'string' ? operation : 'a commit',
        engine: typeof engineInfo === 'string' ? engineInfo : 'an engine that does not say its name',
        days: changedDays(actions),
      };
    }),
  );
}

/** The versions among them whose days all lie in a scope. */
export async function removalsOfDays(
  storage: Storage,
  snapshot: Snapshot,
  scope: Scope | null,
): Promise<readonly number[]> {
  if (scope === null) return removalsInDoubt(snapshot);
  const found = await foreignRemovals(storage, snapshot);
  return found.flatMap(({ version, days }) => {
    const [from, to] = [dayOfDate(days?.from ?? ''), dayOfDate(days?.to ?? '')];
    return from !== null && to !== null && from >= scope.from && to <= scope.to ? [version] : [];
  });
}
