import * as z from 'zod';
import {
  canonicalZone,
  checkLinePrefix,
  checkTimeFormat,
  encodingOf,
  foldName,
  isRole,
  ROLES,
  type Role,
} from '../source/index.ts';
import { parseLocation } from '../storage/index.ts';
import type { Instance } from './raw-path.ts';
import { checkSchedule } from './schedule.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** Of the version that lists paths and their ETags as this program needs them, and of all clouds today. */
const OLDEST_SERVICE = '2020-02-10';

/** A folder, or a place in a storage account. */
export const location = read(z.string().trim().min(1, 'is empty'), z.string(), (value) => {
  parseLocation(value);
  return value;
});

export const flag = z
  .union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')])
  .pipe(z.boolean());

/** A whole number, optionally with KiB, MiB or GiB. */
export function wholeNumber(least: number, most: number) {
  return read(z.string(), z.number(), (value) => {
    const [, digits, unit] = /^(\d{1,16}) ?(KiB|MiB|GiB)?$/.exec(value.trim()) ?? [];
    if (digits === undefined) throw new SyntaxError('is no whole number');
    const number = Number(digits) * UNITS[unit ?? '']!;
    if (number < least || number > most) throw new RangeError('is out of range');
    return number;
  });
}

/** Parts separated by commas, or an option given several times; `\,` is a comma that belongs to a part. */
const list = z.union([z.string(), z.array(z.string())]).transform((value) =>
  [value]
    .flat()
    .flatMap((piece) => (piece.trim() === '' ? [] : piece.split(/(?<!\\),/)))
    .map((part) => part.replaceAll('\\,', ',').trim()),
);

/** Patterns as picomatch reads them; a comma within braces belongs to a pattern. */
export const globs = read(z.union([z.string(), z.array(z.string())]), z.array(z.string()), (given) => {
  const pieces = [given].flat().filter((piece) => piece.trim() !== '');
  const patterns = pieces.flatMap(splitOutsideBraces).map((pattern) => pattern.trim());
  for (const pattern of patterns) {
    if (pattern === '') throw new SyntaxError('has an empty pattern');
    if (pattern.startsWith('/')) throw new SyntaxError(`"${pattern}" begins with a slash`);
    if (pattern.startsWith('!')) throw new SyntaxError(`"${pattern}" begins with an exclamation mark`);
  }
  return patterns;
});

/** @throws SyntaxError where braces do not pair: such a pattern would match nothing */
function splitOutsideBraces(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '{') depth++;
    if (character === '}') depth--;
    if (depth < 0) break;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  if (depth !== 0) throw new SyntaxError(`"${text}" has a brace without its partner`);
  return parts;
}

export const columns = read(list, z.array(z.string()), (names) => {
  if (names.includes('')) throw new SyntaxError('has an empty name');
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new SyntaxError(`names ${repeated} twice`);
  return names;
});

export const columnAliases = read(list, z.partialRecord(z.enum(ROLES), z.array(z.string())), (pairs) => {
  const aliases: Partial<Record<Role, string[]>> = {};
  const taken = new Set<string>();
  for (const pair of pairs) {
    const [role, name] = split(pair, pair.indexOf('='));
    if (!isRole(role)) throw new SyntaxError(`"${role}" is none of ${ROLES.join(', ')}`);
    if (name === '') throw new SyntaxError(`"${pair}" names no column`);
    if (taken.has(foldName(name))) throw new SyntaxError(`names the column "${name}" twice`);
    taken.add(foldName(name));
    aliases[role] = [...(aliases[role] ?? []), name];
  }
  return aliases;
});

/** Longest prefix first. */
export const instances = read(
  list,
  z.array(z.object({ prefix: z.string(), name: z.string() })),
  (pairs): Instance[] => {
    const found = pairs.map((pair) => {
      const [prefix, name] = split(pair, pair.lastIndexOf('='));
      if (name === '') throw new SyntaxError(`"${pair}" names no instance`);
      if (prefix.startsWith('/')) throw new SyntaxError(`"${prefix}" begins with a slash`);
      return { prefix, name };
    });
    if (new Set(found.map(({ prefix }) => prefix)).size < found.length) throw new SyntaxError('gives a prefix twice');
    return found.toSorted((a, b) => b.prefix.length - a.prefix.length);
  },
);

export const delimiter = read(z.string(), z.string(), (value) => {
  if (value === 'auto') return value;
  if (value === 'tab') return '\t';
  const byte = value.length === 1 ? value.charCodeAt(0) : 0;
  if (byte === 0 || byte > 0x7f) throw new SyntaxError('is not one ASCII character');
  if (/["\r\nA-Za-z0-9]/.test(value)) throw new SyntaxError('is a quote, a line end, a letter or a digit');
  return value;
});

export const encoding = read(z.string(), z.string(), (value) => {
  const name = value === 'auto' ? value : encodingOf(value);
  if (name === null) throw new SyntaxError('is no encoding that is known here');
  return name;
});

export const timeFormat = read(z.string(), z.string(), (value) => {
  checkTimeFormat(value);
  return value;
});

/** What stands before the bracket of a log line. */
export const classicLine = read(z.string(), z.string(), (value) => {
  const pattern = value.trim();
  checkLinePrefix(pattern);
  return pattern;
});

/** When a timer function runs. */
export const schedule = read(z.string(), z.string(), checkSchedule);

/** A version of the storage service, which is a date; empty for that of the program. An older one lacks what the program asks for. */
export const serviceVersion = read(z.string().trim(), z.string(), (value) => {
  if (value === '') return value;
  const isDate = /^\d{4}-\d\d-\d\d$/.test(value) && new Date(value).toJSON()?.startsWith(value) === true;
  if (!isDate) throw new SyntaxError('is no date');
  if (value < OLDEST_SERVICE) throw new SyntaxError(`is older than ${OLDEST_SERVICE}`);
  return value;
});

/** The same; empty where it never does. */
export const scheduleOrNever = read(z.string(), z.string(), (value) => (value === '' ? value : checkSchedule(value)));

/** The address of an interface; empty where it is not used. Its scheme, host and port, and a path without a slash at its end. */
export const address = read(z.string().trim(), z.string(), (value) => {
  if (value === '') return value;
  const { protocol, origin, pathname, search, hash, username } = new URL(value);
  if (protocol !== 'https:' && protocol !== 'http:') throw new SyntaxError('begins with neither https:// nor http://');
  if (search !== '' || hash !== '' || username !== '')
    throw new SyntaxError('has more than a scheme, a host and a path');
  return `${origin}${pathname.replace(/\/+$/, '')}`;
});

/** A text without line ends and other control characters; empty where nothing is set. */
export const plainText = read(z.string(), z.string(), (value) => {
  const text = value.trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it must not have
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new SyntaxError('has a line end or another control character');
  return text;
});

/** Texts, each once. */
export const texts = read(list, z.array(z.string()), (parts) => {
  if (parts.includes('')) throw new SyntaxError('has an empty part');
  return [...new Set(parts)];
});

/** A folder of the raw zone, with a slash at its end and none at its beginning. */
export const rawFolder = read(z.string().trim(), z.string(), (value) => {
  if (!/^([^/\\\s]+\/)+$/.test(value))
    throw new SyntaxError('is no folder that ends with a slash and begins without one');
  if (value.split('/').some((part) => part === '.' || part === '..')) throw new SyntaxError('has . or .. in it');
  return value;
});

/** Names of a query's parameters, and what each is given. */
export const queryParameters = read(list, z.record(z.string(), z.string()), (pairs) => {
  const found = pairs.map((pair) => split(pair, pair.indexOf('=')));
  if (found.some(([name]) => name === '')) throw new SyntaxError('has a parameter without a name');
  return Object.fromEntries(found);
});

/** The id of a saved query; empty where there is none. Source: docs.nexthink.com/api/nql/export-an-nql. */
export const queryId = read(z.string().trim(), z.string(), (value) => {
  if (value !== '' && !/^#[a-z0-9_]{2,255}$/.test(value)) {
    throw new SyntaxError('is no id of a query: # and 2 to 255 lower-case letters, digits and underscores');
  }
  return value;
});

export const timeZone = read(z.string(), z.string(), (value) => canonicalZone(value.trim()));

/** How a setting's text is read, and which values it may stand for: `out`, which is how such a value is read back from JSON. */
export type SettingField<V> = z.ZodPipe<z.ZodType, z.ZodType<V>>;

/** A field whose text is read by `interpret`; what that throws becomes an issue of the setting. */
function read<T, V>(text: z.ZodType<T>, value: z.ZodType<V>, interpret: (text: T) => V): SettingField<V> {
  const interpreted: z.ZodType = text.transform((given, context): V => {
    try {
      return interpret(given);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  });
  return interpreted.pipe(value as z.ZodType<V, unknown>);
}

function split(pair: string, at: number): [string, string] {
  if (at < 0) throw new SyntaxError(`"${pair}" has no =`);
  return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
}
