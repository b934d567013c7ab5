import { Option } from 'commander';
import { UsageError } from '../present/index.ts';
import { command } from './command.ts';
import { CLASSIC_SETTINGS, pullClassicHere } from './pull-classic.ts';
import { NQL_SETTINGS, pullNqlHere } from './pull-nql.ts';

/** What a pull is called with. */
export interface PullFlags {
  readonly from?: string;
  readonly to?: string;
}

/** Pulls what is new from an interface of Nexthink into the raw zone. */
export const register = command<PullFlags, [what: string]>({
  name: 'pull',
  words: [['<what>', 'nql: the results of a saved NQL query; classic: the logs of the Audit Trail API (classic)']],
  flags: [
    new Option('--from <instant>', 'pull a window again, from here; positions stay as they are'),
    new Option('--to <instant>', 'its end (default: now)'),
  ],
  json: 'one JSON object',
  settings: ['lake', 'landingState', 'landingFolder', ...NQL_SETTINGS, ...CLASSIC_SETTINGS],
  heading: (setting) =>
    setting.startsWith('nql')
      ? 'Settings of pull nql:'
      : setting.startsWith('classic')
        ? 'Settings of pull classic:'
        : 'Settings:',
  run: async ({ settings, flags }, what) => {
    if (what === 'classic') return await pullClassicHere(settings(), flags);
    if (what === 'nql') return await pullNqlHere(settings(), flags);
    throw new UsageError(`expected nql or classic, found ${what}`);
  },
});
