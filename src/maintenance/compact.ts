import { dateOfDay, dayOfInstant } from '../events/index.ts';
import { afterCommit, type CommitObserver, recordedHashes } from '../lake/index.ts';
import type { Codec } from '../parquet/index.ts';
import { inReadingOrder, Rewriter, UnrewritableFile } from '../rewrite/index.ts';
import type { LakeContext } from '../storage/index.ts';
import { type Snapshot, TableError } from '../table/index.ts';
import { commitDays, discard, type RewrittenDay } from './compact-commit.ts';
import { bytesOf, type CompactedDay, compactableDays, type DayPlan, expected, sum } from './compact-plan.ts';

/** Told of how a compaction goes. */
export interface CompactObserver extends CommitObserver {
  /** The files of a day are about to be rewritten; the first of so many days is number 1. */
  onDay?(eventDate: string, number: number, of: number): void;
}

export interface CompactOptions {
  readonly codec: Codec;
  /** Only days before this one, `YYYY-MM-DD`; never later than today in UTC, which it is by default: today still grows. */
  readonly before?: string;
  /** Milliseconds since 1970 from which on no further day is begun. */
  readonly deadline?: number;
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean;
  readonly observer?: CompactObserver;
}

export interface Compaction {
  readonly snapshot: Snapshot;
  /** `overtaken`: another commit was first with the same files, so nothing was changed; the next run takes it up. */
  readonly outcome: 'compacted' | 'nothing to do' | 'dry run' | 'overtaken';
  /** What overtook it; null otherwise. */
  readonly explanation: string | null;
  readonly days: readonly CompactedDay[];
  /** Files that stay as they are: altered since they were committed, or with rows that cannot be carried over whole. */
  readonly refused: readonly UnrewritableFile[];
  /** Days left for the next run because time was up. */
  readonly daysLeft: number;
}

/**
 * Makes few big files of the small ones of closed days, in one commit that changes no data: the rows are the same, and
 * asserted to be. Run again, it finds nothing to do. What it leaves when it is cut off are files that no commit names.
 * @throws storage errors and TableError, with nothing visible
 */
export async function compactTable(
  context: LakeContext,
  snapshot: Snapshot,
  options: CompactOptions,
): Promise<Compaction> {
  const { storage, host } = context;
  const { dryRun, observer, deadline = Number.POSITIVE_INFINITY } = options;
  const today = dateOfDay(dayOfInstant(host.now()));
  const before = options.before === undefined || options.before > today ? today : options.before;
  const plans = compactableDays(snapshot, before);
  const untouched = { snapshot, explanation: null, refused: [], daysLeft: 0 };
  if (dryRun) return { ...untouched, outcome: 'dry run', days: plans.map(expected) };
  const days: RewrittenDay[] = [];
  const refused: UnrewritableFile[] = [];
  const paths = plans.flatMap(({ files }) => files.map(({ path }) => path));
  // An altered file must be found out, not be made one that is in order.
  const hashes = await recordedHashes(storage, snapshot, paths);
  let begun = 0;
  try {
    for (const plan of plans) {
      if (host.now() >= deadline) break;
      begun++;
      observer?.onDay?.(plan.eventDate, begun, plans.length);
      const day = await rewriteDay(context, snapshot, plan, hashes, options.codec, refused);
      if (day !== null) days.push(day);
    }
  } catch (error) {
    await discard(days);
    throw error;
  }
  const done = { refused, daysLeft: plans.length - begun };
  if (days.length === 0) return { ...untouched, ...done, outcome: 'nothing to do', days: [] };
  const result = await commitDays(context, snapshot, before, days);
  if (result.overtakenBy !== null) {
    const explanation = `${result.overtakenBy}; nothing was changed, run it again`;
    return { ...done, snapshot: result.snapshot, outcome: 'overtaken', explanation, days: [] };
  }
  await afterCommit(context, result.snapshot, observer);
  const reported = days.map(({ inputs: _, outputs: __, rewriter: ___, ...day }) => day);
  return { ...done, snapshot: result.snapshot, outcome: 'compacted', explanation: null, days: reported };
}

/** Rewrites the files of a day that can be; null, and nothing written, where fewer than two can. */
async function rewriteDay(
  context: LakeContext,
  snapshot: Snapshot,
  { eventDate, files }: DayPlan,
  hashes: ReadonlyMap<string, string>,
  codec: Codec,
  refused: UnrewritableFile[],
): Promise<RewrittenDay | null> {
  let inputs = inReadingOrder(files);
  while (inputs.length > 1) {
    const rewriter = new Rewriter(context, snapshot, { eventDate, codec });
    try {
      let rows = 0;
      for (const file of inputs) rows += (await rewriter.addFile(file, hashes.get(file.path) ?? null)).kept;
      const outputs = await rewriter.finish();
      const written = sum(outputs, (file) => file.rows);
      if (written !== rows) throw new TableError(snapshot.path, `${eventDate}: ${rows} rows read, ${written} written`);
      const counts = { filesBefore: inputs.length, filesAfter: outputs.length, bytesBefore: bytesOf(inputs) };
      const bytesAfter = sum(outputs, ({ add }) => add.size);
      return { eventDate, rows, ...counts, bytesAfter, inputs, outputs, rewriter };
    } catch (error) {
      await rewriter.discard();
      if (!(error instanceof UnrewritableFile)) throw error;
      refused.push(error);
      inputs = inputs.filter(({ path }) => path !== error.path);
    }
  }
  return null;
}
