import { type Command, Option } from 'commander';
import { type Options, parseSettings, SETTINGS, type Settings } from '../settings/index.ts';

/** Settings that may be given several times. */
const REPEATABLE: ReadonlySet<string> = new Set(['instances', 'include', 'exclude', 'columns', 'columnAliases']);

/** What it takes to open the lake. */
const OPENING: ReadonlySet<string> = new Set([
  'lake',
  'raw',
  'identityClientId',
  'storageConnectionString',
  'localAccess',
  'maxLogBytes',
]);

/** Options for settings, as the schema describes them; with `lake` come the others that it takes to open it. */
export function addSettings(command: Command, wanted: (name: string) => boolean): void {
  for (const { name, option, description, expected, example, fallback, environment, appOnly } of SETTINGS) {
    if (appOnly) continue;
    if (!wanted(name) && !(OPENING.has(name) && wanted('lake'))) continue;
    const standing = fallback === undefined || fallback === '' ? '' : ` Default: ${fallback}.`;
    const text = `${description} (${expected}; for example ${example}.${standing} Environment: ${environment})`;
    const each = new Option(`${option} <value>`, text);
    if (REPEATABLE.has(name)) {
      each.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    }
    command.addOption(each);
  }
}

/** The settings that the options and the environment give. @throws SettingsError */
export function settingsFrom(options: Options): Settings {
  return parseSettings({ environment: process.env, options });
}
