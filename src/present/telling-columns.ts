/** Columns that say most of an event, the most telling first; they are those of `audit_events`. */
const MOST_TELLING = [
  ...[
    'event_time',
    'event',
    'actor_name',
    'event_name',
    'user_name',
    'object_name',
    'code',
    'message',
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

/** What stands where there is no value. */
const NOTHING = '∅';

/**
 * Which columns to show where not all have room, in their order: those whose values are all missing go first, then those
 * that have one value only, then those that tell least; a column is never shown before all that tell more.
 * @param least how wide each has to be at least, and what stands between two
 * @param columns of the terminal
 */
export function tellingColumns(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  least: readonly number[],
  gap: number,
  columns: number,
): number[] {
  const ranked = names
    .map((name, index) => ({ index, rank: rankOf(name, index, rows) }))
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
  const own = known === -1 ? MOST_TELLING.length + index : known;
  return own + emptiness(index, rows) * 1_000_000;
}

/** 2 where there is no value at all, 1 where all are the same, else 0. */
function emptiness(index: number, rows: readonly (readonly string[])[]): 0 | 1 | 2 {
  const first = rows[0]?.[index];
  if (first === undefined || rows.some((row) => row[index] !== first)) return 0;
  if (first === NOTHING) return 2;
  return rows.length > 1 ? 1 : 0;
}
