import * as z from 'zod';
import { flag, location, rawFolder } from './fields.ts';
import { describe } from './setting-text.ts';

/** What all that lands files has in common. */
export const landingShape = {
  landingState: describe(z.union([z.literal(''), location]), {
    description:
      'Where pullers keep how many calls the day has had and how far they have come: a local folder, or a container and folder. Where nothing ' +
      'is set, landing-state beside the zones of a lake in a folder.',
    expected: 'as for the lake',
    example: 'https://landing.dfs.core.windows.net/landing-state',
    fallback: '',
    secret: 'query',
    landing: true,
  }),
  landingFolder: describe(z.union([z.literal(''), rawFolder]), {
    description:
      'Folder below the folder of the way, for the Nexthink instance that files come from: name it in instances as well, where they are named.',
    expected: 'a folder with a slash at its end; empty for none',
    example: 'acme-eu/',
    fallback: '',
    landing: true,
  }),
  allowLoopback: describe(flag, {
    description:
      'Whether this machine may stand in for Nexthink, for trials: addresses of it, and http. Refused in Azure, and for a lake in a storage account.',
    expected: 'true or false',
    example: 'true',
    fallback: 'false',
    landing: true,
    environmentOnly: true,
  }),
};
