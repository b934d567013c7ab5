import type { Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { pastCommits } from './past-commits.ts';
import { toldSources } from './record-reading.ts';
import { type ToldSource, WayOverlap, type WayPair, type WayTotals } from './way-overlap.ts';
import { withdrawalOf } from './withdrawals.ts';

/** What is read of a table for it, at most: commits, raw files that they tell of, and hours of these. */
const MOST_COMMITS = 512;
const MOST_SOURCES = 50_000;
const MOST_HOURS = 1_000_000;

/** What the newest commits tell of the ways by which raw files came. */
export interface PastWays {
  /** The versions that were read, both included. */
  readonly from: number;
  readonly to: number;
  readonly ways: readonly WayTotals[];
  readonly pairs: readonly WayPair[];
}

/**
 * Adds up by way what the newest commits took in, as each file went in: what was done to rows since changes nothing of it, but
 * files that are withdrawn are left out. Reads so many commits that it takes about a second, and all of a smaller table.
 * @throws CorruptLog, BrokenEvidence, storage errors
 */
export async function pastWays(storage: Storage, snapshot: Snapshot): Promise<PastWays> {
  const newestFirst: ToldSource[] = [];
  let from = snapshot.version;
  let hours = 0;
  for await (const { version, actions } of pastCommits(storage, snapshot)) {
    from = version;
    for (const source of toldSources(actions).toReversed()) {
      if (withdrawalOf(snapshot, source) !== null) continue;
      newestFirst.push(source);
      hours += source.hours?.records.length ?? 0;
    }
    const isEnough = newestFirst.length >= MOST_SOURCES || hours >= MOST_HOURS;
    if (isEnough || snapshot.version - version + 1 >= MOST_COMMITS) break;
  }
  const overlap = new WayOverlap();
  for (const source of newestFirst.toReversed()) overlap.add(source);
  return { from, to: snapshot.version, ways: overlap.totals, pairs: overlap.pairs };
}
