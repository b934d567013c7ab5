/** In which order a pattern has day and month, and what tells such patterns from others: where the year is, and what is between. */
interface DayOrder {
  readonly order: 'day first' | 'month first';
  /** Times of patterns of one shape look alike: one may be read by the other, as another day. */
  readonly shape: string;
}

const QUOTED = /'(?:[^']|'')*'/g;
const NUMBERS = /(?<![A-Za-z])(d{1,2}|M{1,2})([^A-Za-z]{1,3})(d{1,2}|M{1,2})(?![A-Za-z])/;

/** The order of day and month in a pattern as in time-pattern.ts; null where it has not both as numbers, side by side. */
function dayOrder(pattern: string): DayOrder | null {
  const plain = pattern.replace(QUOTED, '');
  const found = NUMBERS.exec(plain);
  const [, first = '', between = '', second = ''] = found ?? [];
  if (found === null || first[0] === second[0]) return null;
  const isYearFirst = plain.slice(0, found.index).includes('y');
  return { order: first.startsWith('d') ? 'day first' : 'month first', shape: `${isYearFirst ? 'y' : ''}${between}` };
}

/** The pattern among these that has the order of day and month the other way round than a pattern that looks alike. */
export function otherOrder(patterns: readonly string[], pattern: string): string | undefined {
  const own = dayOrder(pattern);
  if (own === null) return undefined;
  return patterns.find((each) => {
    const other = dayOrder(each);
    return other !== null && other.shape === own.shape && other.order !== own.order;
  });
}
