import type { Alternative, SourceSettings } from '../source/index.ts';
import { parseSettings, SETTINGS, SettingsError } from './settings.ts';
import { canonicalJson, sourceSettings } from './source-part.ts';

/** Stands for a lake, which no setting of a file depends on. */
const ANY_LAKE = './lake';

type Value = SourceSettings[keyof SourceSettings];

/**
 * Settings as the words that give them on a command line: an option, its value, the next option. Nothing is quoted for a shell.
 * @returns null where they cannot be written so that they are read back as what they are
 */
export function optionWords(values: Alternative): readonly string[] | null {
  const texts = Object.entries(values).map(([name, value]) => [name, textOf(value as Value)] as const);
  try {
    const parsed = parseSettings({ environment: {}, options: { lake: ANY_LAKE, ...Object.fromEntries(texts) } });
    const read = Object.fromEntries(
      Object.entries({ ...sourceSettings(parsed), webhookAliases: parsed.webhookAliases }).filter(
        ([name]) => name in values,
      ),
    );
    if (canonicalJson(read) !== canonicalJson(values)) return null;
  } catch (error) {
    if (error instanceof SettingsError) return null;
    throw error;
  }
  return texts.flatMap(([name, text]) => [SETTINGS.find((each) => each.name === name)?.option ?? name, text]);
}

function textOf(value: Value): string {
  if (value === '\t') return 'tab';
  if (Array.isArray(value)) return value.map(part).join(',');
  if (typeof value !== 'object') return String(value);
  return Object.entries(value as SourceSettings['columnAliases'])
    .flatMap(([role, names]) => names.map((name) => `${role}=${part(name)}`))
    .join(',');
}

/** A part of a list, in which a comma belongs to it. */
function part(text: string): string {
  return text.replaceAll(',', '\\,');
}
