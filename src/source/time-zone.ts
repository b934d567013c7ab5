import { Temporal } from 'temporal-polyfill';

/** The local time was read as it stands. */
export const EXACT = 0;
/** The local time occurs twice; the earlier instant was taken. */
export const AMBIGUOUS = 1;
/** The local time never occurs; it was shifted forward by the length of the gap. */
export const NONEXISTENT = 2;

export type TimeNote = typeof EXACT | typeof AMBIGUOUS | typeof NONEXISTENT;

const MINUTES_PER_DAY = 1440;

/** Enough for a century of days, and for the minutes of all days with a transition in it. */
const MAX_CACHED = 1_000_000;

/** The zones of one file are few. */
const MAX_NAMES = 1000;

interface Resolution {
  readonly offsetSeconds: number;
  readonly note: TimeNote;
}

/**
 * Offsets of an IANA zone for local times. Days without a transition are resolved once, the minutes of the others one by one
 * (since 2000 every zone has changed on a whole minute).
 */
export class TimeZone {
  offsetSeconds = 0;
  note: TimeNote = EXACT;
  readonly #id: string;
  readonly #days = new Map<number, Resolution | undefined>();
  readonly #minutes = new Map<number, Resolution>();
  #lastDay = Number.NaN;
  #lastResolution: Resolution | undefined;

  /** @throws RangeError if the runtime knows no such zone */
  constructor(id: string) {
    this.#id = canonicalZone(id);
  }

  /** Sets `offsetSeconds` and `note` for a local time given in minutes from 1970-01-01T00:00 as if it were UTC. */
  resolve(clockMinutes: number): void {
    const day = Math.floor(clockMinutes / MINUTES_PER_DAY);
    if (day !== this.#lastDay) {
      this.#lastResolution = this.#ofDay(day);
      this.#lastDay = day;
    }
    const { offsetSeconds, note } = this.#lastResolution ?? this.#ofMinute(clockMinutes);
    this.offsetSeconds = offsetSeconds;
    this.note = note;
  }

  /** The resolution that holds all day long, or undefined. The day before and after count too, because offsets reach that far. */
  #ofDay(day: number): Resolution | undefined {
    if (this.#days.has(day)) return this.#days.get(day);
    const from = Temporal.Instant.fromEpochMilliseconds((day - 1) * MINUTES_PER_DAY * 60_000);
    const start = from.toZonedDateTimeISO(this.#id);
    const transition = start.getTimeZoneTransition('next');
    const isConstant = transition === null || transition.epochMilliseconds > (day + 2) * MINUTES_PER_DAY * 60_000;
    const resolution = isConstant
      ? ({ offsetSeconds: start.offsetNanoseconds / 1e9, note: EXACT } as const)
      : undefined;
    remember(this.#days, day, resolution);
    return resolution;
  }

  #ofMinute(clockMinutes: number): Resolution {
    const known = this.#minutes.get(clockMinutes);
    if (known !== undefined) return known;
    const local = Temporal.Instant.fromEpochMilliseconds(clockMinutes * 60_000)
      .toZonedDateTimeISO('UTC')
      .toPlainDateTime();
    const earlier = local.toZonedDateTime(this.#id, { disambiguation: 'earlier' });
    const later = local.toZonedDateTime(this.#id, { disambiguation: 'later' });
    const isUnique = earlier.epochMilliseconds === later.epochMilliseconds;
    const isReal = earlier.toPlainDateTime().equals(local);
    const chosen = isReal ? earlier : later;
    const resolution: Resolution = {
      offsetSeconds: clockMinutes * 60 - chosen.epochMilliseconds / 1000,
      note: isUnique ? EXACT : isReal ? AMBIGUOUS : NONEXISTENT,
    };
    remember(this.#minutes, clockMinutes, resolution);
    return resolution;
  }
}

/** Zones that times name themselves, beside their offset. */
export class ZoneNames {
  readonly #known = new Map<string, TimeZone | null>();

  /** Whether the zone has this offset at this instant, in seconds since 1970-01-01T00:00Z. False for a name that the runtime does not know. */
  agree(name: string, seconds: number, offsetSeconds: number): boolean {
    const known = this.#known.get(name);
    const zone = known === undefined ? this.#add(name) : known;
    if (zone === null) return false;
    zone.resolve(Math.floor((seconds + offsetSeconds) / 60));
    if (zone.offsetSeconds === offsetSeconds) return zone.note !== NONEXISTENT;
    if (zone.note !== AMBIGUOUS) return false;
    const later = Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toZonedDateTimeISO(name);
    return later.offsetNanoseconds === offsetSeconds * 1e9;
  }

  #add(name: string): TimeZone | null {
    if (this.#known.size >= MAX_NAMES) this.#known.clear();
    const zone = isZone(name) ? new TimeZone(name) : null;
    this.#known.set(name, zone);
    return zone;
  }
}

function isZone(id: string): boolean {
  try {
    canonicalZone(id);
    return true;
  } catch {
    return false;
  }
}

/** The zone's name in its usual spelling. @throws RangeError if it is no IANA name the runtime knows */
export function canonicalZone(id: string): string {
  if (/^[+-]/.test(id)) throw new RangeError(`${id} is an offset, not an IANA time zone`);
  const known = canonicalNames.get(id);
  if (known !== undefined) return known;
  const name = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(id).timeZoneId;
  if (canonicalNames.size >= MAX_NAMES) canonicalNames.clear();
  canonicalNames.set(id, name);
  return name;
}

const canonicalNames = new Map<string, string>();

function remember<V>(cache: Map<number, V>, key: number, value: V): void {
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(key, value);
}
