import type { EventAction, Family } from './audit-code.ts';

/** Digits that all known codes of one family share; the longest prefix decides. */
const FAMILY_OF_PREFIX: readonly (readonly [string, Family])[] = [
  ['9101', 'account'],
  ['9107', 'account'],
  ['902', 'session'],
  ['930', 'execution'],
  ['931', 'execution'],
  ['932', 'content'],
  ['940', 'execution'],
  ['942', 'content'],
  ['943', 'data'],
  ['91', 'access'],
  ['92', 'content'],
  ['95', 'ai'],
];

/** The families whose codes mostly end in 1 update, 2 create, 3 delete; elsewhere the last digit says nothing. */
const REGULAR: ReadonlySet<Family> = new Set(['account', 'access', 'content']);
const ACTION_OF_LAST_DIGIT: Readonly<Record<number, EventAction>> = { 1: 'update', 2: 'create', 3: 'delete' };

/** The family that the digits of an unknown code suggest; null where they suggest none. */
export function inferFamily(code: number): Family | null {
  const digits = String(code);
  if (digits.length !== 5) return null;
  return FAMILY_OF_PREFIX.find(([prefix]) => digits.startsWith(prefix))?.[1] ?? null;
}

/** The action that the digits of an unknown code suggest; null where they suggest none. */
export function inferAction(code: number): EventAction | null {
  const family = inferFamily(code);
  return family !== null && REGULAR.has(family) ? (ACTION_OF_LAST_DIGIT[code % 10] ?? null) : null;
}
