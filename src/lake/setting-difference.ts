import { instanceEntry, isGiven, type Settings } from '../settings/index.ts';
import { instantOf } from '../source/index.ts';
import { pathInZone } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { otherOrder } from './day-order.ts';
import { movedPlace } from './identity-places.ts';
import { rememberedIdentities } from './identity-state.ts';

/** A time without offset, to show two zones by. */
const EXAMPLE = '2026-03-01T12:00:00';

/**
 * In what the settings differ from what the lake remembers of a raw file's instance, what they would do, and what to do about it:
 * with them the same events get other ids than they have. Null where they don't differ.
 */
export function settingDifference(
  settings: Settings,
  snapshot: Pick<Snapshot, 'transactions'>,
  rawPath: string,
): string | null {
  const path = pathInZone(rawPath);
  const { name: instance = null, prefix = null } = instanceEntry(path, settings.instances) ?? {};
  const moved = movedPlace(snapshot, settings.instances, { path, instance, prefix });
  if (moved !== null) {
    return refusal(
      `the lake has files of ${named(moved.before)} from here, such as ${moved.example}, and --instances ` +
        `(AUDIT_LAKE_INSTANCES) says ${named(instance)}`,
      'set the name back',
    );
  }
  const state = rememberedIdentities(snapshot).get(instance)?.state;
  if (state === undefined) return null;
  if (isGiven(settings, 'timeZone') && state.timeZone !== null && state.timeZone !== settings.timeZone) {
    const read = (zone: string) => `${instantOf(EXAMPLE, 'auto', zone)} in ${zone}`;
    return refusal(
      `the lake reads times without offset of ${named(instance)} in ${state.timeZone}, and --time-zone (AUDIT_LAKE_TIME_ZONE) ` +
        `says ${settings.timeZone}: ${EXAMPLE} is ${read(state.timeZone)}, ${read(settings.timeZone)}`,
      'set it back or leave it out',
    );
  }
  const other = isGiven(settings, 'timeFormat') ? otherOrder(state.timeFormats, settings.timeFormat) : undefined;
  if (other === undefined) return null;
  return refusal(
    `the lake reads times of ${named(instance)} as ${other}, and --time-format (AUDIT_LAKE_TIME_FORMAT) says ` +
      `${settings.timeFormat}: 03 and 04 change from day to month`,
    'set it back or leave it out',
  );
}

function named(instance: string | null): string {
  return instance === null ? 'no instance' : `instance ${instance}`;
}

function refusal(difference: string, remedy: string): string {
  return (
    `${difference}; with that, events that are in the lake come in once more under other ids: ${remedy}, or, where the lake ` +
    'is wrong, replay with it (all of them get new ids), or ingest --change-identity (new files only)'
  );
}
