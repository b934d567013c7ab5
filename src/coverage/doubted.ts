import { IdSet, parseId } from '../events/index.ts';
import { recordedPlan } from '../lake/index.ts';
import { wayOf } from '../settings/index.ts';
import { pathInZone } from '../storage/index.ts';
import { badRecords } from './bad-records.ts';
import { BucketIndex } from './buckets.ts';
import { forEachRecord, presentPlan } from './raw-records.ts';
import type { Searched } from './raw-search.ts';
import { type HeldSource, spanOf } from './recorded-hours.ts';
import { forEachRow, type Span } from './table-rows.ts';
import { Tally } from './tally.ts';

const HOUR = 3_600_000;
/** Rows of hours that are looked at together, so that what is held of them stays small. */
const MOST_ROWS = 250_000;

interface Doubted {
  readonly id: Uint32Array;
  readonly time: number;
  readonly code: number;
  readonly bucket: number;
}

/**
 * Rows that came by a webhook and that no export has, although one covers their time: real, and the export lacks them, or invented.
 * Counts alone cannot tell, since an invented event may stand for one that is missing. Only hours to which webhooks gave rows are
 * looked at. A row that is in quarantine of an export, by time and code, is not doubted.
 * @throws UnreadableDataFile, storage errors
 */
export async function doubtedRows(searched: Searched, judged: readonly number[], lake: Tally): Promise<Tally> {
  const doubted = new Tally();
  const sources = [...searched.held.ingested.values()].filter(({ latest }) => latest.instance === searched.instance);
  const places = byWebhook(sources, searched, judged);
  let group: number[] = [];
  let rows = 0;
  for (const place of places) {
    group.push(place);
    rows += lake.total(place);
    if (rows < MOST_ROWS && place !== places.at(-1)) continue;
    for (const { bucket, code } of await doubtedOf(searched, sources, group)) doubted.add(bucket, code);
    [group, rows] = [[], 0];
  }
  return doubted;
}

/** The buckets to which webhooks gave rows, or may have where commits do not say. */
function byWebhook(sources: readonly HeldSource[], { buckets }: Searched, judged: readonly number[]): number[] {
  const webhooks = sources.filter(({ latest }) => latest.way === 'webhook');
  if (webhooks.some(({ latest }) => latest.hours === undefined && latest.committed > 0)) return [...judged];
  const hours = new Set<number>();
  for (const { committed } of webhooks) for (const [hour, rows] of committed) if (rows > 0) hours.add(hour);
  return judged.filter((place) => {
    const { start, end } = buckets[place]!;
    for (let hour = Math.floor(start / HOUR); hour * HOUR < end; hour++) if (hours.has(hour)) return true;
    return false;
  });
}

async function doubtedOf(searched: Searched, sources: readonly HeldSource[], group: readonly number[]) {
  const { buckets, storage } = searched;
  const span = { start: buckets[group[0]!]!.start, end: buckets[group.at(-1)!]!.end };
  const rows = await webhookRows(searched, group, span);
  const exported = new IdSet();
  const covered: Span[] = [];
  const bad = new Set<string>();
  if (rows.length === 0) return rows;
  for (const { latest, isOut } of sources) {
    const hours = spanOf(latest);
    const isOther = hours !== null && (hours.end <= span.start || hours.start >= span.end);
    if (isOut || isOther || latest.way === 'webhook') continue;
    const plan = recordedPlan(latest);
    const present = typeof plan === 'string' ? null : await presentPlan(storage, plan, latest);
    if (present === null) continue;
    const cover = { start: Number.POSITIVE_INFINITY, end: Number.NEGATIVE_INFINITY };
    const isWanted = ({ timeMicros }: { readonly timeMicros: number }) => {
      const time = timeMicros / 1000;
      cover.start = Math.min(cover.start, time);
      cover.end = Math.max(cover.end, time);
      return time >= span.start && time < span.end;
    };
    await forEachRecord(storage, present, isWanted, ({ id }) => exported.add(id));
    covered.push(cover);
    if (latest.quarantine === null) continue;
    for (const { time, codes } of await badRecords(storage, latest.quarantine.path, present.settings)) {
      for (const code of codes) bad.add(`${time}:${code}`);
    }
  }
  return rows.filter(
    ({ id, time, code }) =>
      !exported.has(id) &&
      !bad.has(`${Math.floor(time)}:${code}`) &&
      covered.some(({ start, end }) => time >= start && time <= end),
  );
}

async function webhookRows(searched: Searched, group: readonly number[], span: Span): Promise<Doubted[]> {
  const { storage, snapshot, settings, instance, buckets } = searched;
  const wanted = new Set(group);
  const index = new BucketIndex(buckets);
  const found: Doubted[] = [];
  const columns = ['event_uid', 'source_file'];
  await forEachRow(storage, snapshot, { ...span, instance, columns }, (row) => {
    const bucket = index.of(row.time);
    if (!wanted.has(bucket) || wayOf(pathInZone(row.text('source_file')), settings) !== 'webhook') return;
    const id = new Uint32Array(4);
    if (parseId(row.text('event_uid'), id)) found.push({ id, time: row.time, code: row.code, bucket });
  });
  return found;
}
