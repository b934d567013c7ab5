import type { LakeSession } from '../asking/index.ts';
import type { ByRecord } from '../lake/index.ts';
import { type Html, markup } from '../present/index.ts';
import type { VerifiedLake } from './verification.ts';

/** That names are masked on a page, and who is not; nothing where none are. */
export function maskingPart({ masking }: Pick<LakeSession, 'masking'>): Html | null {
  return masking === null ? null : markup`<p>${masking.note}</p>`;
}

/** Who ran something, as it is shown. */
export function maskedBy(session: LakeSession, by: ByRecord): ByRecord {
  return { ...by, name: session.pseudonym(by.name), ...(by.id !== undefined && { id: session.pseudonym(by.id) }) };
}

/** A verification whose paths and texts name nobody. */
export function maskedVerification(session: LakeSession, verified: VerifiedLake): VerifiedLake {
  if (session.masking === null) return verified;
  const text = (given: string) => session.masked(given);
  const findings = <Finding extends { readonly where: string; readonly explanation: string }>(
    all: readonly Finding[],
  ) =>
    all.map((each) => ({
      ...each,
      where: text(each.where),
      explanation: session.withShownIds(text(each.explanation)),
    }));
  const { result, lake, command, by } = verified;
  return {
    ...verified,
    ...{ lake: text(lake), command: text(command), by: maskedBy(session, by) },
    result: { ...result, problems: findings(result.problems), notes: findings(result.notes) },
  };
}
