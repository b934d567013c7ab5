import { textTable } from '../present/index.ts';
import { type ConfigFile, type Origin, SETTINGS, type Settings, shownValue } from '../settings/index.ts';
import type { CommandOutcome } from './command.ts';

/** Every setting that commands have, its value as it may be shown, and where that comes from. */
export function shownSettings(settings: Settings, file: ConfigFile | null): CommandOutcome {
  const shown = SETTINGS.filter(({ appOnly }) => appOnly !== true).map((setting) => {
    const { name, environment, option } = setting;
    const value = settings[name as keyof Omit<Settings, 'origins'>];
    const origin = settings.origins[name as keyof Settings['origins']];
    const isSecret = setting.secret === 'all' && value !== '';
    const from: Readonly<Record<Origin, string>> = {
      option,
      environment,
      file: `${file?.path ?? 'a file'}${file?.places[name] === undefined ? '' : `, line ${file.places[name].line}`}`,
      memory: 'what the lake remembers',
      default: '',
    };
    const text = shownValue(value, setting);
    return { name, value: isSecret ? text : (JSON.parse(text) as unknown), text, origin, from: from[origin] };
  });
  return {
    json: () => ({ settings: shown.map(({ text: _, ...setting }) => setting), config_file: file?.path ?? null }),
    text: () =>
      textTable(
        ['setting', 'value', 'origin', 'from'],
        shown.map(({ name, text, origin, from }) => [name, text, origin, from]),
      ),
  };
}
