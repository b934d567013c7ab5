import { compactionInfo, type DataFile, removalOf } from '../lake/index.ts';
import type { Rewriter } from '../rewrite/index.ts';
import type { Host, LakeContext } from '../storage/index.ts';
import { type Action, type AddFile, type Commit, commitWithRetries, type Snapshot } from '../table/index.ts';
import { bytesOf, type CompactedDay, sum } from './compact-plan.ts';

/** A day whose files are rewritten, and not committed yet. */
export interface RewrittenDay extends CompactedDay {
  readonly rows: number;
  readonly inputs: readonly AddFile[];
  readonly outputs: readonly DataFile[];
  readonly rewriter: Rewriter;
}

/** Commits all days at once; the files are discarded where another commit stands in the way. */
export async function commitDays(
  context: LakeContext,
  snapshot: Snapshot,
  before: string,
  days: readonly RewrittenDay[],
): Promise<{ readonly snapshot: Snapshot; readonly overtakenBy: string | null }> {
  const { host } = context;
  const inputs = new Set(days.flatMap((day) => day.inputs.map(({ path }) => path)));
  let overtakenBy: string | null = null;
  const { snapshot: after } = await commitWithRetries(context, snapshot, {
    subject: 'compaction',
    discard: () => discard(days),
    next: async (current, since) => {
      overtakenBy = hindrance(since, inputs, snapshot);
      if (overtakenBy === null) return { actions: compactionActions(host, current, before, days) };
      await discard(days);
      return null;
    },
  });
  return { snapshot: after, overtakenBy };
}

/** What among the winners of a race makes the rewritten files wrong; null where nothing does. Appends never do. */
function hindrance(winners: readonly Commit[], inputs: ReadonlySet<string>, { metadata }: Snapshot): string | null {
  for (const { version, actions } of winners) {
    for (const action of actions) {
      if ('protocol' in action) return `version ${version} changed the table's protocol`;
      if ('metaData' in action) {
        const { schemaString, partitionColumns } = action.metaData;
        const isSame =
          schemaString === metadata.schemaString && partitionColumns.join() === metadata.partitionColumns.join();
        if (!isSame) return `version ${version} changed the table's schema`;
      }
      if ('remove' in action && inputs.has(action.remove.path)) {
        return `version ${version} removed ${action.remove.path}, which was being compacted`;
      }
    }
  }
  return null;
}

function compactionActions(host: Host, snapshot: Snapshot, before: string, days: readonly RewrittenDay[]): Action[] {
  const now = host.now();
  const inputs = days.flatMap((day) => day.inputs);
  const outputs = days.flatMap((day) => day.outputs);
  const change = {
    kind: 'compact',
    before,
    days: days.length,
    rows: sum(days, (day) => day.rows),
    files_before: inputs.length,
    files_after: outputs.length,
    bytes_before: bytesOf(inputs),
    bytes_after: sum(outputs, ({ add }) => add.size),
  } as const;
  const attempt = { now, txnId: host.randomId() };
  return [
    { commitInfo: compactionInfo(snapshot, attempt, change, outputs) },
    ...inputs.map((file) => removalOf(file, now, false)),
    ...outputs.map(({ add }) => ({ add: { ...add, dataChange: false } })),
  ];
}

/** Removes what was written for the days; only where no commit may ever have named it. */
export async function discard(days: readonly RewrittenDay[]): Promise<void> {
  for (const { rewriter } of days) await rewriter.discard();
}
