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

interface Facts {
  landedLater: number;
  /** Rows that are one event to people: how they are written, and how many came by each way. */
  readonly events: Map<string, { readonly written: Set<string>; readonly byWay: Map<Way, number> }>;
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
    const written = `${isWhole} ${row.text('actor_id')} ${row.text('actor_name')}`;
    const writings = known.events.get(event) ?? { written: new Set<string>(), byWay: new Map<Way, number>() };
    known.events.set(event, writings);
    writings.written.add(written);
    writings.byWay.set(way, (writings.byWay.get(way) ?? 0) + 1);
    if (way === 'webhook') webhook.set(row.text('event_uid'), cell);
  });
  for (const cell of (await notExported(searched, webhook, span)).values()) facts.get(cell)!.byWebhookAlone++;
  return new Map(
    [...facts].map(([cell, { landedLater, events, byWebhookAlone }]) => [
      cell,
      { available: { landed_later: landedLater, other_identity: underTwoIds(events) }, byWebhookAlone },
    ]),
  );
}

/** Rows more than events, where two ways write the same events otherwise. */
function underTwoIds(events: Facts['events']): number {
  let more = 0;
  for (const { written, byWay } of events.values()) {
    if (byWay.size < 2 || written.size < 2) continue;
    const counts = [...byWay.values()];
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
