import { Option } from 'commander';
import { command } from './command.ts';
import { UsageError } from './failure.ts';
import { CLASSIC_SETTINGS, pullClassicHere } from './pull-classic.ts';

/** What a pull is called with. */
export interface PullFlags {
  readonly from?: string;
  readonly to?: string;
}

/** Pulls what is new from an interface of Nexthink into the raw zone. */
export const register = command<PullFlags, [what: string]>({
  name: 'pull',
  words: [['<what>', 'classic: the logs of the Audit Trail API (classic)']],
  flags: [
    new Option('--from <instant>', 'pull a window again, from here; positions stay as they are'),
    new Option('--to <instant>', 'its end (default: now)'),
  ],
  json: 'one JSON object',
  settings: ['lake', 'landingState', 'landingFolder', ...CLASSIC_SETTINGS],
  run: async ({ settings, flags }, what) => {
    if (what === 'classic') return await pullClassicHere(settings(), flags);
    throw new UsageError(`expected classic, found ${what}`);
  },
});
