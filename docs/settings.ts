import { CONFIG_SETTINGS, SETTINGS } from '../src/settings/index.ts';

/** Every setting for people, in the order of the schema. */
export function settingsDocument(): string {
  return `${[
    '# Settings',
    '',
    'Generated from `src/settings/schema.ts` by `npm run generate`; do not edit. An option wins over the environment, which wins over',
    'the nearest configuration file, which wins over what the lake remembers, which wins over the default; `audit-lake status --settings`',
    'shows each setting with its value and origin. All that is wrong is reported at once.',
    '',
    '## The configuration file',
    '',
    '`audit-lake.config.json` is looked for in the folder that the command is called in, then in those above. It is JSON, its members are the',
    'settings by their names in the last column below, a list is an array, and editors check it by',
    '[audit-lake.config.schema.json](audit-lake.config.schema.json):',
    '',
    '```json',
    '{ "$schema": "./audit-lake.config.schema.json", "timeZone": "Europe/Zurich", "include": ["audit/**/*.csv"], "maxRecords": 500000 }',
    '```',
    '',
    'It counts only if it and its folder belong to whoever runs the command, or to root, and nobody else may write to either (no `w` for group',
    'or others; a folder like `/tmp`, where everybody may put files, never does). A link is judged by what it leads to and by where it stands.',
    'One that does not count is named on standard error, and the next one above is looked for. On Windows, whose rights are no such bits,',
    'every file counts. Access lists beyond the mode are not looked at.',
    '',
    'A folder may come from somebody else, with a file like that in it: a clone, an unpacked archive. So it never says where data go (`lake`,',
    '`raw`, `landingState`), who signs in (`identityClientId`, `storageConnectionString`), where credentials are sent (`nqlUrl`, `nqlTokenUrl`,',
    '`classicUrl`, `classicTokenUrl`), who else may read the lake (`localAccess`), or that something was agreed to (`--yes`, `--unrestricted`):',
    'these are errors. The Function Apps read no such file. Secrets come from the environment alone, which Key Vault references fill in Azure.',
    '',
    '## Every setting',
    '',
    '| environment | option | what | expected | example | default | in a file |',
    '|---|---|---|---|---|---|---|',
    ...SETTINGS.map(
      ({ name, environment, option, description, expected, example, fallback, appOnly, environmentOnly, landing }) => {
        const standing = fallback === undefined ? 'must be given' : fallback === '' ? 'none' : code(fallback);
        return `| ${[code(environment), appOnly ? (landing ? 'landing app only' : 'Function App only') : environmentOnly ? 'environment only' : code(option), description, expected, code(example), standing, CONFIG_SETTINGS.includes(name) ? code(name) : 'never'].join(' | ')} |`;
      },
    ),
  ].join('\n')}\n`;
}

function code(text: string): string {
  return `\`${text}\``;
}
