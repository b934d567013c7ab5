import { IdSet, parseId } from '../events/index.ts';
import { recordedPlan } from '../lake/index.ts';
import { type Way, wayOf } from '../settings/index.ts';
import { pathInZone } from '../storage/index.ts';
import { BucketIndex } from './buckets.ts';
import type { Available } from './explanation.ts';
import { forEachRecord, presentPlan } from './raw-records.ts';
import type { Searched } from './raw-search.ts';
import { spanOf } from './recorded-hours.ts';
import { forEachRow, type Span } from './table-rows.ts';
import type { Cell } from './tally.ts';

const SECOND = 1000;
const COLUMNS = ['event_uid', 'landed_at', 'message', 'actor_id', 'actor_name', 'source_file'];

/** What rows tell of a cell of which the table has more than the source counted. */
export interface FoundMore {
  readonly available: Available;
  /** Rows that came by a webhook and that no raw file of another way holds. */
  readonly byWebhookAlone: number;
}

/** How ways write an event, and how many rows came by each. */
type Writings = Map<Way, { rows: number; readonly isWhole: boolean; readonly actor: string }>;

interface Facts {
  landedLater: number;
  /** Rows that are one event to people, by second and message. */
  readonly events: Map<string, Writings>;
  byWebhookAlone: number;
}

/**
 * Looks at the rows of cells of which the table has more events than the source counted.
 * @param countedAt when the source counted, in milliseconds since 1970
 * @throws UnreadableDataFile, storage errors
 */
export async function searchRows(
  searched: Searched,
  cells: readonly Cell[],
  countedAt: number,
): Promise<ReadonlyMap<Cell, FoundMore>> {
  const { storage, snapshot, settings, instance, buckets } = searched;
  const index = new BucketIndex(buckets);
  const byKey = new Map(cells.map((cell) => [`${cell.bucket}:${cell.code}`, cell]));
  const facts = new Map<Cell, Facts>(
    cells.map((cell) => [cell, { landedLater: 0, events: new Map(), byWebhookAlone: 0 }]),
  );
  const webhook = new Map<string, Cell>();
  const span = {
    start: Math.min(...cells.map(({ bucket }) => buckets[bucket]!.start)),
    end: Math.max(...cells.map(({ bucket }) => buckets[bucket]!.end)),
  };
  await forEachRow(storage, snapshot, { ...span, instance, columns: COLUMNS }, (row) => {
    const cell = byKey.get(`${index.of(row.time)}:${row.code}`);
    const known = cell && facts.get(cell);
    if (cell === undefined || known === undefined) return;
    if (Number(row.text('landed_at')) > countedAt) known.landedLater++;
    const way = wayOf(pathInZone(row.text('source_file')), settings);
    const isWhole = row.time % SECOND === 0;
    const event = `${Math.floor(row.time / SECOND)} ${row.text('message')}`;
    const actor = row.text('actor_id') || row.text('actor_name');
    const writings: Writings = known.events.get(event) ?? new Map();
    known.events.set(event, writings);
    const written = writings.get(way);
    if (written === undefined) writings.set(way, { rows: 1, isWhole, actor });
    else written.rows++;
    if (way === 'webhook') webhook.set(row.text('event_uid'), cell);
  });
  for (const cell of (await notExported(searched, webhook, span)).values()) facts.get(cell)!.byWebhookAlone++;
  const manner = usualManner([...facts.values()].flatMap(({ events }) => [...events.values()]));
  return new Map(
    [...facts].map(([cell, { landedLater, events, byWebhookAlone }]) => [
      cell,
      { available: { landed_later: landedLater, other_identity: underTwoIds(events, manner) }, byWebhookAlone },
    ]),
  );
}

/**
 * In which manner two ways write an event otherwise: one names nobody, or cuts its time to seconds. Null where they do not, or
 * name different people: that is another event, whoever sent it.
 */
function mannerOf(writings: Writings): string | null {
  const [one, other, more] = [...writings].sort(([a], [b]) => (a < b ? -1 : 1));
  if (one === undefined || other === undefined || more !== undefined) return null;
  const [a, b] = [one[1], other[1]];
  const isSamePerson = a.actor === b.actor;
  if (!isSamePerson && a.actor !== '' && b.actor !== '') return null;
  if (isSamePerson && a.isWhole === b.isWhole) return null;
  const shown = ({ isWhole, actor }: typeof a) =>
    `${isSamePerson || actor !== ''} ${a.isWhole === b.isWhole || isWhole}`;
  return `${one[0]} ${shown(a)}; ${other[0]} ${shown(b)}`;
}

/** Two ways that write events otherwise do so with so many, and with at least so great a part of those that both have. */
const FEWEST_ALIKE = 10;
const PART_ALIKE = 0.9;

/** The manner in which two ways write otherwise what they have in common; null where they do so now and then. */
function usualManner(events: readonly Writings[]): string | null {
  const common = events.filter(({ size }) => size > 1);
  const manners = Map.groupBy(common, mannerOf);
  for (const [manner, { length }] of manners) {
    if (manner !== null && length >= FEWEST_ALIKE && length >= common.length * PART_ALIKE) return manner;
  }
  return null;
}

/** Rows more than events, where two ways write the same events otherwise. */
function underTwoIds(events: Facts['events'], manner: string | null): number {
  let more = 0;
  for (const writings of events.values()) {
    if (manner === null || mannerOf(writings) !== manner) continue;
    const counts = [...writings.values()].map(({ rows }) => rows);
    more += counts.reduce((sum, count) => sum + count, 0) - Math.max(...counts);
  }
  return more;
}

/** Those of these events that no raw file of another way than a webhook holds. */
async function notExported(
  { storage, held, instance }: Searched,
  events: ReadonlyMap<string, Cell>,
  span: Span,
): Promise<ReadonlyMap<string, Cell>> {
  if (events.size === 0) return events;
  const exported = new IdSet();
  for (const { latest, isOut } of held.ingested.values()) {
    const hours = spanOf(latest);
    const isOther = hours !== null && (hours.end <= span.start || hours.start >= span.end);
    if (isOut || isOther || latest.way === 'webhook' || latest.instance !== instance) continue;
    const plan = recordedPlan(latest);
    const present = typeof plan === 'string' ? null : await presentPlan(storage, plan, latest);
    if (present === null) continue;
    const isWithin = ({ timeMicros }: { readonly timeMicros: number }) =>
      timeMicros / 1000 >= span.start && timeMicros / 1000 < span.end;
    await forEachRecord(storage, present, isWithin, ({ id }) => exported.add(id));
  }
  const id = new Uint32Array(4);
  return new Map([...events].filter(([uid]) => parseId(uid, id) && !exported.has(id)));
}
