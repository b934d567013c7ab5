import type { BadExample } from '../lake/index.ts';
import type { Way } from '../settings/index.ts';
import { type Alternative, type BadReason, instantOf, type TimeAdvice, timeAdvice } from '../source/index.ts';
import { withMappingOf } from './mapping-setting.ts';

/** What is wrong with records that are bad for a reason, and what may be done about it. */
interface Remedy {
  /** What the records have, in the plural. */
  readonly fault: string;
  /** What to set or to do. */
  readonly step: string;
}

const QUOTES: Remedy = {
  fault: 'quotes that do not fit the rest of the line',
  step: 'double the quotes within a quoted cell, or check --delimiter',
};
const COLUMNS: Remedy = {
  fault: 'another number of cells than the header has names',
  step: 'check --delimiter, and that cells with a delimiter or a line end in them are quoted; where the first line is a record, set --header false and --columns',
};
const NAMES = 'name the column with --column-aliases, for example';

const REMEDIES: Readonly<Record<BadReason, Remedy>> = {
  quote_in_unquoted_field: QUOTES,
  text_after_closing_quote: QUOTES,
  unterminated_quoted_field: QUOTES,
  invalid_json: { fault: 'text that is no JSON', step: 'export again: lines of JSON have one object each' },
  not_an_object: { fault: 'JSON that is no object', step: 'export again: lines of JSON have one object each' },
  duplicate_key: { fault: 'a member that is there twice', step: 'export again with each member once' },
  keys_not_understood: {
    fault: 'no members that are known as time, code and message',
    step: `${NAMES} time=when (of each role that is missing)`,
  },
  record_too_long: { fault: 'more bytes than a record may have', step: 'raise --max-record-bytes' },
  column_count: COLUMNS,
  invalid_utf8: {
    fault: 'bytes that are not UTF-8',
    step: 'they are damaged, as far as the rest of the file tells: export it again; where an encoding was set, check that it is this file’s',
  },
  time_missing: { fault: 'no time', step: `${NAMES} time=when, where the times stand in another one` },
  time_unreadable: {
    fault: 'a time that cannot be read',
    step: 'set --time-format to how the times are written, for example "dd/MM/yyyy HH:mm:ss" (docs/nexthink.md has the letters)',
  },
  time_out_of_range: {
    fault: "a time before the year 2000 or more than a day after the file's own time",
    step: "correct the file's time (touch) where it is wrong, or check --time-format and --time-zone",
  },
  code_missing: { fault: 'no code', step: `${NAMES} code=event_code, where the codes stand in another one` },
  code_unreadable: {
    fault: 'a code that is no whole number',
    step: `export codes as plain digits, or ${NAMES} code=event_code, where the codes stand in another one`,
  },
  no_log_line: {
    fault: 'no [component|category|code|account] in the line',
    step: 'they are no lines of such a log, or what follows a line end within a message; exports belong into another folder of the raw zone',
  },
  account_unclear: {
    fault: 'an account of which it cannot be told where it ends',
    step: 'a ] in it, and a blank, a [ or one more ] behind that: what such a line means is not guessed',
  },
  lines_joined: {
    fault: 'what looks like another line in the message',
    step: 'either a line end is missing between two of them, or somebody named something like a line; look at them, they stay in quarantine',
  },
  prefix_not_understood: {
    fault: 'something else before the bracket than --classic-line says',
    step: 'set --classic-line to what stands there, for example "{time} {host} {word}:", or to auto',
  },
  system_unknown: {
    fault:
      'a component that is no Engine, Portal or console, and a code that is of none of these (1xxxx, 2xxxx, 5xxxx)',
    step: 'they may be of a product that is not known here: they stay in quarantine',
  },
  placeholder: {
    fault: 'a {{placeholder}} of a template that was not filled',
    step: 'correct the payload template in Nexthink: a value under that name is not there',
  },
  message_missing: { fault: 'no message', step: `${NAMES} message=text, where the messages stand in another one` },
};

const LOGGED_TIME =
  'set --classic-time-format to how the times are written, or --classic-line to what stands before the bracket';

/** Of classic logs, what is said otherwise. */
const OF_LOGS: Partial<typeof REMEDIES> = {
  time_missing: { fault: 'no time before the bracket', step: 'set --classic-line, where it stands elsewhere' },
  time_unreadable: { ...REMEDIES.time_unreadable, step: LOGGED_TIME },
  time_out_of_range: {
    ...REMEDIES.time_out_of_range,
    step: "correct the file's time (touch) where it is wrong, or check --classic-time-format and --classic-time-zone",
  },
  code_missing: { ...REMEDIES.code_missing, step: 'they stay in quarantine' },
  code_unreadable: { ...REMEDIES.code_unreadable, step: 'they stay in quarantine' },
};

/** rsyslog's traditional time. */
const YEARLESS = /^[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(\.\d+)?$/;
const WITHOUT_YEAR = {
  text: 'these have no year: with --classic-line "auto without year" it is the latest that the file\'s own time allows',
  alternatives: [{ classicLine: 'auto without year' }],
};

/** What is wrong with records that are bad for one reason, and which setting or step may help. */
export interface Advice {
  readonly reason: BadReason;
  readonly records: number;
  /** In one line, with the first values that are wrong, for people: not for log or evidence. */
  readonly text: string;
  /** Settings with which the values that are wrong are read, where any are known. */
  readonly alternatives: readonly Alternative[];
}

/** What bytes that are not UTF-8 mostly are where they are in every record of a file. */
const OTHER_ENCODING = 'export as UTF-8, or name the encoding of the file with --encoding';

/**
 * Advice for each reason that a file's records are bad for, the most frequent first.
 * @param way by which it came
 * @param isWhole whether no record of the file is good
 */
export function adviceFor(
  reasons: Readonly<Record<string, number>>,
  examples: readonly BadExample[],
  way: Way,
  isWhole = false,
): readonly Advice[] {
  const isLog = way === 'classic';
  const known = Object.entries(reasons).filter(([reason]) => Object.hasOwn(REMEDIES, reason)) as [BadReason, number][];
  return known
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, records]) => {
      const { fault, step: usual } = (isLog ? OF_LOGS[reason] : undefined) ?? REMEDIES[reason];
      const of = examples.filter((example) => example.reason === reason);
      const quoted = of.map(({ record, value }) => `${JSON.stringify(value)} (record ${record})`);
      const found = `${records} with ${fault} (${reason}): ${quoted.join(', ')}`;
      if (isLog && reason === 'time_unreadable' && of.every(({ value }) => YEARLESS.test(value))) {
        return { reason, records, text: `${found}; ${WITHOUT_YEAR.text}`, alternatives: WITHOUT_YEAR.alternatives };
      }
      const times = reason === 'time_unreadable' ? timeAdvice(of.map(({ value }) => value)) : null;
      const other = isWhole && reason === 'invalid_utf8' ? OTHER_ENCODING : usual;
      const step = times === null ? withMappingOf(way, other) : timeStep(times, of[0]?.value ?? '');
      const text = `${found}; ${step}`;
      return { reason, records, text, alternatives: times?.formats.map((timeFormat) => ({ timeFormat })) ?? [] };
    });
}

/** What to set where all of these are times of a known kind, or what else to do where no setting reads them. */
function timeStep({ what, formats, zoned }: TimeAdvice, example: string): string {
  if (zoned !== null)
    return `set --time-format ${quotedOption(zoned.format)} and, to the IANA name of the zone that ${zoned.name} stands for, --time-zone`;
  if (formats.length === 0)
    return 'no --time-format reads such times: export them in ISO 8601, such as 2026-01-31T13:00:00Z';
  const options = formats.map((format) => {
    const option = `--time-format ${quotedOption(format)}`;
    return formats.length === 1 ? option : `${option} (${instantOf(example, format, 'UTC')?.replace('.000Z', 'Z')})`;
  });
  return `these look like ${what}: set ${options.join(' or ')}, where that is what they are`;
}

/** A value as a shell takes it. */
function quotedOption(value: string): string {
  if (/^[\w:./-]+$/.test(value)) return value;
  if (!/["$`\\!]/.test(value)) return `"${value}"`;
  return `'${value.replaceAll("'", "'\\''")}'`;
}
