import { Temporal } from 'temporal-polyfill';

/** A local time without offset, which a zone may have twice, once or never. */
export type LocalTime = Temporal.PlainDateTime;

const STEP = { minutes: 15 };

/** The zone's local time at an instant, or an earlier one of which no reading is later: where a window begins. @param instant in milliseconds */
export function notAfter(instant: number, zone: string): LocalTime {
  let local = localTime(instant, zone);
  while (latestReading(local, zone) > instant) local = local.subtract(STEP);
  return local;
}

/** The zone's local time at an instant, or a later one of which no reading is earlier: where a window ends. @param instant in milliseconds */
export function notBefore(instant: number, zone: string): LocalTime {
  let local = localTime(instant, zone);
  while (earliestReading(local, zone) < instant) local = local.add(STEP);
  return local;
}

/** How far the zone's clocks are ahead of UTC at an instant, in seconds. @param instant in milliseconds */
export function offsetAt(instant: number, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).offsetNanoseconds / 1e9;
}

/** The latest instant that a local time may stand for, also one that the zone never has. */
export function latestReading(local: LocalTime, zone: string): number {
  return Math.max(...readings(local, zone));
}

function earliestReading(local: LocalTime, zone: string): number {
  return Math.min(...readings(local, zone));
}

/** The zone's local time at an instant. @param instant in milliseconds */
export function localTime(instant: number, zone: string): LocalTime {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDateTime();
}

function readings(local: LocalTime, zone: string): number[] {
  return (['earlier', 'later'] as const).map(
    (disambiguation) => local.toZonedDateTime(zone, { disambiguation }).epochMilliseconds,
  );
}
