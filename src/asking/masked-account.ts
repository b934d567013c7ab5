import type { EventAccount, ProofAccount } from './event-account.ts';
import type { LakeSession } from './session.ts';

/** What the views mask already, and what says who is shown on purpose. */
const MASKED_BEFORE: ReadonlySet<string> = new Set(['event', 'groups', 'empty', 'reading', 'masking']);

/** Moments and words of which the program has a list: no text of the lake. */
const WORDLESS: ReadonlySet<string> = new Set([
  'landed_at',
  'time',
  'state',
  'packed',
  'format',
  'encoding',
  'row_differs',
]);

/** Ids and digests of what records say: with a list of names these could be tried out. */
const IDS: ReadonlySet<string> = new Set([
  ...['event_uid', 'sha256', 'sha256_recorded', 'sha256_now', 'sealed', 'previous', 'ingest_id', 'etag'],
]);

/** Texts that are the lake's from end to end: in these a name of the row is looked for, however short. */
const OF_THE_LAKE: ReadonlySet<string> = new Set(['path', 'entry', 'text', 'columns', 'may_also_be_in']);

/**
 * An account of an event with pseudonyms in place of people, in every text of it but those that hold no words: what is added to
 * an account is masked by being there. Commands that name somebody or have a digest, or print either, are left out, since none of them works.
 * @param own names that the row has of people, however short
 */
export function maskedAccount(session: LakeSession, account: EventAccount, own: readonly string[]): EventAccount {
  if (session.masking === null) return account;
  const { path } = account.raw;
  const shownPath = session.masked(path, own);
  const masked = (text: string, key: string): string => {
    if (IDS.has(key)) return session.shownId(text);
    if (OF_THE_LAKE.has(key)) return session.masked(text, own);
    // A sentence that names the file has it as it is shown elsewhere.
    return session.withShownIds(session.masked(path === '' ? text : text.replaceAll(path, () => shownPath)));
  };
  const shown = Object.entries({ ...account, proof: withoutNames(account.proof, masked) }).map(([key, value]) => [
    key,
    MASKED_BEFORE.has(key) ? value : maskedValue(value, key, masked),
  ]);
  const { raw, ...rest } = Object.fromEntries(shown) as EventAccount;
  const { record, recorded, now } = raw;
  return {
    ...rest,
    raw: {
      ...raw,
      recorded: recorded && { ...recorded, size: null },
      now: now && { ...now, size: null },
      // What is no text cannot be masked.
      record: record && { ...record, offset: null, length: null, base64: null },
    },
  };
}

type Mask = (text: string, key: string) => string;

function withoutNames(proof: ProofAccount, masked: Mask): ProofAccount {
  const checks = proof.checks.filter(
    (check) =>
      !Object.values(check).some((text) =>
        [masked(text, 'text'), masked(text, 'says')].some((shown) => shown !== text),
      ),
  );
  // Nobody finds a head again by what is shown in its place.
  const proves = proof.proves.filter((text) => !text.includes(proof.chain.head?.sha256 ?? '\0'));
  return { ...proof, proves, checks, checks_left_out: proof.checks.length - checks.length };
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
  return `${which} left out here: names are masked, and a command that has one in it, or prints one or what is made of one, would tell it.`;
}
