import type { Settings } from '../settings/index.ts';
import type { LakeContext } from '../storage/index.ts';
import { countingQuery } from './nql-query.ts';
import { type NqlPull, type NqlPullOptions, runQuery } from './query-run.ts';

/**
 * Has the trail counted by the query that counts it, and lands the result below countsPrefix. It is the call of the day that pulls
 * leave; further ones take what pulls have left.
 * @throws NotConfigured, StateError, storage errors, the reason of the signal
 */
export async function countNql(context: LakeContext, settings: Settings, options: NqlPullOptions): Promise<NqlPull> {
  const query = countingQuery(settings);
  const folder = settings.countsPrefix + settings.landingFolder;
  const state = `${query.id.replace('#', '')}.count`;
  return await runQuery(context, settings, options, { query, purpose: 'count', folder, state, until: null });
}
