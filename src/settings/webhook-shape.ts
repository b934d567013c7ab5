import * as z from 'zod';
import { plainText, wholeNumber } from './fields.ts';
import { describe } from './setting-text.ts';

const landing = { landing: true } as const;

/** The webhook receiver: who may send, and how much. */
export const webhookShape = {
  webhookSecret: describe(z.string(), {
    description:
      'The secret that whoever sends must show, in the header of webhookHeader, as the password of Basic authentication or as a Bearer token. ' +
      'receive does not start without it; the landing app asks for a function key as well.',
    expected: 'at least 16 characters',
    example: '@Microsoft.KeyVault(…)',
    fallback: '',
    secret: 'all',
    environmentOnly: true,
    ...landing,
  }),
  webhookHeader: describe(plainText, {
    description: 'The header that the secret may come in.',
    expected: 'the name of a header',
    example: 'x-audit-secret',
    fallback: 'x-audit-lake-secret',
    ...landing,
  }),
  webhookMaxBytes: describe(wholeNumber(1, 100 * 2 ** 20), {
    description: 'The longest body that the receiver takes, decompressed.',
    expected: '1 byte to 100 MiB',
    example: '4MiB',
    fallback: '1MiB',
    ...landing,
  }),
  webhookMaxDepth: describe(wholeNumber(1, 1000), {
    description: 'How deep the JSON of a body may be nested.',
    expected: '1 to 1000',
    example: '16',
    fallback: '32',
    ...landing,
  }),
  webhookPerMinute: describe(wholeNumber(1, 1_000_000), {
    description: 'How many deliveries a receiver takes in a minute; more are told to come again later (429).',
    expected: '1 to 1000000 deliveries',
    example: '600',
    fallback: '3000',
    ...landing,
  }),
};
