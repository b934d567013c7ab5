import { createHmac, type KeyObject } from 'node:crypto';
import { folded } from './folded-text.ts';

/** 60 bits: among a million people two have the same with a chance of one in two million. */
const DIGITS = 15;

/** What a pseudonym looks like. */
export const PSEUDONYM = /^person-[0-9a-f]{15}$/i;

/**
 * The pseudonym of what names a person, the same in every letter case. Source: RFC 2104 (HMAC), cut as its section 5 has it.
 * @param key an object made once: of bytes it takes ten times as long
 */
export function pseudonymOf(key: KeyObject, value: string): string {
  const digest = createHmac('sha256', key)
    .update(`person\0${folded(value)}`, 'utf8')
    .digest('hex');
  return `person-${digest.slice(0, DIGITS)}`;
}
