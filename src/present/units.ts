/** Units of a thousand each, as disks and accounts are sold: a GB is 10^9 bytes. */
const SIZE_UNITS = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;

/** A size as people read it, in decimal units with three digits at most: `812 bytes`, `1.2 MB`, `37 GB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} byte${bytes === 1 ? '' : 's'}`;
  let size = bytes;
  let unit = -1;
  // What would be rounded to 1000 has the next unit.
  while (size >= 999.5 && unit < SIZE_UNITS.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${size < 9.95 ? size.toFixed(1) : Math.round(size)} ${SIZE_UNITS[unit]}`;
}

/** A whole number with its thousands apart: `1,048,576`. */
export function numberText(number: number): string {
  return number.toLocaleString('en-US');
}

/** A whole number, its thousands apart, with what it counts: `1 row`, `1,048,576 rows`. */
export function countText(number: number, noun: string): string {
  return `${numberText(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** From the longest to the shortest, in milliseconds; one is used from two of it on, so that no age is far off. */
const SPANS = [
  ['year', 365.25 * 86_400_000],
  ['month', 30.4375 * 86_400_000],
  ['week', 7 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** How long ago an instant was, in plain words: `5 minutes ago`, `3 days ago`; `in 2 hours` of one that is to come. */
export function ageText(instant: Date, now: Date): string {
  const age = now.getTime() - instant.getTime();
  const span = spanText(Math.abs(age));
  if (span === null) return 'just now';
  return age < 0 ? `in ${span}` : `${span} ago`;
}

/** A span in the longest unit of which there are two, or one of the shortest; null below that. */
function spanText(milliseconds: number): string | null {
  for (const [unit, length] of SPANS) {
    const count = Math.floor(milliseconds / length);
    if (count >= 2) return `${count} ${unit}s`;
    if (count === 1 && unit === 'minute') return '1 minute';
  }
  return null;
}
