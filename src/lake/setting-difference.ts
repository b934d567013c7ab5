import { instanceEntry, isGiven, type Settings } from '../settings/index.ts';
import { instantOf } from '../source/index.ts';
import { pathInZone } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { otherOrder } from './day-order.ts';
import { instancesIn, movedPlace } from './identity-places.ts';
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
  const instances = instancesIn(settings, snapshot);
  const { name: instance = null, prefix = null } = instanceEntry(path, instances) ?? {};
  const moved = movedPlace(snapshot, instances, { path, instance, prefix });
  if (moved !== null) {
    return refusal(
      `${moved.example} is in the lake as a file of ${named(moved.before)}, and --instances (AUDIT_LAKE_INSTANCES) says ` +
        `${named(instance)}`,
      'Set it back',
    );
  }
  const state = rememberedIdentities(snapshot).get(instance)?.state;
  if (state === undefined) return null;
  const lake = instance === null ? 'the lake' : `the lake, for instance ${instance},`;
  if (isGiven(settings, 'timeZone') && state.timeZone !== null && state.timeZone !== settings.timeZone) {
    const shown = (zone: string) => `${zone} (${EXAMPLE} is ${instantOf(EXAMPLE, 'auto', zone)})`;
    return refusal(
      `${lake} reads times without offset in ${shown(state.timeZone)}, and --time-zone (AUDIT_LAKE_TIME_ZONE) says ` +
        shown(settings.timeZone),
      'Set it back or leave it out',
    );
  }
  const other = isGiven(settings, 'timeFormat') ? otherOrder(state.timeFormats, settings.timeFormat) : undefined;
  if (other === undefined) return null;
  return refusal(
    `${lake} reads times as ${other}, and --time-format (AUDIT_LAKE_TIME_FORMAT) says ${settings.timeFormat}: 03 and 04 are ` +
      '3 April in one and 4 March in the other',
    'Set it back or leave it out',
  );
}

function named(instance: string | null): string {
  return instance === null ? 'no instance' : `instance ${instance}`;
}

function refusal(difference: string, remedy: string): string {
  return (
    `${difference}; events that are in the lake would come in once more, under other ids. ${remedy}; where the lake is wrong, ` +
    'replay with it, or ingest --change-identity for new files only'
  );
}
