import { type Instance, instanceEntry, isGiven, type Settings, type Way, wayOf } from '../settings/index.ts';
import { instantOf } from '../source/index.ts';
import { pathInZone } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { otherOrder } from './day-order.ts';
import { instancesIn, movedPlace } from './identity-places.ts';
import { ownerOf, rememberedOf } from './identity-state.ts';

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
  const way = wayOf(path, settings);
  const state = rememberedOf(snapshot, ownerOf({ instance, way }));
  if (state === null) return instance === null ? nobodys(path, way, instances) : null;
  const lake = instance === null ? 'the lake' : `the lake, for instance ${instance},`;
  const zone = given(settings, way, 'timeZone');
  if (zone !== null && state.timeZone !== null && state.timeZone !== zone.value) {
    const shown = (zone: string) => `${zone} (${EXAMPLE} is ${instantOf(EXAMPLE, 'auto', zone)})`;
    return refusal(
      `${lake} reads times without offset in ${shown(state.timeZone)}, and ${zone.name} says ${shown(zone.value)}`,
      'Set it back or leave it out',
    );
  }
  const format = given(settings, way, 'timeFormat');
  const other = format === null ? undefined : otherOrder(state.timeFormats, format.value);
  if (format === null || other === undefined) return null;
  return refusal(
    `${lake} reads times as ${other}, and ${format.name} says ${format.value}: 03 and 04 are ` +
      '3 April in one and 4 March in the other',
    'Set it back or leave it out',
  );
}

const NAMES = {
  timeZone: '--time-zone (AUDIT_LAKE_TIME_ZONE)',
  timeFormat: '--time-format (AUDIT_LAKE_TIME_FORMAT)',
  classicTimeZone: '--classic-time-zone (AUDIT_LAKE_CLASSIC_TIME_ZONE)',
  classicTimeFormat: '--classic-time-format (AUDIT_LAKE_CLASSIC_TIME_FORMAT)',
};

/** What somebody says of the times of files of a way, and by which setting; null where nobody says anything. */
function given(settings: Settings, way: Way, name: 'timeZone' | 'timeFormat') {
  const own = name === 'timeZone' ? 'classicTimeZone' : 'classicTimeFormat';
  if (way === 'classic' && settings[own] !== '') return { name: NAMES[own], value: settings[own] };
  return isGiven(settings, name) ? { name: NAMES[name], value: settings[name] } : null;
}

/**
 * Why an export that was landed waits where instances are named, and no folder that it is in: another way may bring its events
 * as those of an instance. One classic log has nothing to do with another way.
 */
function nobodys(path: string, way: Way, instances: readonly Instance[]): string | null {
  const [first] = instances;
  if (first === undefined || way === 'exporter' || way === 'classic') return null;
  const folder = path.slice(0, path.indexOf('/', path.indexOf('/') + 1) + 1);
  return (
    `${path} was landed below no folder of an instance, and instances are named (${instances.map(({ name }) => name).join(', ')}): ` +
    `events that came by another way would come in once more, under other ids. Name whose it is, as in --instances ` +
    `${folder}=${first.name} (AUDIT_LAKE_INSTANCES), or ingest --change-identity where it is of none`
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
