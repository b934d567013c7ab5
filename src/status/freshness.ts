import { instancesIn, timesOf } from '../lake/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Snapshot } from '../table/index.ts';
import type { NewestFile, RawZone } from './raw-status.ts';
import type { TakenIn } from './taken-in.ts';

/** What is newest of a Nexthink instance. */
export interface InstanceFreshness {
  /** Null where the lake has one that nobody named, and for files that belong to none. */
  readonly instance: string | null;
  /** When its newest event happened; null where that is not known. */
  readonly newest_event: string | null;
  /** Whether that is the event's time to the second, or the beginning of its hour. */
  readonly newest_event_is: 'second' | 'hour' | null;
  /** Its raw file that changed last; null where there is none. */
  readonly newest_file: string | null;
  readonly newest_file_modified: string | null;
  readonly newest_file_bytes: number | null;
  readonly newest_file_state: NewestFile['state'] | null;
}

/** What is newest of each instance: those of the settings, those that the lake remembers, and those that files belong to. */
export function freshnessOf(
  settings: Settings,
  snapshot: Snapshot | null,
  raw: Pick<RawZone, 'newest'>,
  told: TakenIn | null,
): InstanceFreshness[] {
  const named = instancesIn(settings, snapshot).map(({ name }) => name);
  const instances = [...new Set([...named, ...raw.newest.keys(), ...(told?.newestHours.keys() ?? [])])];
  return instances.map((instance) => {
    const file = raw.newest.get(instance);
    const hour = told?.newestHours.get(instance);
    // Of one instance alone, the statistics of its files tell more.
    const second = instances.length === 1 && snapshot !== null ? newestEvent(snapshot) : null;
    const event = second ?? (hour === undefined ? null : new Date(hour).toISOString());
    return {
      instance,
      newest_event: event,
      newest_event_is: event === null ? null : second !== null ? 'second' : 'hour',
      newest_file: file?.path ?? null,
      newest_file_modified: file?.lastModified.toISOString() ?? null,
      newest_file_bytes: file?.size ?? null,
      newest_file_state: file?.state ?? null,
    };
  });
}

/** When the newest event of the table happened, to the second; null where the statistics do not tell. */
function newestEvent({ files }: Pick<Snapshot, 'files'>): string | null {
  let newest = Number.NEGATIVE_INFINITY;
  for (const file of files.values()) newest = Math.max(newest, timesOf(file).max);
  if (!Number.isFinite(newest)) return null;
  // A bound is rounded up to the next millisecond.
  return new Date(Math.floor((newest / 1000 - 1) / 1000) * 1000).toISOString();
}
