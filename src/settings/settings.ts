import { masked, maskedLocation } from '../storage/index.ts';
import { ORIGINS, type Origin, type Origins } from './origin.ts';
import { type SettingText, type SettingValues, schema } from './schema.ts';

const PREFIX = 'AUDIT_LAKE_';

/** Settings as the rest of the program sees them, and where each has its value from. */
export interface Settings extends SettingValues {
  readonly origins: Origins;
}

/** What may stand on a command line: options by their setting's name, repeated ones as a list. */
export type Options = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

/** A setting with all its spellings, for help texts and docs. */
export interface SettingDescription extends SettingText {
  readonly name: string;
  /** For example AUDIT_LAKE_TIME_ZONE. */
  readonly environment: string;
  /** For example --time-zone. */
  readonly option: string;
}

/** One thing that is wrong with the settings. */
export interface SettingProblem {
  /** The setting's spelling in the environment and on the command line. */
  readonly names: readonly string[];
  readonly expected: string;
  readonly found: string;
  /** What to do. */
  readonly remedy: string;
}

/** All that is wrong with the settings, one line each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    const lines = problems.map(
      ({ names, expected, found, remedy }) =>
        `  ${names.join(' (')}${')'.repeat(names.length - 1)}: expected ${expected}, found ${found}; ${remedy}`,
    );
    // The app's host logs this where settings keep the app from starting.
    super(
      `${problems.length} ${problems.length === 1 ? 'setting is' : 'settings are'} wrong:\n${lines.map(masked).join('\n')}`,
    );
    this.problems = problems;
  }
}

/** Every setting there is, in the order of the docs. */
export const SETTINGS: readonly SettingDescription[] = Object.entries(schema.shape).map(([name, field]) => ({
  name,
  environment: PREFIX + name.replace(/[A-Z]/g, '_$&').toUpperCase(),
  option: `--${name.replace(/[A-Z]/g, '-$&').toLowerCase()}`,
  ...(field.meta() as unknown as SettingText),
}));

/**
 * Reads the settings. An option wins over the environment, which wins over a configuration file, which wins over the default;
 * an empty environment variable is none. What a lake remembers comes before the default, and only once the lake is open.
 * @throws SettingsError with all problems at once, unknown AUDIT_LAKE_ variables and options among them
 */
export function parseSettings(given: {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly options: Options;
  /** What a configuration file gives, by the settings' names. */
  readonly file?: Readonly<Record<string, unknown>>;
}): Settings {
  const raw: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  for (const { name, environment, fallback } of SETTINGS) {
    const variable = given.environment[environment];
    const places = {
      option: given.options[name],
      environment: variable === '' ? undefined : variable,
      file: given.file?.[name],
      memory: undefined,
      default: fallback,
    } satisfies Record<Origin, unknown>;
    const origin = ORIGINS.find((each) => places[each] !== undefined) ?? 'default';
    origins[name] = origin;
    raw[name] = places[origin];
  }
  const unknown = unknownNames(given.environment, given.options);
  const parsed = schema.safeParse(raw);
  if (parsed.success && unknown.length === 0) return { ...parsed.data, origins: origins as Origins };
  const wrong = parsed.success ? [] : parsed.error.issues.map((issue) => problemOf(issue, raw));
  throw new SettingsError([...wrong, ...unknown]);
}

function problemOf(
  issue: { code: string; path: PropertyKey[]; message: string },
  raw: Record<string, unknown>,
): SettingProblem {
  const setting = SETTINGS.find(({ name }) => name === issue.path[0]);
  // The schema is one flat object, so every issue is about one of its settings.
  if (setting === undefined) throw new Error(`expected an issue of a setting, found ${issue.message}`);
  const { name, environment, option, expected, example, appOnly } = setting;
  const value = raw[name];
  const found = value === undefined ? 'nothing' : shown(value, setting);
  return {
    names: appOnly ? [environment] : [environment, option],
    expected,
    found: issue.code === 'custom' ? `${found}: ${issue.message}` : found,
    remedy: `set ${environment}${appOnly ? '' : ` or ${option}`}, for example to "${example}"`,
  };
}

/** The value as a message may show it: what may be a secret in it is left out. */
function shown(value: unknown, { secret }: SettingDescription): string {
  if (secret === 'all' && value !== '') return 'a text that is not shown';
  return JSON.stringify(secret === 'query' && typeof value === 'string' ? maskedLocation(value) : value);
}

function unknownNames(environment: Readonly<Record<string, string | undefined>>, options: Options): SettingProblem[] {
  const variables = new Set(SETTINGS.map((setting) => setting.environment));
  const names = new Set(SETTINGS.map(({ name }) => name));
  const unknownVariables = Object.keys(environment).filter((key) => key.startsWith(PREFIX) && !variables.has(key));
  const unknownOptions = Object.keys(options).filter((key) => !names.has(key));
  return [
    ...unknownVariables.map((key) => ({
      names: [key],
      expected: `one of ${[...variables].join(', ')}`,
      found: 'an unknown environment variable',
      remedy: 'correct its spelling, or remove it',
    })),
    ...unknownOptions.map((key) => ({
      names: [key],
      expected: `one of ${[...names].join(', ')}`,
      found: 'an unknown option',
      remedy: 'correct its spelling, or remove it',
    })),
  ];
}
