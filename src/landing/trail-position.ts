import * as z from 'zod';
import type { LakeContext } from '../storage/index.ts';
import { fromStored, readAs, storedPosition, toStored } from './position-state.ts';
import { changeState, folderOfHost, readState } from './state.ts';
import { furthest, type Position } from './windows.ts';

/** How far a trail has been pulled. */
export interface TrailState {
  /** Null where nothing of it was pulled. */
  readonly position: Position | null;
  /** The day, in UTC, for which an empty log was landed last. */
  readonly emptyDay: string | undefined;
}

/** Where it is kept. */
export interface TrailStore {
  read(): Promise<TrailState>;
  /** Puts `next` in place of what was read; where another run has come further meanwhile, that stays. */
  move(before: TrailState, next: TrailState): Promise<TrailState>;
}

const schema = storedPosition.extend({ empty: z.iso.date().optional() });
const read = readAs(schema);

const NOTHING: TrailState = { position: null, emptyDay: undefined };

/** The store that runs share. @param context with the storage of landing states */
export function sharedStore(context: LakeContext, host: string, trail: string): TrailStore {
  const name = `classic/${folderOfHost(host)}/${trail.toLowerCase()}.json`;
  return {
    read: async () => stateOf(await readState(context, name, read)),
    move: async (before, next) =>
      stateOf(
        await changeState(context, name, read, (found) => {
          const now = stateOf(found);
          const isSame = JSON.stringify(now.position) === JSON.stringify(before.position);
          const { position } =
            isSame || now.position === null ? next : { position: later(now.position, next.position) };
          if (position === null) throw new Error('expected a position after a window, found none');
          const { emptyDay } = next;
          return { ...toStored(position), ...(emptyDay !== undefined && { empty: emptyDay }) };
        }),
      ),
  };
}

/** A store of one run, for windows that are pulled again. */
export function ownStore(): TrailStore {
  return { read: async () => NOTHING, move: async (_, next) => next };
}

function later(one: Position, other: Position | null): Position {
  return other === null ? one : furthest(one, other);
}

function stateOf(stored: z.infer<typeof schema> | null): TrailState {
  return stored === null ? NOTHING : { position: fromStored(stored), emptyDay: stored.empty };
}
