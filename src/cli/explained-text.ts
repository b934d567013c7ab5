import { type ExplainedBy, type Explaining, explanationText } from '../coverage/index.ts';
import { counted } from '../storage/index.ts';

/** Events of one kind that explains a difference, and what to do about them. */
export interface Advice {
  readonly kind: Explaining;
  readonly events: number;
  readonly meaning: string;
  readonly advice: string;
}

const NOTHING = () => 'nothing is to be done';

/** What to do, by kind. @param on the words that name the lake, after a blank; empty for none */
const ADVICE: Readonly<Record<Explaining, (on: string) => string>> = {
  withheld: NOTHING,
  may_be_erased: () => 'the erasures of then explain these, perhaps: audit-lake history names them',
  withdrawn: (on) => `audit-lake history${on} names the files; withdraw --undo takes it back`,
  waiting: (on) => `run audit-lake ingest${on}, and compare again: audit-lake compare nql --landed${on}`,
  rejected: (on) => `audit-lake status${on} names the files and why; mend the setting, or land them anew`,
  quarantined: (on) =>
    `see quarantine_rows: audit-lake query "SELECT reason, raw, source_file FROM quarantine_rows"${on}`,
  merged: NOTHING,
  landed_later: () => 'have the trail counted again',
  other_identity: () =>
    'these stand in the table twice; docs/nexthink.md#one-event-by-two-ways says why, and what to set',
};

/** What explains differences, and what to do about it, by kind. */
export function adviceOf(by: ExplainedBy, on = ''): Advice[] {
  return (Object.entries(by) as [Explaining, number][]).map(([kind, events]) => ({
    ...{ kind, events, meaning: explanationText(kind), advice: ADVICE[kind](on) },
  }));
}

/** The same as lines: `150 waiting (of raw files that wait to be taken in): run …`. */
export function adviceLines(by: ExplainedBy, on: string): string[] {
  return adviceOf(by, on).map(({ kind, events, meaning, advice }) => `${events} ${kind} (${meaning}): ${advice}`);
}

/** How many events are explained, by kind, in one line; `none` where there is none. */
export function explainedLine(by: ExplainedBy): string {
  const kinds = Object.entries(by).map(([kind, count]) => `${count} ${kind}`);
  return kinds.length === 0 ? 'none' : kinds.join(', ');
}

/** Whether a comparison agrees, as far as that may be said: `all agree` only where nothing had to be explained. */
export function verdict(differing: number, by: ExplainedBy): string {
  const { other_identity: twice = 0, ...others } = by;
  const events = Object.values(others).reduce((sum, count) => sum + count, 0);
  const explained = events === 0 ? [] : [`${counted(events, 'event')} ${events === 1 ? 'is' : 'are'} explained`];
  const doubled = twice === 0 ? [] : [`${counted(twice, 'event')} ${twice === 1 ? 'stands' : 'stand'} twice`];
  if (differing > 0) return [`${differing} differ`, ...explained, ...doubled].join(', ');
  if (events + twice === 0) return 'all agree';
  return [...explained.map((each) => `agree once ${each}`), ...doubled].join(', ');
}
