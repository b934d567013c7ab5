import type { Values } from './values.ts';

/** One thing that is done in the samples' company, before it is written as a record. */
export interface Deed {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly code: number;
  readonly actor: string;
  /** What the message has to say; whatever else its shape wants is invented. */
  readonly values: Values;
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A deed at a time such as `2026-03-02T22:04:10Z`. */
export function deed(time: string, code: number, actor: string, values: Values = {}): Deed {
  return { time: Date.parse(time), code, actor, values };
}
