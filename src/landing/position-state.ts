import * as z from 'zod';
import type { ReadState } from './state.ts';
import type { Position } from './windows.ts';

/** A position as a state has it, with instants that can be read. */
export interface StoredPosition {
  readonly settled: string;
  readonly reached: string;
  readonly midway: boolean;
  readonly length_ms?: number | undefined;
}

const instant = z.iso.datetime();

/** What a stored position has to be. */
export const storedPosition = z.object({
  settled: instant,
  reached: instant,
  midway: z.boolean(),
  length_ms: z.number().int().positive().optional(),
});

/** A position to be stored. */
export function toStored({ settled, reached, isMidway, length }: Position): StoredPosition {
  return {
    settled: new Date(settled).toISOString(),
    reached: new Date(reached).toISOString(),
    midway: isMidway,
    ...(length !== undefined && { length_ms: length }),
  };
}

/** A stored position. */
export function fromStored({ settled, reached, midway, length_ms }: StoredPosition): Position {
  return {
    settled: Date.parse(settled),
    reached: Date.parse(reached),
    isMidway: midway,
    ...(length_ms !== undefined && { length: length_ms }),
  };
}

/** How a state that has to be as a schema says is read. */
export function readAs<T>(schema: z.ZodType<T>): ReadState<T> {
  return (value) => schema.safeParse(value).data ?? null;
}
