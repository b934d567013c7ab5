/** As many names are given, so long, and from so deep. */
const [MOST_NAMES, LONGEST_NAME, DEEPEST] = [40, 80, 8];

/**
 * The names in a JSON value, as paths of the form that aliases have: `event.user.name`; of lists, those in their first element,
 * as `records[].time`. Never a value: those may be anybody's.
 */
export function namesIn(value: unknown): string[] {
  const names: string[] = [];
  collect(value, '', 0, names);
  return names;
}

function collect(value: unknown, path: string, depth: number, names: string[]): void {
  if (names.length === MOST_NAMES) return;
  const isNested = typeof value === 'object' && value !== null && depth < DEEPEST;
  if (isNested && Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null) {
    collect(value[0], `${path}[]`, depth + 1, names);
  } else if (isNested && !Array.isArray(value) && Object.keys(value).length > 0) {
    for (const [name, each] of Object.entries(value)) {
      const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
      collect(each, path === '' ? short : `${path}.${short}`, depth + 1, names);
    }
  } else if (path !== '') names.push(path);
}
