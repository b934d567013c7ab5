import * as z from 'zod';
import { COMPRESSIONS, type Compression } from '../nexthink/index.ts';
import { fromStored, readAs, storedPosition, toStored } from './position-state.ts';
import type { ReadState } from './state.ts';
import type { Position, PullWindow } from './windows.ts';

/** An export that somebody is about to start, or has started. */
export interface UnderWay {
  /** Whose it is: 32 hex digits. */
  readonly claim: string;
  /** When it was claimed, in milliseconds since 1970. */
  readonly at: number;
  /** Null until the service has answered. */
  readonly id: string | null;
  /** The most backward clock when it was started. */
  readonly asOf: number;
  readonly compression: Compression;
  /** Null where the query has its own. */
  readonly window: PullWindow | null;
}

/** How far a query has been pulled. */
export interface NqlState {
  /** Null where nothing was pulled, or the query has a window of its own. */
  readonly position: Position | null;
  readonly underWay: UnderWay | null;
}

const instant = z.iso.datetime();

const schema = z.object({
  position: storedPosition.nullable(),
  export: z
    .object({
      claim: z.string(),
      at: instant,
      id: z
        .string()
        .regex(/^[A-Za-z0-9_-]+$/)
        .nullable(),
      as_of: instant,
      compression: z.enum(COMPRESSIONS),
      window: z.object({ from: instant, to: instant, newest: z.boolean(), ahead: z.boolean() }).nullable(),
    })
    .nullable(),
});

/** What is stored of it. */
export type StoredNqlState = z.infer<typeof schema>;

export const readStored: ReadState<StoredNqlState> = readAs(schema);

const NOTHING_PULLED: NqlState = { position: null, underWay: null };

export function nqlStateOf(stored: StoredNqlState | null): NqlState {
  if (stored === null) return NOTHING_PULLED;
  const { position, export: found } = stored;
  return {
    position: position === null ? null : fromStored(position),
    underWay:
      found === null
        ? null
        : {
            claim: found.claim,
            at: Date.parse(found.at),
            id: found.id,
            asOf: Date.parse(found.as_of),
            compression: found.compression,
            window:
              found.window === null
                ? null
                : {
                    from: Date.parse(found.window.from),
                    to: Date.parse(found.window.to),
                    isNewest: found.window.newest,
                    wasAhead: found.window.ahead,
                  },
          },
  };
}

export function storedNqlState({ position, underWay }: NqlState): StoredNqlState {
  const iso = (at: number): string => new Date(at).toISOString();
  return {
    position: position === null ? null : toStored(position),
    export:
      underWay === null
        ? null
        : {
            claim: underWay.claim,
            at: iso(underWay.at),
            id: underWay.id,
            as_of: iso(underWay.asOf),
            compression: underWay.compression,
            window:
              underWay.window === null
                ? null
                : {
                    from: iso(underWay.window.from),
                    to: iso(underWay.window.to),
                    newest: underWay.window.isNewest,
                    ahead: underWay.window.wasAhead,
                  },
          },
  };
}
