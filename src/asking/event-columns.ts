import { EVENT_COLUMNS } from '../events/index.ts';
import type { ColumnGroup } from './event-account.ts';

/** The columns by what people ask for; what is in none of these lists is what it was done to. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  When: ['event_time', 'event_time_text', 'event_date', 'event_seconds', 'event_hour', 'event_weekday'],
  Who: ['actor_name', 'actor_id', 'ai_mode', 'channel', 'ip_address', 'session_id'],
  What: [
    ...['code', 'source_system', 'event_name', 'family', 'action', 'outcome', 'severity', 'error'],
    ...['component', 'category', 'message'],
  ],
  'On what': [],
  'How it was understood': [
    ...['decode_status', 'decode_detail', 'text_flags', 'template_id', 'catalogue_version', 'unmapped'],
  ],
  'Where it came from': [
    ...['event_uid', 'instance', 'source_file', 'source_etag', 'source_row', 'ingest_id', 'landed_at'],
  ],
};

const ON_WHAT = 'On what';

/** What the times that the view works out are. */
const OF_VIEW: Readonly<Record<string, string>> = {
  event_seconds: 'Whole seconds since 1970.',
  event_hour: 'Hour of the day, UTC.',
  event_weekday: 'Day of the week, 1 Monday to 7 Sunday, UTC.',
};

const COMMENTS = new Map<string, string>(EVENT_COLUMNS.map(({ name, comment }) => [name, comment]));

/** The columns of an event that are not empty, grouped; each group in the order of its list, or of the table. */
export function columnGroups(event: Readonly<Record<string, unknown>>): ColumnGroup[] {
  const placed = new Set(Object.values(GROUPS).flat());
  const rest = Object.keys(event).filter((name) => !placed.has(name));
  return Object.entries(GROUPS).flatMap(([title, names]) => {
    const columns = (title === ON_WHAT ? rest : names)
      .filter((name) => (event[name] ?? null) !== null)
      .map((name) => ({ name, value: event[name], meaning: COMMENTS.get(name) ?? OF_VIEW[name] ?? '' }));
    return columns.length === 0 ? [] : [{ title, columns }];
  });
}

/** The names of the columns that are empty. */
export function emptyColumns(event: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(event).filter((name) => (event[name] ?? null) === null);
}
