import * as z from 'zod';
import { canonicalZone, checkTimeFormat, encodingOf, foldName, isRole, ROLES, type Role } from '../source/index.ts';
import { parseLocation } from '../storage/index.ts';
import type { Instance } from './raw-path.ts';
import { checkSchedule } from './schedule.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

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

/** When a timer function runs. */
export const schedule = read(z.string(), z.string(), checkSchedule);

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
