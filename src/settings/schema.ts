import * as z from 'zod';
import { REQUIRED_ROLES } from '../source/index.ts';
import { checkEmulatorAccess } from '../storage/index.ts';
import { classicShape } from './classic-shape.ts';
import { coverageShape } from './coverage-shape.ts';
import {
  classicLine,
  columnAliases,
  columns,
  delimiter,
  encoding,
  flag,
  globs,
  instances,
  location,
  type SettingField,
  schedule,
  serviceVersion,
  timeFormat,
  timeZone,
  wholeNumber,
} from './fields.ts';
import { landingShape } from './landing-shape.ts';
import { nqlShape } from './nql-shape.ts';
import { describe } from './setting-text.ts';
import { checkWays, WAY_PREFIXES, waysShape } from './ways.ts';
import { webhookShape } from './webhook-shape.ts';

const MAX_RECORD_BYTES = 16 * 2 ** 20;
/** A commit must fit into one text. */
const MAX_LOG_BYTES = 500 * 2 ** 20;
/** A day. What a function does must end before its functionTimeout in host.json, whatever is asked for here. */
const MOST_MINUTES = 1440;
const MOST_DAYS = 36_500;
const MOST_TRIES = 1_000;

/** Settings that limit what is read: with others a record is good or is not, and never another event. */
const limitShape = {
  maxRecordBytes: describe(wholeNumber(1024, MAX_RECORD_BYTES), {
    description:
      'The longest record; a longer one goes to quarantine. Reading needs up to sixteen times this in memory.',
    expected: '1 KiB to 16 MiB',
    example: '8MiB',
    fallback: '4MiB',
  }),
  maxFileBytes: describe(wholeNumber(1, Number.MAX_SAFE_INTEGER), {
    description: 'The longest file, decompressed; a longer one is rejected.',
    expected: 'a whole number of bytes, KiB, MiB or GiB, at least 1',
    example: '128GiB',
    fallback: '64GiB',
  }),
  maxCompressionRatio: describe(wholeNumber(1, Number.MAX_SAFE_INTEGER), {
    description:
      'Decompressed bytes per stored byte beyond which a file is rejected as a bomb, once 64 MiB have come out.',
    expected: 'a whole number, at least 1',
    example: '5000',
    fallback: '1000',
  }),
  maxRecords: describe(wholeNumber(1, 2 ** 32 - 1), {
    description:
      'The most records of a file; one with more is rejected. Reading needs about 200 bytes of memory a record, and more where ' +
      'they are of many days. The exporter’s own limit is 1,000,000 for each request.',
    expected: '1 to 4294967295 records',
    example: '5000000',
    fallback: '1100000',
    before: Number.MAX_SAFE_INTEGER,
  }),
  maxDays: describe(wholeNumber(1, MOST_DAYS), {
    description:
      'The most days of a file’s records; one with more is rejected, and one with more than a tenth of it is taken in with the ' +
      'warning many_days: each day is a data file at least.',
    expected: '1 to 36500 days',
    example: '8000',
    fallback: '4000',
    before: Number.MAX_SAFE_INTEGER,
  }),
  maxFrames: describe(wholeNumber(1, Number.MAX_SAFE_INTEGER), {
    description: 'The most Zstandard frames of a file, skippable ones counted; one with more is rejected.',
    expected: 'a whole number, at least 1',
    example: '200000',
    fallback: '20000',
    before: Number.MAX_SAFE_INTEGER,
  }),
  maxEntries: describe(wholeNumber(1, 65_536), {
    description: 'The most entries of a ZIP archive, folders counted; one with more is rejected.',
    expected: '1 to 65536 entries',
    example: '10000',
    fallback: '1000',
  }),
  maxWindowBytes: describe(wholeNumber(1024, 2 ** 31), {
    description:
      'The largest window of a Zstandard frame, which is the memory that it takes to decompress it (zstd --long=27 makes 128 MiB); ' +
      'a file with a larger one is rejected.',
    expected: '1 KiB to 2 GiB',
    example: '512MiB',
    fallback: '128MiB',
  }),
} satisfies Readonly<Record<string, SettingField<unknown>>>;

/**
 * Settings that decide what a file's records are. Every commit records them of each file, under their names here, and a
 * verification reads the file by what was recorded: there is no other list of them.
 */
export const sourceShape = {
  header: describe(flag, {
    description: 'Whether the first record of a file names its columns.',
    expected: 'true or false',
    example: 'false',
    fallback: 'true',
  }),
  columns: describe(columns, {
    description:
      'The columns of files without header, in order: time, code, message, actor_name, actor_id; any other name is kept as an extra column.',
    expected: 'names separated by commas, each once',
    example: 'time,code,message,actor_name',
    fallback: '',
  }),
  columnAliases: describe(columnAliases, {
    description:
      'The header names of time, code, message, actor_name or actor_id, in order of preference, in place of the built-in ones. ' +
      'Case and surrounding blanks do not count. In JSON, a name with dots is a path into nested objects.',
    expected: 'role=header name, separated by commas or given several times',
    example: 'time=Occurred at,code=Audit no.',
    fallback: '',
  }),
  encoding: describe(encoding, {
    description:
      'The encoding of a file’s text; auto goes by its byte order mark, and takes text without one for UTF-8. What means nothing in ' +
      'the encoding sends its record to quarantine.',
    expected:
      'auto, a name of the WHATWG Encoding Standard (utf-8, utf-16le, windows-1252, shift_jis, …), utf-32le or utf-32be',
    example: 'windows-1252',
    fallback: 'auto',
    before: 'utf-8',
  }),
  delimiter: describe(delimiter, {
    description: 'What separates the fields of a record; auto finds it out, file by file.',
    expected: 'auto, one ASCII character that is no quote, line end, letter or digit, or the word tab',
    example: ';',
    fallback: 'auto',
    before: ',',
  }),
  timeFormat: describe(timeFormat, {
    description:
      'How times are written. auto reads whatever has one reading: ISO 8601 and other forms with the year first or a named month, an ' +
      'offset in any form, and numbers of 10, 13, 16 or 19 digits (s, ms, µs, ns since 1970), with a fraction or without; day and month as numbers are ' +
      'told apart by the whole file, or it is rejected. excel reads the days that Excel counts (1900 system), to the millisecond. ' +
      'A pattern is made of yyyy MM dd HH mm ss (that many digits), M d H m s (one or two), yy (2000 to 2099), h or hh with a (AM, PM), ' +
      'S to SSSSSSSSS (digits of the second’s fraction) or f (any number of them), MMM and EEE (names of months and weekdays), XXX ' +
      '(offset), blanks, and literals, letters among them in single quotes. What stands in brackets may be left out: HH:mm[:ss[.f]].',
    expected: 'auto, excel, or a pattern with a year, month, day, hour and minute',
    example: 'dd.MM.yyyy HH:mm:ss',
    fallback: 'auto',
  }),
  timeZone: describe(timeZone, {
    description:
      'The zone of times written without offset. It is part of an event’s identity: the lake remembers it for each instance, takes it ' +
      'from there where it is not set, and refuses another one.',
    expected: 'an IANA time zone',
    example: 'Europe/Zurich',
    fallback: 'UTC',
  }),
  classicLine: describe(classicLine, {
    description:
      'What stands before the [component|category|code|account] of a line of a classic log (Audit Trail API): {time}, {host}, {word} ' +
      '(any other word), blanks, and anything else as it is. auto reads what rsyslog commonly writes: a time, of which timeFormat says ' +
      'how it is written, then perhaps a host, then perhaps a program; and RFC 5424. auto without year reads the same with ' +
      'times such as Mar  1 10:00:00, and {time without year} is one: its year is the latest that the file’s own time allows. It applies ' +
      'to nothing but such logs.',
    expected: 'auto, auto without year, or a pattern with one {time}',
    example: '{time} {host} nexthink:',
    fallback: 'auto',
    later: true,
  }),
  ...limitShape,
} satisfies Readonly<Record<string, SettingField<unknown>>>;

/** All settings, from the environment and the command line alike. */
export const schema = z
  .object({
    lake: describe(location, {
      description:
        'Where the lake is: a local folder with the zones raw, curated, quarantine and evidence in it, or a storage account with these ' +
        'containers, or a container (and folder) of one with these folders.',
      expected: 'a path, or a URL of a storage account (https:// or abfss://)',
      example: './lake',
      secret: 'query',
    }),
    raw: describe(z.union([z.literal(''), location]), {
      description:
        'Where the raw zone is if it is not the lake’s own: a local folder, or a container (without one: raw) and folder, in any account.',
      expected: 'as for the lake',
      example: 'https://landing.dfs.core.windows.net/exports/audit',
      fallback: '',
      secret: 'query',
    }),
    identityClientId: describe(z.string().trim(), {
      description:
        'The client id of the user-assigned managed identity to sign in to storage accounts with. Without it, whoever the environment, ' +
        'a managed identity or az login gives.',
      expected: 'a client id',
      example: '11111111-2222-3333-4444-555555555555',
      fallback: '',
    }),
    storageConnectionString: describe(z.string().trim(), {
      description:
        'The connection string of a storage emulator on this machine; refused for a real account, whose key says nothing of who used it.',
      expected: 'a connection string with AccountKey',
      example: 'AccountName=devstoreaccount1;AccountKey=…;BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1',
      fallback: '',
      secret: 'all',
    }),
    localAccess: describe(z.enum(['private', 'umask']), {
      description:
        'Who may read what is written into a lake in a folder: this user alone (private), or whoever the umask of the process lets (umask). ' +
        'Files and folders that are there keep what they have.',
      expected: 'private or umask',
      example: 'umask',
      fallback: 'private',
    }),
    instances: describe(instances, {
      description:
        'Which Nexthink instance a raw file comes from, by the beginning of its path in the raw zone (empty for all files); ' +
        'the longest that fits counts. The name is part of an event’s identity: the lake remembers it for each place, takes it from ' +
        'there where nothing is set (a replay, from when each file went in), and refuses another one.',
      expected: 'prefix=name, separated by commas or given several times',
      example: 'acme-eu/=acme-eu,acme-us/=acme-us',
      fallback: '',
    }),
    include: describe(globs, {
      description:
        'Which files of the raw zone are audit exports, by their path in it; ** crosses folders. Everything where nothing is named.',
      expected: 'glob patterns, separated by commas or given several times',
      example: 'audit/**/*.csv',
      fallback: '',
    }),
    exclude: describe(globs, {
      description:
        'Which files of the raw zone are none although they are included: results of other queries, test files.',
      expected: 'glob patterns, separated by commas or given several times',
      example: '**/*-test.csv',
      fallback: '',
    }),
    ...sourceShape,
    ...waysShape,
    storageVersion: describe(serviceVersion, {
      description:
        'The version of the storage service that requests ask for (x-ms-version), where an account does not know the one that comes with this ' +
        'program yet, as in a region or a sovereign cloud that lags (InvalidHeaderValue, status 400).',
      expected: 'a date that is a version of Azure Storage services, 2020-02-10 or later',
      example: '2023-11-03',
      fallback: '',
    }),
    maxLogBytes: describe(wholeNumber(1024, MAX_LOG_BYTES), {
      description:
        'The largest commit of a table’s log, or evidence of one; a checkpoint, or a part of one, may have four times that. What is ' +
        'larger stops whoever reads the log, and verify names it: reading it may need ten times its size in memory.',
      expected: '1 KiB to 500 MiB',
      example: '256MiB',
      fallback: '128MiB',
    }),
    codec: describe(z.enum(['snappy', 'zstd']), {
      description: 'How the table’s Parquet files are compressed.',
      expected: 'snappy or zstd',
      example: 'zstd',
      fallback: 'snappy',
    }),
    rawRetentionDays: describe(wholeNumber(0, MOST_DAYS), {
      description:
        'After how many days the store deletes raw files, where it does (a lifecycle rule): verify takes a file that is gone for expired ' +
        'if its last change is that long ago, and else for missing. 0 where raw files are kept for ever.',
      expected: '0 to 36500 days',
      example: '400',
      fallback: '0',
    }),
    settleMinutes: describe(wholeNumber(0, MOST_MINUTES), {
      description:
        'How long a raw file that no event announced must have stood unchanged before the reconciliation takes it in: ' +
        'its writer may have paused in the middle.',
      expected: '0 to 1440 minutes',
      example: '30',
      fallback: '15',
      appOnly: true,
    }),
    reconcileSchedule: describe(schedule, {
      description: 'When the Function App looks for raw files that no event announced, in UTC.',
      expected: 'six fields: second, minute, hour, day, month, day of the week',
      example: '0 */15 * * * *',
      fallback: '0 */4 * * * *',
      appOnly: true,
    }),
    reconcileMinutes: describe(wholeNumber(1, MOST_MINUTES), {
      description: 'After how long a reconciliation begins no further file, and leaves the rest to the next one.',
      expected: '1 to 1440 minutes, below functionTimeout in host.json',
      example: '5',
      fallback: '10',
      appOnly: true,
    }),
    reconcileTries: describe(wholeNumber(1, MOST_TRIES), {
      description:
        'After how many tries of a file alone, which failed, took longer than an invocation or ended the process, the reconciliation ' +
        'records it as rejected (unreadable) and tries it no more until the file, the settings or the readers change.',
      expected: '1 to 1000 tries',
      example: '3',
      fallback: '5',
      appOnly: true,
    }),
    maintainSchedule: describe(schedule, {
      description: 'When the Function App compacts, vacuums and verifies, in UTC.',
      expected: 'six fields: second, minute, hour, day, month, day of the week',
      example: '0 0 1 * * sun',
      fallback: '0 30 2 * * *',
      appOnly: true,
    }),
    maintainMinutes: describe(wholeNumber(1, MOST_MINUTES), {
      description:
        'How long a maintenance may take: half of it for compaction, what is left after the vacuum for verification.',
      expected: '1 to 1440 minutes, below functionTimeout in host.json',
      example: '10',
      fallback: '20',
      appOnly: true,
    }),
    invocationMinutes: describe(wholeNumber(1, MOST_MINUTES), {
      description:
        'How long one invocation of the Function App may last: until then it tries again while the store fails, and then it gives up ' +
        'what it has not committed, which the next one takes in.',
      expected: '1 to 1440 minutes, below functionTimeout in host.json',
      example: '10',
      fallback: '28',
      appOnly: true,
    }),
    ...landingShape,
    ...nqlShape,
    ...classicShape,
    ...webhookShape,
    ...coverageShape,
  })
  .superRefine(checkLayout, {
    when: ({ issues }) => !issues.some(({ path }) => (LAYOUT as readonly unknown[]).includes(path?.[0])),
  })
  .superRefine(checkWays, {
    when: ({ issues }) => !issues.some(({ path }) => (WAY_PREFIXES as readonly unknown[]).includes(path?.[0])),
  })
  .superRefine(checkAccess, {
    when: ({ issues }) => !issues.some(({ path }) => path?.[0] === 'lake' || path?.[0] === 'raw'),
  });

/** Names of the settings that only limit what is read. */
export const LIMITS: ReadonlySet<string> = new Set(Object.keys(limitShape));

/** The value of every setting. */
export type SettingValues = Readonly<z.output<typeof schema>>;

/** Settings that only make sense together; they are compared once each of them is understood. */
const LAYOUT = ['header', 'columns', 'columnAliases'] as const;

function checkLayout(
  { header, columns, columnAliases }: { header: boolean; columns: readonly string[]; columnAliases: object },
  context: { addIssue(issue: { code: 'custom'; path: string[]; message: string }): void },
): void {
  const report = (setting: (typeof LAYOUT)[number], message: string) =>
    context.addIssue({ code: 'custom', path: [setting], message });
  if (header) {
    if (columns.length > 0)
      report('columns', 'has no effect where header is true: set header to false, or leave it out');
    return;
  }
  const missing = REQUIRED_ROLES.filter((role) => !columns.includes(role));
  if (missing.length > 0) report('columns', `lacks ${missing.join(', ')}, which a file without header needs`);
  if (Object.keys(columnAliases).length > 0) {
    report('columnAliases', 'has no effect where header is false: set header to true, or leave it out');
  }
}

function checkAccess(
  { lake, raw, storageConnectionString }: Readonly<Record<'lake' | 'raw' | 'storageConnectionString', string>>,
  context: { addIssue(issue: { code: 'custom'; path: string[]; message: string }): void },
): void {
  try {
    checkEmulatorAccess([lake, raw], storageConnectionString);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    context.addIssue({ code: 'custom', path: ['storageConnectionString'], message });
  }
}
