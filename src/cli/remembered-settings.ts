import { tablesIfAny } from '../asking/index.ts';
import { instancesIn, rememberedIdentities } from '../lake/index.ts';
import { isGiven, type Settings } from '../settings/index.ts';
import { openLakeHere } from './interruption.ts';

/** The settings with what the lake remembers of those that nobody gave: whose files are whose, and the zone, where it has one. */
export async function withRemembered(settings: Settings): Promise<Settings> {
  if (isGiven(settings, 'timeZone') && isGiven(settings, 'instances')) return settings;
  const tables = await tablesIfAny(openLakeHere(settings), settings).catch(() => null);
  if (tables === null) return settings;
  const { events } = tables;
  const zones = new Set([...rememberedIdentities(events).values()].flatMap(({ state }) => state.timeZone ?? []));
  const [timeZone] = zones;
  const hasZone = !isGiven(settings, 'timeZone') && timeZone !== undefined && zones.size === 1;
  const instances = instancesIn(settings, events);
  const hasInstances = !isGiven(settings, 'instances') && instances.length > 0;
  const origins = {
    ...settings.origins,
    ...(hasZone && { timeZone: 'memory' as const }),
    ...(hasInstances && { instances: 'memory' as const }),
  };
  return { ...settings, ...(hasZone && { timeZone }), ...(hasInstances && { instances: [...instances] }), origins };
}
