import * as z from 'zod';
import { nearest } from './nearest.ts';
import { JsonFault, type Place, placedMembers } from './placed-json.ts';
import { schema } from './schema.ts';
import type { SettingText } from './setting-text.ts';

/** The name of a configuration file. */
export const CONFIG_FILE = 'audit-lake.config.json';

/** What a configuration file gives, and what is wrong with it. */
export interface ConfigFile {
  readonly path: string;
  /** By the settings' names, as an option would give them. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly places: Readonly<Record<string, Place>>;
  readonly faults: readonly ConfigFault[];
}

export interface ConfigFault {
  readonly name: string | null;
  readonly place: Place;
  readonly expected: string;
  readonly found: string;
  readonly remedy: string;
}

/** An editor finds the schema of a configuration file by this member; nothing is read from it. */
const SCHEMA_MEMBER = '$schema';

/**
 * What a configuration file never sets, and why: it may come with a folder of somebody else (a clone, an archive), and must not
 * be able to send data elsewhere, to open them to others, or to agree to anything in a person's place.
 */
const NEVER: Readonly<Record<string, string>> = {
  lake: 'where data go is said by whoever runs the command',
  raw: 'where data go is said by whoever runs the command',
  identityClientId: 'credentials are not set in a file',
  storageConnectionString: 'credentials are not set in a file',
  localAccess: 'who else may read the lake is said by whoever runs the command',
  landingState: 'where data go is said by whoever runs the command',
  nqlUrl: 'where credentials go is said by whoever runs the command',
  nqlTokenUrl: 'where credentials go is said by whoever runs the command',
  classicUrl: 'where credentials go is said by whoever runs the command',
  classicTokenUrl: 'where credentials go is said by whoever runs the command',
  unrestricted: 'rights are given by whoever runs the command',
  yes: 'nobody agrees beforehand',
};

const FIELDS = Object.entries(schema.shape).filter(([name, field]) => {
  const { appOnly, environmentOnly } = field.meta() as unknown as SettingText;
  return !Object.hasOwn(NEVER, name) && appOnly !== true && environmentOnly !== true;
});

/** Names of the settings that a configuration file may have. */
export const CONFIG_SETTINGS: readonly string[] = FIELDS.map(([name]) => name);

/** What a configuration file may hold, for editors: JSON Schema, made of the schema of the settings. */
export function configSchema(): object {
  const members = FIELDS.map(([name, field]) => {
    const { description, expected, example, fallback } = field.meta() as unknown as SettingText;
    const usual = fallback === undefined || fallback === '' ? '' : ` Default: ${fallback}.`;
    return [
      name,
      { ...typesOf(field), description: `${description} Expected: ${expected}.${usual}`, examples: [example] },
    ] as const;
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Settings of audit-lake (${CONFIG_FILE})`,
    type: 'object',
    properties: {
      [SCHEMA_MEMBER]: { type: 'string', description: 'Where an editor finds this schema; nothing else reads it.' },
      ...Object.fromEntries(members),
    },
    additionalProperties: false,
  };
}

/** The JSON types of what a field takes. */
function typesOf(field: z.ZodType): object {
  if (z.toJSONSchema(field, { io: 'output', unrepresentable: 'any' }).type === 'number') {
    return { type: ['integer', 'string'] };
  }
  const { type, anyOf, enum: words } = z.toJSONSchema(field, { io: 'input', unrepresentable: 'any' });
  return {
    ...(type !== undefined && { type }),
    ...(anyOf !== undefined && { anyOf }),
    ...(words !== undefined && { enum: words }),
  };
}

/** Reads the text of a configuration file; whatever is wrong is part of the result. */
export function readConfigFile(path: string, text: string): ConfigFile {
  try {
    return checkedMembers(path, placedMembers(text.replace(/^\ufeff/, '')));
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const [, expected = 'JSON', found = ''] = /^expected (.*), found (.*)$/.exec(error.message) ?? [];
    const fault = { name: null, place: error.place, expected, found: found === '' ? error.message : found };
    return { path, values: {}, places: {}, faults: [{ ...fault, remedy: 'correct the JSON there' }] };
  }
}

function checkedMembers(path: string, members: ReturnType<typeof placedMembers>): ConfigFile {
  const values: Record<string, unknown> = {};
  const places: Record<string, Place> = {};
  const faults: ConfigFault[] = [];
  for (const { name, value, place } of members) {
    const fault = (expected: string, found: string, remedy: string): number =>
      faults.push({ name, place, expected, found, remedy });
    if (Object.hasOwn(places, name)) {
      fault('each member once', 'it a second time', 'remove one of the two');
      continue;
    }
    places[name] = place;
    if (name === SCHEMA_MEMBER) {
      if (typeof value !== 'string')
        fault('a text', JSON.stringify(value), 'give the address of the schema, or nothing');
    } else if (Object.hasOwn(NEVER, name)) {
      fault(
        'it elsewhere',
        `it in a file: ${NEVER[name]}`,
        'remove it, and give it as an option or in the environment',
      );
    } else if (!CONFIG_SETTINGS.includes(name)) {
      const near = nearest(name, CONFIG_SETTINGS);
      fault(
        'a setting',
        'no such one',
        near === null ? `remove it; the settings are ${CONFIG_SETTINGS.join(', ')}` : `did you mean ${near}?`,
      );
    } else {
      const text = textOf(value);
      if (text === null)
        fault('a text, a number, true or false, or a list of texts', JSON.stringify(value), 'correct it');
      else values[name] = text;
    }
  }
  return { path, values, places, faults };
}

/** A value of JSON as an option gives it; null where no option could. */
function textOf(value: unknown): string | boolean | readonly string[] | null {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return String(value);
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : null;
}
