/** The parts of Nexthink that write classic audit logs. */
export type LogSystem = 'engine' | 'portal' | 'console';

const NAMES: readonly (readonly [name: RegExp, system: LogSystem])[] = [
  [/^engine/i, 'engine'],
  [/^portal$/i, 'portal'],
  [/^(web ?)?console$/i, 'console'],
];

/** The first of five digits of their codes. */
const CODES: Readonly<Record<number, LogSystem>> = { 1: 'engine', 2: 'portal', 5: 'console' };
const CODES_OF_EACH = 10_000;

/**
 * Which part of Nexthink wrote a line: by the component in its bracket, and where that is none of the documented names (an Engine's
 * own, say) by its code. Null where neither says it. Source: docs.nexthink.com, audit-trail-codes-engine-classic, -portal-classic.
 */
export function logSystemOf(component: string, code: number): LogSystem | null {
  const named = NAMES.find(([name]) => name.test(component));
  return named?.[1] ?? CODES[Math.floor(code / CODES_OF_EACH)] ?? null;
}
