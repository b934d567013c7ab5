import * as z from 'zod';
import { address, plainText, queryId, queryParameters, scheduleOrNever, timeFormat, wholeNumber } from './fields.ts';
import { describe } from './setting-text.ts';

const landing = { landing: true } as const;

/** The NQL API: how it is reached, which queries are run, and how often. */
export const nqlShape = {
  nqlUrl: describe(address, {
    description: 'The NQL API of the Nexthink instance. Nothing is pulled where it is not set.',
    expected: 'an address, https',
    example: 'https://acme.api.eu.nexthink.cloud',
    fallback: '',
    ...landing,
  }),
  nqlTokenUrl: describe(address, {
    description: 'Where its access tokens come from (OAuth 2, client credentials).',
    expected: 'an address, https',
    example: 'https://acme-login.eu.nexthink.cloud/oauth2/default/v1/token',
    fallback: '',
    ...landing,
  }),
  nqlScope: describe(plainText, {
    description: 'The scope that tokens are asked for.',
    expected: 'scopes separated by blanks',
    example: 'service:integration',
    fallback: 'service:integration',
    ...landing,
  }),
  nqlClientId: describe(plainText, {
    description: 'The id of the API credentials.',
    expected: 'a client id',
    example: '0oa1b2c3d4',
    fallback: '',
    ...landing,
  }),
  nqlClientSecret: describe(z.string().trim(), {
    description: 'The secret of the API credentials.',
    expected: 'a secret',
    example: '@Microsoft.KeyVault(…)',
    fallback: '',
    secret: 'all',
    environmentOnly: true,
    ...landing,
  }),
  nqlQuery: describe(queryId, {
    description: 'The saved query whose results are landed.',
    expected: 'the id of a saved NQL API query',
    example: '#audit_trail',
    fallback: '',
    ...landing,
  }),
  nqlParameters: describe(queryParameters, {
    description:
      'What the parameters of the query are given. {from} and {to} stand for the window that is pulled; without both, the query has its own.',
    expected: 'name=value, separated by commas or given several times',
    example: 'from={from},to={to}',
    fallback: '',
    ...landing,
  }),
  nqlTimeFormat: describe(timeFormat, {
    description: 'How {from} and {to} are written, in the zone of nqlTimeZone: a pattern as in timeFormat.',
    expected: 'a pattern with a year, month, day, hour and minute',
    example: "yyyy-MM-dd'T'HH:mm:ssXXX",
    fallback: 'yyyy-MM-dd HH:mm:ss',
    ...landing,
  }),
  nqlTimeZone: describe(plainText, {
    description: 'The zone that {from} and {to} are written in: that of the Nexthink instance.',
    expected: 'an IANA time zone',
    example: 'Europe/Zurich',
    fallback: 'UTC',
    ...landing,
  }),
  nqlWindowHours: describe(wholeNumber(1, 24 * 366), {
    description: 'The longest window that is pulled at once. A truncated result halves it.',
    expected: '1 to 8784 hours',
    example: '6',
    fallback: '24',
    ...landing,
  }),
  nqlStart: describe(plainText, {
    description:
      'Where the first window begins, where nothing was pulled yet; the last nqlWindowHours where it is empty.',
    expected: 'an instant, ISO 8601 with an offset',
    example: '2026-03-01T00:00:00Z',
    fallback: '',
    ...landing,
  }),
  nqlOverlapMinutes: describe(wholeNumber(0, 7 * 1440), {
    description: 'How far a window reaches back into the one before it, for records that come late.',
    expected: '0 to 10080 minutes',
    example: '180',
    fallback: '60',
    ...landing,
  }),
  nqlCompression: describe(z.enum(['NONE', 'GZIP', 'ZSTD']), {
    description: 'How results are compressed.',
    expected: 'NONE, GZIP or ZSTD',
    example: 'ZSTD',
    fallback: 'GZIP',
    ...landing,
  }),
  nqlCallsPerDay: describe(wholeNumber(2, 50), {
    description:
      'Exports that may be started in a day (UTC), all queries together; one of them is kept back for the comparison. Nexthink refuses more ' +
      'than 50, and advises 24.',
    expected: '2 to 50 calls',
    example: '12',
    fallback: '24',
    ...landing,
  }),
  nqlRowCap: describe(wholeNumber(1, Number.MAX_SAFE_INTEGER), {
    description: 'A result of exactly so many records is taken for truncated.',
    expected: 'a whole number, at least 1',
    example: '500000',
    fallback: '1000000',
    ...landing,
  }),
  nqlMaxBytes: describe(wholeNumber(1, Number.MAX_SAFE_INTEGER), {
    description: 'The longest result, as it is downloaded; a longer one is refused.',
    expected: 'a whole number of bytes, KiB, MiB or GiB, at least 1',
    example: '16GiB',
    fallback: '8GiB',
    ...landing,
  }),
  nqlWaitMinutes: describe(wholeNumber(1, 1440), {
    description: 'How long an export is waited for; the next run goes on with it.',
    expected: '1 to 1440 minutes',
    example: '10',
    fallback: '20',
    ...landing,
  }),
  nqlSchedule: describe(scheduleOrNever, {
    description: 'When the landing app pulls the query, in UTC; never where it is empty.',
    expected: 'six fields: second, minute, hour, day, month, day of the week',
    example: '0 10 * * * *',
    fallback: '',
    appOnly: true,
    ...landing,
  }),
};
