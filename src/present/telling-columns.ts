/** Columns that say most of an event, the most telling first; they are those of `audit_events`. */
const MOST_TELLING = [
  ...[
    'event_time',
    'event',
    'actor_name',
    'event_name',
    'message',
    'user_name',
    'object_name',
    'code',
    'decode_status',
    'family',
  ],
  ...[
    'action',
    'outcome',
    'actor_ip',
    'source_ip',
    'roles_granted',
    'object_type',
    'severity',
    'instance',
    'event_uid',
  ],
];

/** So many of them tell of an event what nothing else tells: they are as telling where all rows have the same. */
const ALWAYS_TELLING = 5;

/** What stands where there is no value. */
const NOTHING = '∅';

/** The columns, by their places, that have a value in any row; all of them where none has, or there are no rows. */
export function filledColumns(columns: number, rows: readonly (readonly string[])[]): number[] {
  const all = [...Array(columns).keys()];
  const filled = all.filter((index) => !isEmpty(index, rows));
  return filled.length === 0 ? all : filled;
}

/**
 * Which columns to show where not all have room, in their order: those that have one value only go first, then those that tell
 * least; a column is never shown before all that tell more.
 * @param among the places of those that come into question
 * @param least how wide each has to be at least, and what stands between two
 * @param columns of the terminal
 */
export function tellingColumns(
  names: readonly string[],
  among: readonly number[],
  rows: readonly (readonly string[])[],
  least: readonly number[],
  gap: number,
  columns: number,
): number[] {
  const ranked = among
    .map((index) => ({ index, rank: rankOf(names[index] ?? '', index, rows) }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ index }) => index);
  const shown: number[] = [];
  let taken = -gap;
  for (const index of ranked) {
    taken += (least[index] ?? 0) + gap;
    if (taken > columns && shown.length > 0) break;
    shown.push(index);
  }
  return shown.sort((one, other) => one - other);
}

/** The lower, the more telling. */
function rankOf(name: string, index: number, rows: readonly (readonly string[])[]): number {
  const known = MOST_TELLING.indexOf(name);
  if (known !== -1 && known < ALWAYS_TELLING) return known;
  const own = known === -1 ? MOST_TELLING.length + index : known;
  return own + (isSame(index, rows) ? 1_000_000 : 0);
}

function isEmpty(index: number, rows: readonly (readonly string[])[]): boolean {
  return rows.length > 0 && rows.every((row) => row[index] === NOTHING);
}

function isSame(index: number, rows: readonly (readonly string[])[]): boolean {
  return rows.length > 1 && rows.every((row) => row[index] === rows[0]?.[index]);
}
