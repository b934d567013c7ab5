import type { Rows } from '../present/index.ts';

/** Digits by which `show` finds an event, or says which others begin with them. */
const SHORT = 8;

/** Rows of events with `event`, the first digits of each `event_uid`, second in place of that: as much as a narrow terminal has room for. */
export function withShortUids(rows: Rows): Rows {
  const at = rows.names.indexOf('event_uid');
  if (at === -1) return rows;
  const moved = <T>(values: readonly T[], uid: T): T[] => {
    const others = values.filter((_, index) => index !== at);
    return [...others.slice(0, 1), uid, ...others.slice(1)];
  };
  const batches = async function* () {
    for await (const batch of rows.batches) yield batch.map((row) => moved(row, String(row[at]).slice(0, SHORT)));
  };
  return { ...rows, names: moved(rows.names, 'event'), types: moved(rows.types, rows.types[at]!), batches: batches() };
}
