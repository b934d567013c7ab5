import process from 'node:process';
import { Option } from 'commander';
import {
  ALL_EVENT_COLUMNS,
  answerRows,
  countEvents,
  EVENT_FILTERS,
  EVENT_SORTS,
  type EventFilter,
  type EventSort,
  eventFilter,
  eventPage,
  eventRows,
  FILTER_CHOICES,
  type FilterName,
  type FilterWords,
  inTimeZone,
  LakeSession,
  MOMENTS,
  nothingFound,
  parseEventColumns,
  parseEventSort,
  parseTimeZone,
  TELLING_COLUMNS,
} from '../asking/index.ts';
import { countText, FORMATS, type Format, isBinary, numberText, type Rows, UsageError } from '../present/index.ts';
import { askedLake } from './asked-lake.ts';
import { command, severalTimes } from './command.ts';
import { MASKING, type MaskFlags, masked } from './mask-options.ts';
import { withShortUids } from './short-uids.ts';

interface EventsFlags extends FilterWords, MaskFlags {
  readonly limit?: string;
  readonly sort: string;
  readonly columns?: readonly string[];
  readonly timeZone: string;
  readonly output?: string;
}

/** Formats that people look at as a table: they have the telling columns, and the first events where none says otherwise. */
const TABLES: ReadonlySet<Format> = new Set(['table', 'markdown', 'html']);

/** How many events a table has where nothing else is said. */
const USUAL_LIMIT = 50;

/** So many events are found first and read then; of more, the engine hands over what it finds. */
const MOST_OF_A_PAGE = 1000;

const CHOICES: { readonly [name in FilterName]?: readonly string[] } = FILTER_CHOICES;

const FILTERS = (Object.entries(EVENT_FILTERS) as [FilterName, string][]).map(([name, text]) => {
  const option = new Option(`--${name} <${name === 'ip' ? 'address' : name}>`, text);
  const choices = CHOICES[name];
  // They are checked with all the others, where several may stand in one text.
  return severalTimes(choices === undefined ? option : option.choices(choices)).helpGroup('Filters:');
});

/** Looks events up without SQL. */
export const register = command<EventsFlags, []>({
  name: 'events',
  examples: [
    ['events --lake ./lake --from -7d', 'the last week'],
    ['events --lake ./lake --actor li.wei --sort time', 'the oldest first'],
    ['events --lake ./lake --code 91011 -o roles.csv', 'for a spreadsheet'],
  ],
  flags: [
    new Option('--from <when>', `events from then on: ${MOMENTS}`).helpGroup('Filters:'),
    new Option('--to <when>', 'events before then; a day or a month is meant with all of it').helpGroup('Filters:'),
    ...FILTERS,
    new Option(
      '--sort <order>',
      `by what: ${Object.keys(EVENT_SORTS).join(', ')}; with - before it from the last`,
    ).default('-time'),
    new Option(
      '--limit <n>',
      `how many events, or all (default: ${USUAL_LIMIT} as a table without --output, else all)`,
    ),
    severalTimes(
      new Option('--columns <names>', 'the columns to show, with commas between them, or all (docs/columns.md)'),
    ),
    new Option('--time-zone <zone>', 'the zone of dates and times that are given, and of those that are shown').default(
      'UTC',
    ),
    ...MASKING,
  ],
  json: 'an array of objects',
  formats: FORMATS,
  settings: ['lake'],
  run: async ({ settings, flags, output }) => {
    const format = output.format ?? 'table';
    const timeZone = parseTimeZone(flags.timeZone);
    const clock = { now: Date.now(), timeZone };
    const filter = eventFilter(flags, clock);
    const sort = parseEventSort(flags.sort);
    const columns = columnsOf(flags.columns, format);
    const limit = limitOf(flags.limit, TABLES.has(format) && flags.output === undefined);
    const session = await LakeSession.open(askedLake(settings()), masked(flags));
    try {
      const { rows, note } = await found(session, filter, { sort, columns, limit });
      const said = note === 'nothing' ? await nothingFound(session, flags, clock) : note;
      const notes = [said === null ? null : `${said}; times in ${timeZone}`, rows.note ?? null].filter(
        (each) => each !== null,
      );
      const zoned = isBinary(format) ? rows : inTimeZone(rows, timeZone);
      const isOnTerminal = format === 'table' && flags.output === undefined && process.stdout.isTTY;
      const shown = isOnTerminal && flags.columns === undefined ? withShortUids(zoned) : zoned;
      await output.print({ ...shown, ...(notes.length > 0 && { note: notes.join('. ') }) });
    } finally {
      await session.close();
    }
    return {};
  },
});

interface Wanted {
  readonly sort: EventSort;
  readonly columns: readonly string[];
  readonly limit: number | null;
}

/** The events, and what is to be said of those that are not among them. */
async function found(
  session: LakeSession,
  filter: EventFilter,
  { sort, columns, limit }: Wanted,
): Promise<{ readonly rows: Rows; readonly note: string | null }> {
  const count = await countEvents(session, filter);
  const rows =
    limit === null || limit > MOST_OF_A_PAGE
      ? await eventRows(session, filter, { columns, sort, limit })
      : answerRows(await eventPage(session, filter, { columns, sort, limit }));
  if (count === 0) return { rows, note: 'nothing' };
  if (limit === null || count <= limit) return { rows, note: countText(count, 'event') };
  return {
    rows,
    note: `${numberText(limit)} of ${numberText(count)} events, ${numberText(count - limit)} more: --limit all has them all`,
  };
}

function columnsOf(given: readonly string[] | undefined, format: Format): readonly string[] {
  if (given === undefined) return TABLES.has(format) ? TELLING_COLUMNS : ALL_EVENT_COLUMNS;
  return given.length === 1 && given[0]?.trim().toLowerCase() === 'all' ? ALL_EVENT_COLUMNS : parseEventColumns(given);
}

/** How many events are wanted; null for all. @throws UsageError */
function limitOf(text: string | undefined, isLookedAt: boolean): number | null {
  if (text === undefined) return isLookedAt ? USUAL_LIMIT : null;
  if (text.trim().toLowerCase() === 'all') return null;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--limit: expected a whole number above 0, or all; found ${JSON.stringify(text.slice(0, 40))}`);
}
