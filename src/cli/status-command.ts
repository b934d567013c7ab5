import { Option } from 'commander';
import { UsageError } from '../present/index.ts';
import { lakeStatus } from '../status/index.ts';
import { systemHost } from '../storage/index.ts';
import { command } from './command.ts';
import { coverageStatus } from './comparison-text.ts';
import { openLakeHere } from './interruption.ts';
import { withRemembered } from './remembered-settings.ts';
import { shownSettings } from './shown-settings.ts';
import { statusText } from './status-text.ts';

/** Says what the lake holds, what waits to be ingested and why, and when it was verified last. */
export const register = command<{ readonly settings: boolean }, []>({
  name: 'status',
  flags: [new Option('--settings', 'show every setting, its value and where it comes from instead')],
  json: 'one JSON object',
  settings: 'all',
  run: async ({ settings, configFile, flags }) => {
    const given = settings();
    if (flags.settings) return shownSettings(await withRemembered(given), configFile());
    const status = await lakeStatus(openLakeHere(given), given, systemHost.now());
    if (status === null) {
      throw new UsageError(
        `there is no lake in ${given.lake} yet; make one with: audit-lake ingest FILE --lake ${given.lake}`,
      );
    }
    const { coverage, ...facts } = status;
    return {
      json: () => ({ ...facts, ...(coverage !== null && { coverage: coverageStatus(coverage) }) }),
      text: () => statusText(given.lake, status),
    };
  },
});
