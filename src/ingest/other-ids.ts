import type { IdentityDifference, ReadingPlan } from '../lake/index.ts';
import type { Way } from '../settings/index.ts';
import { RejectedFile } from '../source/index.ts';

/**
 * Why a file is refused whose events would get other ids than those of its instance before it.
 * @param before the ways by which files of the instance came before
 */
export function otherIds(
  { instance, way }: Pick<ReadingPlan, 'instance' | 'way'>,
  { expected, found }: IdentityDifference,
  before: readonly Way[],
): RejectedFile {
  const whose = instance === null ? 'of this lake' : `of instance ${instance}`;
  const isOneWay = way === 'classic' || (way === 'exporter' && before.length === 0);
  const by = isOneWay ? '' : ` (by ${before.length === 0 ? 'exporter' : before.join(', ')})`;
  const came = isOneWay ? '' : ` in this one, which came by ${way}`;
  const isMapped = way === 'webhook' || before.includes('webhook');
  const mapping = isMapped
    ? '; where deliveries name the actor under another name, set AUDIT_LAKE_WEBHOOK_ALIASES (--webhook-aliases), replay them with it, then ingest --rejected'
    : '';
  return new RejectedFile(
    'identity_differs',
    `expected ${expected}, as in the files ${whose} before${by}, found ${found}${came}; events in both would come in once more, under ` +
      `other ids: export it as before, or take it in as it is with ingest --change-identity${mapping}`,
  );
}
