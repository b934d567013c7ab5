import type { Quarantined, Searched } from './raw-search.ts';
import { forEachRow } from './table-rows.ts';

const HOUR = 3_600_000;

/**
 * Of records in quarantine that do not tell their time, the texts of those that are in the table by another file: a row of that code
 * whose message and actor stand in the text. They explain nothing.
 * @throws UnreadableDataFile, storage errors
 */
export async function wholeElsewhere(
  { storage, snapshot, instance, buckets }: Searched,
  found: readonly Quarantined[],
): Promise<ReadonlySet<string>> {
  const timeless = found.filter(({ record, span }) => record.time === null && span.start < span.end);
  const whole = new Set<string>();
  if (timeless.length === 0) return whole;
  const byCode = new Map<number, Set<Quarantined>>();
  for (const each of timeless) {
    for (const code of each.record.codes) byCode.set(code, (byCode.get(code) ?? new Set()).add(each));
  }
  const span = {
    start: Math.max(buckets[0]!.start, Math.min(...timeless.map((each) => each.span.start))) - HOUR,
    end: Math.min(buckets.at(-1)!.end, Math.max(...timeless.map((each) => each.span.end))) + HOUR,
  };
  const columns = ['message', 'actor_id', 'actor_name', 'source_file'];
  await forEachRow(storage, snapshot, { ...span, instance, columns }, (row) => {
    const records = byCode.get(row.code);
    if (records === undefined || records.size === 0) return;
    const [message, id, name, file] = columns.map((column) => row.text(column));
    for (const each of records) {
      const { text } = each.record;
      const has = (value: string) => text.includes(value) || text.includes(value.replaceAll('"', '""'));
      if (each.path === file || !has(message!) || !(has(name!) || has(id!))) continue;
      whole.add(text);
      records.delete(each);
    }
  });
  return whole;
}
