/** A line of an audit log, and when it was written. */
export interface LogLine {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Without its line end. */
  readonly text: string;
}

/** How the service reads dates without offset, which is not documented. */
export interface DateReading {
  /** IANA zone. */
  readonly zone: string;
  /** Which of two instants a local time is, where the clock was set back. */
  readonly twice: 'earlier' | 'later';
  /** Whether hours are counted back on the clock, and not as time passes. */
  readonly onTheClock: boolean;
}

const HOUR_MS = 3_600_000;

/** The lines that are asked for. @param now milliseconds since 1970; @throws RangeError for parameters that cannot be read */
export function linesAsked(
  lines: readonly LogLine[],
  parameters: URLSearchParams,
  reading: DateReading,
  now: number,
): readonly LogLine[] {
  const date = parameters.get('before_date');
  const hours = parameters.get('elapsed_hours');
  const local = date === null ? localOf(now, reading.zone) : localText(date);
  const before = date === null ? now : instantOf(local, reading);
  if (hours !== null && !/^\d{1,6}$/.test(hours)) throw new RangeError('elapsed_hours');
  const from =
    hours === null
      ? Number.NEGATIVE_INFINITY
      : reading.onTheClock
        ? instantOf(local - Number(hours) * HOUR_MS, reading)
        : before - Number(hours) * HOUR_MS;
  return lines.filter(({ time }) => time >= from && time < before);
}

/** A local time as if it were UTC. */
function localText(text: string): number {
  const [, day, time = '00:00:00'] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d))?$/.exec(text) ?? [];
  const local = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(local)) throw new RangeError('before_date');
  return local;
}

/** What the clock of a zone shows, as if it were UTC. */
function localOf(instant: number, zone: string): number {
  const parts = formatOf(zone).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((each) => each.type === type)?.value ?? '0');
  const whole = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return whole + (((instant % 1000) + 1000) % 1000);
}

/** The instant that a local time is; one that never is moves forward. */
function instantOf(local: number, { zone, twice }: DateReading): number {
  const found = [-26, -13, 0, 13, 26]
    .map((hours) => local - (localOf(local + hours * HOUR_MS, zone) - (local + hours * HOUR_MS)))
    .toSorted((one, other) => one - other);
  const exact = found.filter((instant) => localOf(instant, zone) === local);
  if (exact.length === 0) return found.at(-1) ?? local;
  return (twice === 'earlier' ? exact[0] : exact.at(-1)) ?? local;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const numbers = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  const format = new Intl.DateTimeFormat('en-US', { ...numbers, second: '2-digit', hourCycle: 'h23', timeZone });
  formats.set(timeZone, format);
  return format;
}
