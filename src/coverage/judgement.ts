import type { Settings } from '../settings/index.ts';
import { ZoneOffsets } from '../source/index.ts';
import { type Bucket, BucketIndex, bucketsOf } from './buckets.ts';
import type { Counts } from './counts-file.ts';
import { doubtedRows } from './doubted.ts';
import { type Explanation, explained, taken } from './explanation.ts';
import { type Found, type Searched, searchRaw } from './raw-search.ts';
import { SHIFT_REACH, Slots, shiftOf } from './shift.ts';
import { type FoundMore, searchRows } from './surplus.ts';
import { forEachRow } from './table-rows.ts';
import { type Cell, differences, Tally } from './tally.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Events of hours that are searched for together, so that what is held of them stays small. */
const MOST_SEARCHED = 250_000;

/** A code of an hour that differs, and what explains it. */
export interface JudgedCode {
  readonly code: number;
  readonly source: number;
  readonly lake: number;
  readonly explanations: readonly Explanation[];
  /** What nothing explains: above 0 the table lacks events, below 0 the source does. */
  readonly difference: number;
}

/** An hour that was compared. Instants in milliseconds since 1970. */
export interface JudgedHour extends Bucket {
  readonly source: number;
  readonly lake: number;
  /** Codes that differ, explained or not. */
  readonly codes: readonly JudgedCode[];
}

/** Where a file of counts was compared with the table. */
export interface Judgement {
  readonly counts: Counts;
  readonly hours: readonly JudgedHour[];
  /** By how much all times are apart, in minutes; null where they are not. */
  readonly shiftMinutes: number | null;
}

/**
 * Compares what the source counted with the table, hour by hour and code by code. The first and the last hour with events may have
 * been counted in part, and what ended less than coverageLateHours before the counting may have been exported late: neither is judged.
 * @throws BrokenErasureList, UnreadableDataFile, storage errors
 */
export async function judge(
  searched: Omit<Searched, 'buckets' | 'instance' | 'explaining' | 'takenForErased'> & { readonly settings: Settings },
  counts: Counts,
): Promise<Judgement> {
  const clock = counts.zone === null ? null : new ZoneOffsets(counts.zone);
  const buckets = bucketsOf(
    counts.counted.map(({ label }) => label),
    clock,
  );
  const source = new Tally();
  const index = new BucketIndex(buckets);
  for (const { label, code, count } of counts.counted) if (count > 0) source.add(index.of(label), code, count);
  const latest = counts.countedAt - searched.settings.coverageLateHours * HOUR;
  const judged = judgedOf(buckets, source, { latest, doubtful: counts.doubtful });
  if (judged.length === 0) return { counts, hours: [], shiftMinutes: null };
  const { instance } = counts;
  const within = {
    ...searched,
    ...{ instance, buckets, explaining: new Map<string, number>(), takenForErased: { count: 0 } },
  };
  const slots = await slotsOf(within);
  const lake = slots.tally(buckets);
  const shift = shiftOf(buckets, judged, source, slots, differences(judged, source, lake));
  const shiftMinutes = shift === null ? null : shift / MINUTE;
  const doubted = shift === null ? await doubtedRows(within, judged, lake) : undefined;
  const cells = differences(judged, source, lake, doubted);
  const codes =
    shiftMinutes === null
      ? await explainAll(within, cells, counts.countedAt)
      : new Map(
          cells.map((cell) => [
            cell,
            unexplained(cell, [{ kind: 'time_zone_shift', count: null, minutes: shiftMinutes }]),
          ]),
        );
  const byBucket = Map.groupBy(cells, ({ bucket }) => bucket);
  const hours = judged.map((place) => ({
    ...buckets[place]!,
    source: source.total(place),
    lake: lake.total(place),
    codes: (byBucket.get(place) ?? []).map((cell) => codes.get(cell)!),
  }));
  return { counts, hours, shiftMinutes };
}

/** The buckets that were surely counted, and exported, whole. */
function judgedOf(
  buckets: readonly Bucket[],
  source: Tally,
  { latest, doubtful }: { readonly latest: number; readonly doubtful: number | null },
): number[] {
  const places = [...buckets.keys()];
  // Before the first hour with events the source had deleted them, it may be.
  const first = places.find((place) => source.total(place) > 0) ?? Number.POSITIVE_INFINITY;
  const isDoubtful = ({ start, end }: Bucket) => doubtful !== null && doubtful >= start && doubtful < end;
  return places.filter((place) => {
    const bucket = buckets[place]!;
    return place > first && place < buckets.length - 1 && bucket.end <= latest && !isDoubtful(bucket);
  });
}

async function slotsOf({ storage, snapshot, instance, buckets }: Searched): Promise<Slots> {
  const slots = new Slots(buckets);
  const span = { start: buckets[0]!.start - SHIFT_REACH, end: buckets.at(-1)!.end + SHIFT_REACH };
  await forEachRow(storage, snapshot, { ...span, instance }, ({ time, code }) => slots.add(time, code));
  return slots;
}

async function explainAll(
  searched: Searched,
  cells: readonly Cell[],
  countedAt: number,
): Promise<ReadonlyMap<Cell, JudgedCode>> {
  const sides = new Map(cells.map((cell) => [cell, sidesOf(cell)]));
  const less = new Map<Cell, Side>();
  const more = new Map<Cell, Side>();
  // What is doubted does not count: only so is it seen what it may stand for.
  const sure = new Map(cells.map((cell) => [{ ...cell, lake: cell.lake - cell.doubted }, cell]));
  for (const group of groups([...sure.keys()].filter(({ source, lake }) => source > lake))) {
    for (const [each, facts] of await searchRaw(searched, group)) {
      const cell = sure.get(each)!;
      less.set(cell, lacking(sides.get(cell)!.less, facts));
    }
  }
  for (const group of groups(cells.filter((cell) => sides.get(cell)!.more > 0))) {
    for (const [cell, facts] of await searchRows(searched, group, countedAt)) {
      more.set(cell, exceeding(sides.get(cell)!.more, facts));
    }
  }
  return new Map(cells.map((cell) => [cell, judgedCode(cell, less.get(cell), more.get(cell))]));
}

/** How many events a cell lacks and how many it has too many: both where some are doubted that may stand for others. */
function sidesOf({ source, lake, doubted }: Cell): { readonly less: number; readonly more: number } {
  const less = Math.max(0, source - lake + doubted);
  return { less, more: lake - source + less };
}

/** What there is to say of the events that a cell lacks, or of those that it has too many. */
interface Side {
  readonly explanations: readonly Explanation[];
  /** Events that nothing explains. */
  readonly rest: number;
}

function judgedCode({ code, source, lake }: Cell, less: Side | undefined, more: Side | undefined): JudgedCode {
  const explanations = [...(less?.explanations ?? []), ...(more?.explanations ?? [])];
  return { code, source, lake, explanations, difference: (less?.rest ?? 0) - (more?.rest ?? 0) };
}

/** Cells in their order, so many at a time that their events are few enough to be held. */
function* groups(cells: readonly Cell[]): Generator<readonly Cell[]> {
  let group: Cell[] = [];
  let events = 0;
  for (const cell of cells) {
    group.push(cell);
    events += Math.max(cell.source, cell.lake);
    if (events < MOST_SEARCHED) continue;
    yield group;
    [group, events] = [[], 0];
  }
  if (group.length > 0) yield group;
}

/** What is lost is lost, whatever else may explain as many events. */
function lacking(missing: number, found: Found): Side {
  const lost = Math.min(missing, found.lost);
  const explanations = taken(missing - lost, found.available);
  const rest = missing - lost - explained(explanations);
  const causes: Explanation[] = [
    ...(lost > 0 ? [{ kind: 'lost', count: lost, files: some(found.lostIn) } as const] : []),
    ...(rest > 0 ? [{ kind: 'not_exported', count: rest } as const] : []),
    ...(rest > 0 ? possible('truncated_export', found.truncated) : []),
    ...(rest > 0 ? possible('rejected_file', found.rejected) : []),
    ...(rest > 0 ? possible('withdrawn_file', found.withdrawn) : []),
  ];
  return { explanations: [...explanations, ...causes], rest: lost + rest };
}

function exceeding(more: number, { available, byWebhookAlone }: FoundMore): Side {
  const explanations = taken(more, available);
  const rest = more - explained(explanations);
  const invented = Math.min(rest, byWebhookAlone);
  const causes: Explanation[] = [
    ...(invented > 0 ? [{ kind: 'only_by_webhook', count: invented } as const] : []),
    ...(rest > invented ? [{ kind: 'not_counted', count: rest - invented } as const] : []),
  ];
  return { explanations: [...explanations, ...causes], rest };
}

function unexplained({ code, source, lake }: Cell, explanations: readonly Explanation[]): JudgedCode {
  return { code, source, lake, explanations, difference: source - lake };
}

const MOST_NAMED = 3;

function some(files: ReadonlySet<string>): readonly string[] {
  return [...files].sort().slice(0, MOST_NAMED);
}

function possible(kind: 'truncated_export' | 'rejected_file' | 'withdrawn_file', files: ReadonlySet<string>) {
  return files.size === 0 ? [] : [{ kind, count: null, files: some(files) }];
}
