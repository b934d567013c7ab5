import * as z from 'zod';
import { address, plainText, scheduleOrNever, texts, timeFormat, timeZone, wholeNumber } from './fields.ts';
import { describe } from './setting-text.ts';

const landing = { landing: true } as const;

/** The Audit Trail API (classic): how it is reached, and whose logs are pulled. */
export const classicShape = {
  classicUrl: describe(address, {
    description:
      'The Audit Trail API (classic): the Nexthink instance, or the regional host where it is called with OAuth. Nothing is pulled where it is not set.',
    expected: 'an address, https',
    example: 'https://acme.eu.nexthink.cloud',
    fallback: '',
    ...landing,
  }),
  classicUser: describe(plainText, {
    description: 'The local account that calls it, where it is called with Basic authentication.',
    expected: 'a name without a colon',
    example: 'audit-export',
    fallback: '',
    ...landing,
  }),
  classicPassword: describe(z.string(), {
    description: 'The password of that account.',
    expected: 'a password',
    example: '@Microsoft.KeyVault(…)',
    fallback: '',
    secret: 'all',
    environmentOnly: true,
    ...landing,
  }),
  classicTokenUrl: describe(address, {
    description: 'Where access tokens come from, where it is called with OAuth.',
    expected: 'an address, https',
    example: 'https://acme-login.eu.nexthink.cloud/oauth2/default/v1/token',
    fallback: '',
    ...landing,
  }),
  classicScope: describe(plainText, {
    description: 'The scope that tokens are asked for.',
    expected: 'scopes separated by blanks',
    example: 'service:audit-trail',
    fallback: 'service:audit-trail',
    ...landing,
  }),
  classicClientId: describe(plainText, {
    description: 'The id of the OAuth client.',
    expected: 'a client id',
    example: '0oa1b2c3d4',
    fallback: '',
    ...landing,
  }),
  classicClientSecret: describe(z.string().trim(), {
    description: 'The secret of the OAuth client.',
    expected: 'a secret',
    example: '@Microsoft.KeyVault(…)',
    fallback: '',
    secret: 'all',
    environmentOnly: true,
    ...landing,
  }),
  classicTrails: describe(texts, {
    description: 'Whose logs are pulled: portal, engines (all of them), or the host name of one Engine.',
    expected: 'names separated by commas, each once',
    example: 'portal,engine-01.acme.example',
    fallback: 'portal,engines',
    ...landing,
  }),
  classicWindowHours: describe(wholeNumber(1, 24 * 366), {
    description: 'The longest window that is pulled at once.',
    expected: '1 to 8784 hours',
    example: '6',
    fallback: '24',
    ...landing,
  }),
  classicStart: describe(plainText, {
    description:
      'Where the first window begins, where nothing was pulled yet; the last classicWindowHours where it is empty.',
    expected: 'an instant, ISO 8601 with an offset',
    example: '2026-03-01T00:00:00Z',
    fallback: '',
    ...landing,
  }),
  classicOverlapMinutes: describe(wholeNumber(0, 7 * 1440), {
    description: 'How far a window reaches back into the one before it, for lines that come late.',
    expected: '0 to 10080 minutes',
    example: '180',
    fallback: '60',
    ...landing,
  }),
  classicTimeZone: describe(z.union([z.literal(''), timeZone]), {
    description:
      'The zone of the classic logs: of times without offset in them, and of before_date where they are pulled. As timeZone where it is not set; ' +
      'where neither is, windows that end in the past are asked for with a day more, since any zone may be meant.',
    expected: 'an IANA time zone',
    example: 'Europe/Zurich',
    fallback: '',
  }),
  classicTimeFormat: describe(z.union([z.literal(''), timeFormat]), {
    description: 'How times are written in the classic logs. As timeFormat where it is not set.',
    expected: 'auto, or a pattern as for timeFormat',
    example: 'dd.MM.yyyy HH:mm:ss',
    fallback: '',
  }),
  classicMaxBytes: describe(wholeNumber(1, Number.MAX_SAFE_INTEGER), {
    description: 'The longest log of an answer; a longer one is refused.',
    expected: 'a whole number of bytes, KiB, MiB or GiB, at least 1',
    example: '4GiB',
    fallback: '1GiB',
    ...landing,
  }),
  classicSchedule: describe(scheduleOrNever, {
    description: 'When the landing app pulls the logs, in UTC; never where it is empty.',
    expected: 'six fields: second, minute, hour, day, month, day of the week',
    example: '0 20 * * * *',
    fallback: '',
    appOnly: true,
    ...landing,
  }),
};
