import { Temporal } from 'temporal-polyfill';

/** By how much clocks are ahead of UTC until a second, not included; the last one holds for good. Seconds since 1970. */
export interface Offset {
  readonly until: number | null;
  readonly seconds: number;
}

/** The offsets of a zone from one second to another, both included, in their order. */
export function offsetsOf(zone: string, from: number, to: number): Offset[] {
  const offsets: Offset[] = [];
  let there = Temporal.Instant.fromEpochMilliseconds(from * 1000).toZonedDateTimeISO(zone);
  for (;;) {
    const seconds = Math.round(there.offsetNanoseconds / 1e9);
    const next = there.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds > to * 1000) return [...offsets, { until: null, seconds }];
    offsets.push({ until: next.epochMilliseconds / 1000, seconds });
    there = next;
  }
}
