import { masked, maskedLocation } from '../storage/index.ts';
import type { ConfigFile } from './config-file.ts';
import { nearest } from './nearest.ts';
import { ORIGINS, type Origin, type Origins } from './origin.ts';
import { type SettingValues, schema } from './schema.ts';
import type { SettingText } from './setting-text.ts';

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
  /** The setting as whoever gave it spelt it; in the environment and on the command line, where nobody gave it. */
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
  /** Private, for secrets are among them: whoever logs an error with all that it has shows none. */
  readonly #understood: Partial<SettingValues>;

  constructor(problems: readonly SettingProblem[], understood: Partial<SettingValues> = {}) {
    const lines = problems.map(
      ({ names, expected, found, remedy }) =>
        `  ${names.join(' (')}${')'.repeat(names.length - 1)}: expected ${expected}, found ${found}; ${remedy}`,
    );
    // The app's host logs this where settings keep the app from starting.
    super(
      `${problems.length} ${problems.length === 1 ? 'setting is' : 'settings are'} wrong:\n${lines.map(masked).join('\n')}`,
    );
    this.problems = problems;
    this.#understood = understood;
  }

  /** The values of all settings that nothing is wrong with: for whoever compares them with something else, and tells of that too. */
  get understood(): Partial<SettingValues> {
    return this.#understood;
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
  readonly file?: ConfigFile | null;
}): Settings {
  const raw: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  for (const { name, environment, fallback } of SETTINGS) {
    const variable = given.environment[environment];
    const places = {
      option: given.options[name],
      environment: variable === '' ? undefined : variable,
      file: given.file?.values[name],
      memory: undefined,
      default: fallback,
    } satisfies Record<Origin, unknown>;
    const origin = ORIGINS.find((each) => places[each] !== undefined) ?? 'default';
    origins[name] = origin;
    raw[name] = places[origin];
  }
  const file = given.file ?? null;
  const others = [...unknownNames(given.environment, given.options), ...problemsOf(file)];
  const parsed = schema.safeParse(raw);
  if (parsed.success && others.length === 0) return { ...parsed.data, origins: origins as Origins };
  const wrong = parsed.success
    ? []
    : parsed.error.issues.map((issue) => problemOf(issue, raw, (name) => spelling(name, origins[name], file)));
  throw new SettingsError([...wrong, ...others], understoodOf(raw));
}

/** The values that are right each by itself. */
function understoodOf(raw: Readonly<Record<string, unknown>>): Partial<SettingValues> {
  const values = Object.entries(schema.shape).flatMap(([name, field]) => {
    const parsed = field.safeParse(raw[name]);
    return parsed.success ? [[name, parsed.data]] : [];
  });
  return Object.fromEntries(values) as Partial<SettingValues>;
}

/** How a setting is spelt where it has its value from: the names to show, and what to set. */
interface Spelling {
  readonly names: readonly string[];
  readonly remedy: string;
}

/** Whoever typed an option is told of the option, and so on; where nobody gave it, every way to give it is named. */
function spelling(name: string, origin: Origin | undefined, file: ConfigFile | null): Spelling {
  const { environment, option, appOnly, environmentOnly, example } = descriptionOf(name);
  const only = (typed: string): Spelling => ({ names: [typed], remedy: `set ${typed}, for example to "${example}"` });
  if (appOnly || environmentOnly) return only(environment);
  if (origin === 'option') return only(option);
  if (origin === 'environment') return only(environment);
  if (origin === 'file' && file !== null) {
    return { names: [placeIn(file, name)], remedy: `set ${name}, for example to "${example}"` };
  }
  return { names: [environment, option], remedy: `set ${environment} or ${option}, for example to "${example}"` };
}

/** `timeZone in /path/audit-lake.config.json, line 3`. */
function placeIn({ path, places }: ConfigFile, name: string): string {
  const place = places[name];
  return `${name} in ${path}${place === undefined ? '' : `, line ${place.line}`}`;
}

function problemsOf(file: ConfigFile | null): SettingProblem[] {
  if (file === null) return [];
  return file.faults.map(({ name, place: { line, column }, expected, found, remedy }) => ({
    names: [`${name === null ? '' : `${name} in `}${file.path}, line ${line}, column ${column}`],
    expected,
    found,
    remedy,
  }));
}

function descriptionOf(name: unknown): SettingDescription {
  const setting = SETTINGS.find((each) => each.name === name);
  // The schema is one flat object, so every issue is about one of its settings.
  if (setting === undefined) throw new Error(`expected the name of a setting, found ${String(name)}`);
  return setting;
}

function problemOf(
  issue: { code: string; path: PropertyKey[]; message: string },
  raw: Record<string, unknown>,
  spellingOf: (name: string) => Spelling,
): SettingProblem {
  const setting = descriptionOf(issue.path[0]);
  const { name, expected } = setting;
  const { names, remedy } = spellingOf(name);
  const value = raw[name];
  const found = value === undefined ? 'nothing' : shownValue(value, setting);
  return { names, expected, found: issue.code === 'custom' ? `${found}: ${issue.message}` : found, remedy };
}

/** The value as people may see it: what may be a secret in it is left out. */
export function shownValue(value: unknown, { secret }: SettingDescription): string {
  if (secret === 'all' && value !== '') return 'a text that is not shown';
  return JSON.stringify(secret === 'query' && typeof value === 'string' ? maskedLocation(value) : value);
}

function unknownNames(environment: Readonly<Record<string, string | undefined>>, options: Options): SettingProblem[] {
  const variables = new Set(SETTINGS.map((setting) => setting.environment));
  const names = new Set(SETTINGS.map(({ name }) => name));
  const unknownVariables = Object.keys(environment).filter((key) => key.startsWith(PREFIX) && !variables.has(key));
  const unknownOptions = Object.keys(options).filter((key) => !names.has(key));
  return [
    ...unknownVariables.map((key) => unknownName(key, 'environment variable', [...variables])),
    ...unknownOptions.map((key) => unknownName(key, 'option', [...names])),
  ];
}

function unknownName(key: string, kind: string, known: readonly string[]): SettingProblem {
  const near = nearest(
    key.replace(PREFIX, ''),
    known.map((name) => name.replace(PREFIX, '')),
  );
  const meant = known.find((name) => name.replace(PREFIX, '') === near);
  return {
    names: [key],
    expected: meant === undefined ? `one of ${known.join(', ')}` : meant,
    found: `an unknown ${kind}`,
    remedy: 'correct its spelling, or remove it',
  };
}
