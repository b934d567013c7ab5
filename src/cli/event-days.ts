import type { Snapshot } from '../table/index.ts';

/** The first and the last day of which audit_events has events, `YYYY-MM-DD`; null where it has none. */
export function eventDays({ files }: Pick<Snapshot, 'files'>): readonly [string, string] | null {
  const days = [...files.values()].map((file) => file.partitionValues['event_date'] ?? '').sort();
  const [first, last] = [days.at(0), days.at(-1)];
  return first === undefined || last === undefined ? null : [first, last];
}
