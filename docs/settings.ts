import { SETTINGS } from '../src/settings/index.ts';

/** Every setting for people, in the order of the schema. */
export function settingsDocument(): string {
  return `${[
    '# Settings',
    '',
    'Generated from `src/settings/schema.ts` by `npm run generate`; do not edit. An option wins over the environment, which wins over',
    'the default. All that is wrong is reported at once.',
    '',
    '| environment | option | what | expected | example | default |',
    '|---|---|---|---|---|---|',
    ...SETTINGS.map(({ environment, option, description, expected, example, fallback, appOnly }) => {
      const standing = fallback === undefined ? 'must be given' : fallback === '' ? 'none' : code(fallback);
      return `| ${[code(environment), appOnly ? 'Function App only' : code(option), description, expected, code(example), standing].join(' | ')} |`;
    }),
  ].join('\n')}\n`;
}

function code(text: string): string {
  return `\`${text}\``;
}
