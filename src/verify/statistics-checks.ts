import { forEachParallel, type Storage, StorageFault } from '../storage/index.ts';
import type { AddFile, Snapshot } from '../table/index.ts';
import { BoundedFile, type ColumnBounds, type Comparable, comparable, compare } from './column-bounds.ts';
import type { Findings } from './findings.ts';
import type { ReplayedState } from './replayed-state.ts';
import { malformed, type StatedBounds, statedBounds } from './statistics-match.ts';
import { isUnread } from './unread-files.ts';

const PARALLEL_FILES = 4;

/** Columns read in full for each file; its footer is asked for the others. */
type Thoroughness = 'values' | 'footer';

/**
 * Compares the statistics that readers go by with what is in the files: bounds that are too narrow hide rows from every
 * query, and from the search for duplicates. Without `everyValue`, only files whose statistics do not come sealed from
 * a commit of ours are looked at, and values are read only where the footer does not bear the statistics out.
 */
export async function checkStatistics(
  storage: Storage,
  table: string,
  { files, claims }: ReplayedState,
  snapshot: Snapshot | null,
  { everyValue }: { readonly everyValue: boolean },
  findings: Findings,
): Promise<void> {
  const wanted = [...files.values()].flatMap(({ add, hasSealedStatistics }) => {
    const seen = snapshot?.files.get(add.path)?.stats;
    // A checkpoint may say other than the commit; readers go by the checkpoint.
    const isSealed = hasSealedStatistics && (seen === undefined || seen === add.stats);
    const own = isSealed && !everyValue ? [] : [add.stats, seen].filter((each) => each !== undefined);
    const stats = new Set([...own, ...(claims.get(add.path) ?? [])]);
    return [...stats].map((each) => ({ ...add, stats: each }));
  });
  await forEachParallel(wanted, PARALLEL_FILES, async (add) => {
    const where = `${table}/${add.path}`;
    const faults = await faultsOf(storage, where, add, everyValue ? 'values' : 'footer');
    if (faults.length === 0) return;
    const text = `its statistics in the log are not true: ${faults.join('; ')}; readers skip rows by them`;
    findings.problem('statistics_wrong', where, text);
  });
}

async function faultsOf(
  storage: Storage,
  where: string,
  { size, stats }: AddFile & { readonly stats: string },
  thoroughness: Thoroughness,
): Promise<string[]> {
  const fault = malformed(stats);
  const stated = statedBounds(stats);
  if (fault !== null || stated === null) return [fault ?? 'they are no JSON object'];
  try {
    const file = await BoundedFile.open(storage, where, size);
    const doubtful = [...stated.columns].filter(([column, bounds]) => {
      const footer = thoroughness === 'values' ? null : file.stated(column);
      return footer === null || boundsFault(bounds, footer) !== null;
    });
    const actual = await file.actual(doubtful.map(([column]) => column));
    const faults = doubtful.flatMap(([column, bounds]) => {
      const found = actual.get(column);
      const fault = found === undefined ? null : boundsFault(bounds, found);
      return fault === null ? [] : [`${column}: ${fault}`];
    });
    if (stated.rows !== null && stated.rows !== file.rows) faults.unshift(`${stated.rows} rows, found ${file.rows}`);
    return faults;
  } catch (error) {
    // What is missing, cannot be read or is no Parquet file has been reported.
    if (error instanceof StorageFault && !isUnread(error)) throw error;
    return [];
  }
}

/** Why a reader that goes by these bounds misses values; null where it does not. */
function boundsFault(stated: StatedBounds, found: ColumnBounds): string | null {
  const { min, max, nulls } = found;
  const [lower, upper] = [bound(stated.min, min), bound(stated.max, max)];
  if (isOther(stated.min, lower, min)) return 'the lower bound is of another type than the column';
  if (isOther(stated.max, upper, max)) return 'the upper bound is of another type than the column';
  if (min !== null && lower !== null && (compare(lower, min) ?? 0) > 0) return 'the lower bound is above a value';
  if (max !== null && upper !== null && (compare(upper, max) ?? 0) < 0) return 'the upper bound is below a value';
  if (typeof stated.nulls === 'number' && stated.nulls !== nulls) return `${stated.nulls} nulls, found ${nulls}`;
  return null;
}

/** Whether a bound is no value of the column's kind: engines make sense of it each in its own way. */
function isOther(stated: unknown, bound: Comparable | null, found: Comparable | null): boolean {
  if (stated === undefined || stated === null || found === null) return false;
  return bound === null || compare(bound, found) === null;
}

/** A bound as a value of the column; bounds of instants and dates are texts, and floored to milliseconds. */
function bound(stated: unknown, found: unknown) {
  if (typeof stated === 'string' && typeof found === 'number') {
    return /^\d{4}-\d\d-\d\d/.test(stated) ? comparable(Date.parse(stated)) : null;
  }
  return comparable(stated);
}
