import { createHash } from 'node:crypto';

/** All that enters an event's identity. */
export interface Identity {
  readonly instance: string;
  readonly sourceSystem: string;
  readonly timeMicros: number;
  readonly code: number;
  readonly actor: string;
  readonly message: string;
  /** What wrote a line of a classic log. */
  readonly component?: string;
  /** The machine that the line names before its bracket. */
  readonly host?: string;
  readonly ordinal: number;
}

/** The event_uid as the design words it, in a few plain lines: a second opinion. */
export function naiveUid(identity: Identity): string {
  const { instance, sourceSystem, timeMicros, code, actor, message, component = '', host = '', ordinal } = identity;
  const isClassic = sourceSystem !== 'infinity';
  const parts = [isClassic ? 'v2' : 'v1', instance, sourceSystem, String(timeMicros), String(code), actor, message];
  if (isClassic) parts.push(component, host);
  parts.push(String(ordinal));
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part},`);
  return hash.digest('hex').slice(0, 32);
}

/** Counts earlier records that are equal in all but the ordinal. */
export class NaiveOrdinals {
  readonly #seen = new Map<string, number>();

  next(identity: Omit<Identity, 'ordinal'>): number {
    const key = JSON.stringify(identity);
    const ordinal = this.#seen.get(key) ?? 0;
    this.#seen.set(key, ordinal + 1);
    return ordinal;
  }
}
