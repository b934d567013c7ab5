import { type Condition, eventCondition } from './event-condition.ts';
import type { EventFilter, FilterName } from './event-filter.ts';
import type { LakeSession } from './session.ts';

/** Filters whose values name somebody, or may. */
const NAMING: readonly FilterName[] = ['actor', 'user', 'person', 'object', 'text'];

/**
 * The condition of a filter in a session. Where names are masked, a value that is a pseudonym means whoever it stands for:
 * filters go by what the events have, so that what an answer shows can be looked for.
 */
export function conditionIn(session: LakeSession, filter: EventFilter): Condition {
  if (session.masking === null) return eventCondition(filter);
  const wanted = Object.entries(filter.wanted).map(([name, values]) => {
    const isNaming = NAMING.includes(name as FilterName);
    return [name, isNaming ? [...new Set(values.flatMap((value) => meant(session, name, value)))] : values];
  });
  return eventCondition({ ...filter, wanted: Object.fromEntries(wanted) });
}

/** Whether a filter finds events by a value as it is shown: one that has a pseudonym in it has to be nothing else. */
export function isFindable(session: LakeSession, shown: string): boolean {
  if (session.masking === null || !/person-[0-9a-f]{15}/.test(shown)) return true;
  return session.behind(shown).length > 0;
}

function meant(session: LakeSession, name: string, value: string): readonly string[] {
  const behind = session.behind(value.replace(/^=/, ''));
  if (behind.length === 0) return [value];
  // A name is meant with all of it, whatever stands in it; a message has it among other words.
  return name === 'text' ? behind : behind.map((each) => `=${each}`);
}
