import type { EventAccount, ProofAccount } from './event-account.ts';
import type { LakeSession } from './session.ts';

/** What the views mask already, and what says who is shown on purpose. */
const MASKED_BEFORE: ReadonlySet<string> = new Set(['event', 'groups', 'empty', 'reading', 'masking']);

/** Digests, ids, moments and words of which the program has a list: no text of the lake. */
const WORDLESS: ReadonlySet<string> = new Set([
  ...['event_uid', 'sha256', 'sha256_recorded', 'sha256_now', 'sealed', 'previous', 'ingest_id', 'landed_at', 'time'],
  ...['state', 'packed', 'format', 'encoding', 'row_differs'],
]);

/** Texts that are the lake's from end to end: in these a name of the row is looked for, however short. */
const OF_THE_LAKE: ReadonlySet<string> = new Set(['path', 'entry', 'text', 'columns', 'may_also_be_in']);

/**
 * An account of an event with pseudonyms in place of people, in every text of it but those that hold no words: what is added to
 * an account is masked by being there. Commands that name somebody, or print what does, are left out, since none of them works.
 * @param own names that the row has of people, however short
 */
export function maskedAccount(session: LakeSession, account: EventAccount, own: readonly string[]): EventAccount {
  if (session.masking === null) return account;
  const { path } = account.raw;
  const shownPath = session.masked(path, own);
  const masked = (text: string, key: string): string => {
    if (OF_THE_LAKE.has(key)) return session.masked(text, own);
    // A sentence that names the file has it as it is shown elsewhere.
    return session.masked(path === '' ? text : text.replaceAll(path, () => shownPath));
  };
  const shown = Object.entries({ ...account, proof: withoutNames(account.proof, masked) }).map(([key, value]) => [
    key,
    MASKED_BEFORE.has(key) ? value : maskedValue(value, key, masked),
  ]);
  const { raw, ...rest } = Object.fromEntries(shown) as EventAccount;
  // What is no text cannot be masked.
  return { ...rest, raw: { ...raw, record: raw.record && { ...raw.record, base64: null } } };
}

type Mask = (text: string, key: string) => string;

function withoutNames(proof: ProofAccount, masked: Mask): ProofAccount {
  const checks = proof.checks.filter(
    ({ command, expect }) => masked(command, 'text') === command && masked(expect, 'text') === expect,
  );
  return { ...proof, checks, checks_left_out: proof.checks.length - checks.length };
}

function maskedValue(value: unknown, key: string, masked: Mask): unknown {
  if (typeof value === 'string') return WORDLESS.has(key) ? value : masked(value, key);
  if (Array.isArray(value)) return value.map((item) => maskedValue(item, key, masked));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, maskedValue(item, name, masked)]));
}

/** Says that commands are left out of an account with masked names. */
export function leftOutText(count: number): string {
  const which = count === 1 ? '1 command is' : `${count} commands are`;
  return `${which} left out here: names are masked, and a command that has one in it, or prints one, would show it.`;
}
