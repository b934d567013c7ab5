/** What each field of a schedule may say: least, most, and names. */
const FIELDS = [
  { name: 'second', least: 0, most: 59, words: [] },
  { name: 'minute', least: 0, most: 59, words: [] },
  { name: 'hour', least: 0, most: 23, words: [] },
  { name: 'day', least: 1, most: 31, words: [] },
  { name: 'month', least: 1, most: 12, words: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') },
  { name: 'day of the week', least: 0, most: 6, words: 'sun mon tue wed thu fri sat'.split(' ') },
] as const;

/**
 * Checks a schedule of a timer function: six fields (second, minute, hour, day, month, day of the week), each a list of
 * numbers, ranges, steps and `*`.
 * Source: Azure Functions documentation, "Timer trigger", NCRONTAB expressions.
 * @throws SyntaxError that names the field
 */
export function checkSchedule(text: string): string {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== FIELDS.length) {
    throw new SyntaxError(`has ${fields.length} fields, and a schedule has six: the first is the second`);
  }
  for (const [index, { name, least, most, words }] of FIELDS.entries()) {
    const named: readonly string[] = words;
    const numberOf = (word: string): number => {
      const at = named.indexOf(word.slice(0, 3).toLowerCase());
      return at >= 0 ? at + least : /^\d+$/.test(word) ? Number(word) : Number.NaN;
    };
    for (const part of fields[index]!.split(',')) {
      const [, range = '', step = '1'] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
      const bounds = range === '*' ? [least, most] : range.split('-').map(numberOf);
      const [from, to] = bounds;
      const isValid =
        bounds.length <= 2 && from !== undefined && from >= least && (to ?? from) >= from && (to ?? from) <= most;
      if (!isValid || Number(step) < 1) throw new SyntaxError(`"${part}" is no ${name} (${least} to ${most})`);
    }
  }
  return fields.join(' ');
}
