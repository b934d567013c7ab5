import type { IdentityDifference, ReadingPlan } from '../lake/index.ts';
import { RejectedFile } from '../source/index.ts';

/** Why a file is refused whose events would get other ids than those of its instance before it. */
export function otherIds({ instance }: ReadingPlan, { expected, found }: IdentityDifference): RejectedFile {
  const whose = instance === null ? 'of this lake' : `of instance ${instance}`;
  return new RejectedFile(
    'identity_differs',
    `expected ${expected}, as in the files ${whose} before, found ${found}; events in both would come in once more, under ` +
      'other ids: export it as before, or take it in as it is with ingest --change-identity',
  );
}
