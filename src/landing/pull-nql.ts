import type { Settings } from '../settings/index.ts';
import type { LakeContext } from '../storage/index.ts';
import { NotConfigured } from './not-configured.ts';
import { type NqlQuery, pulledQuery } from './nql-query.ts';
import { type NqlPull, type NqlPullOptions, runQuery } from './query-run.ts';

/** What is pulled, and how. */
export interface NqlWindowOptions extends NqlPullOptions {
  /** Pulls this again instead of what is new, in milliseconds since 1970; the position stays as it is. */
  readonly range?: { readonly from: number; readonly to: number } | undefined;
}

/**
 * Pulls what the saved query has that is new into the raw zone: window after window where it takes its window as parameters, else
 * once. Each export is one call of the day, charged before it is made; one that was started is gone on with by whoever runs next. A
 * position goes on only once a result is durable and whole, so that a pull that is ended anywhere leaves no gap.
 * @throws NotConfigured, StateError, storage errors, the reason of the signal
 */
export async function pullNql(context: LakeContext, settings: Settings, options: NqlWindowOptions): Promise<NqlPull> {
  const query = pulledQuery(settings);
  const { range } = options;
  const folder = settings.nqlPrefix + settings.landingFolder;
  const name = query.id.replace('#', '');
  if (range === undefined) {
    return await runQuery(context, settings, options, { query, purpose: 'pull', folder, state: name, until: null });
  }
  const state = `${name}/${range.from}_${range.to}`;
  const again = ofRange(query, range.from);
  return await runQuery(context, settings, options, { query: again, purpose: 'pull', folder, state, until: range.to });
}

/** The query with windows from an instant on, which nothing comes late for. @throws NotConfigured */
function ofRange(query: NqlQuery, from: number): NqlQuery {
  if (query.rules !== null) return { ...query, rules: { ...query.rules, start: from, overlap: 0 } };
  throw new NotConfigured(
    `AUDIT_LAKE_NQL_PARAMETERS (--nql-parameters): expected {from} and {to} to pull a window, found neither: ${query.id} has a window of its own`,
  );
}
