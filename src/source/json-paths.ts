import { foldName, ROLES } from './column-roles.ts';
import { aliasesOf } from './header.ts';
import type { SourceSettings } from './source-settings.ts';

const INDEX = /^\d+$/;

/**
 * The names of columns that are paths into nested JSON: `event.user.name` is what `name` holds within `user` within `event`, and
 * `actors.0.name` what it holds in the first of a list.
 */
export interface JsonPaths {
  /** The beginnings of these names, folded, that lead into an object, or into a list. */
  readonly objects: ReadonlySet<string>;
  readonly lists: ReadonlySet<string>;
}

const known = new WeakMap<SourceSettings, JsonPaths>();

/** The paths among the names of roles: found once for the settings of thousands of files. */
export function jsonPaths(settings: SourceSettings): JsonPaths {
  const found = known.get(settings) ?? pathsOf(settings);
  known.set(settings, found);
  return found;
}

function pathsOf(settings: SourceSettings): JsonPaths {
  const [objects, lists] = [new Set<string>(), new Set<string>()];
  for (const role of ROLES) {
    for (const name of aliasesOf(role, settings)) {
      for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
        const next = name.slice(dot + 1).split('.', 1)[0] ?? '';
        objects.add(name.slice(0, dot));
        if (INDEX.test(next)) lists.add(name.slice(0, dot));
      }
    }
  }
  return { objects, lists };
}

/** The name of what stands within something else. */
export function innerName(outer: string, inner: string | number): string {
  return `${outer}.${inner}`;
}

/** Whether a path leads into a value of this name. */
export function leadsInto(paths: JsonPaths, name: string, isList: boolean): boolean {
  return (isList ? paths.lists : paths.objects).has(foldName(name));
}

/** The names and values of an object, with those within it that a path leads to, under their whole names. */
export function flattened(
  object: Readonly<Record<string, unknown>>,
  paths: JsonPaths,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(object).flatMap(([name, value]) => entriesOf(name, value, paths)));
}

function entriesOf(name: string, value: unknown, paths: JsonPaths): (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || !leadsInto(paths, name, Array.isArray(value)))
    return [[name, value]];
  return Object.entries(value).flatMap(([inner, each]) => entriesOf(innerName(name, inner), each, paths));
}
