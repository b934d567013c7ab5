import type { CoverageRow } from '../lake/index.ts';
import type { Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import type { HourState } from './hour-states.ts';
import { forEachRow, type Span } from './table-rows.ts';

const QUARTER = 900_000;

/** How many rows the table has in a time of an instance; null where that is not known. */
export type Recount = (instance: string | null, start: number, end: number) => number | null;

/**
 * Counts the rows of the table in all hours that something was, or is to be, said of. Of every file four columns are read.
 * @throws UnreadableDataFile, storage errors
 */
export async function recount(
  storage: Storage,
  snapshot: Snapshot,
  before: readonly CoverageRow[],
  states: readonly HourState[],
): Promise<Recount> {
  const spans = new Map<string | null, Span>();
  const widen = (instance: string | null, from: number, to: number) => {
    const { start, end } = spans.get(instance) ?? { start: from, end: to };
    spans.set(instance, { start: Math.min(start, from), end: Math.max(end, to) });
  };
  for (const { instance, hour_start: start, hour_end: end } of before) widen(instance, start, end);
  for (const { instance, start, end } of states) widen(instance, start, end);
  const counts = new Map<string | null, Map<number, number>>();
  for (const [instance, span] of spans) {
    const quarters = new Map<number, number>();
    counts.set(instance, quarters);
    await forEachRow(storage, snapshot, { ...span, instance }, ({ time }) => {
      const quarter = Math.floor(time / QUARTER);
      quarters.set(quarter, (quarters.get(quarter) ?? 0) + 1);
    });
  }
  return (instance, start, end) => {
    const quarters = counts.get(instance);
    const span = spans.get(instance);
    const isWithin = span !== undefined && start >= span.start && end <= span.end;
    if (quarters === undefined || !isWithin || start % QUARTER !== 0 || end % QUARTER !== 0) return null;
    let sum = 0;
    for (let at = start / QUARTER; at < end / QUARTER; at++) sum += quarters.get(at) ?? 0;
    return sum;
  };
}
