import type { Role } from './column-roles.ts';
import { BUILT_IN_ALIASES, foldName, NAMES, REQUIRED_ROLES, ROLES } from './column-roles.ts';
import { missingColumns, repeatedName } from './header-rejection.ts';
import type { SourceSettings } from './source-settings.ts';

/** A column without a role. Names are unique in a file: they become the keys of a JSON object. */
export interface ExtraColumn {
  readonly name: string;
  /** Position of the column, 0-based. */
  readonly index: number;
}

export interface Header {
  /** As written, byte order mark dropped. */
  readonly names: readonly string[];
  /** Position of each role's column, 0-based; -1 where the file has none. */
  readonly roles: Readonly<Record<Role, number>>;
  readonly extras: readonly ExtraColumn[];
  /** The optional columns that enter an event's identity: `actor_id`, else `actor_name`, else none. */
  readonly identityColumns: readonly Role[];
}

/** What the end of an empty file leaves: no column at all. */
export const NO_HEADER: Header = {
  names: [],
  roles: { time: -1, code: -1, message: -1, actor_name: -1, actor_id: -1 },
  extras: [],
  identityColumns: [],
};

/** The header of a file whose first record is data. @throws RejectedFile if `settings.columns` lacks a required role */
export function headerOfColumns(settings: SourceSettings): Header {
  const roles = { ...NO_HEADER.roles };
  for (const role of ROLES) roles[role] = settings.columns.indexOf(role);
  requireRoles(settings.columns, roles, settings);
  return describe(settings.columns, roles);
}

/** Which columns names say the roles are. */
export interface RolesByName {
  /** Position of each role's column, 0-based; -1 where no name says it. */
  readonly roles: Readonly<Record<Role, number>>;
  /** A role whose name occurs twice, where there is one. */
  readonly repeated: Role | null;
}

/**
 * Finds each role's column by name. Of several names that fit a role, the one earliest in the list of aliases wins and the others
 * become extras; a column serves one role, and the roles that the settings name choose first.
 */
export function rolesByName(names: readonly string[], settings: SourceSettings): RolesByName {
  const folded = names.map(foldName);
  const roles = { ...NO_HEADER.roles };
  const taken = new Set<number>();
  let repeated: Role | null = null;
  const named = ROLES.filter((role) => settings.columnAliases[role] !== undefined);
  for (const role of [...named, ...ROLES.filter((role) => !named.includes(role))]) {
    const alias = aliasesOf(role, settings).find((name) => folded.includes(name) && !taken.has(folded.indexOf(name)));
    if (alias === undefined) continue;
    const index = folded.indexOf(alias);
    if (folded.lastIndexOf(alias) !== index) repeated ??= role;
    roles[role] = index;
    taken.add(index);
  }
  return { roles, repeated };
}

/**
 * The columns that a header names.
 * @throws RejectedFile if a required role has no column, or if the name of one occurs twice
 */
export function resolveHeader(names: readonly string[], settings: SourceSettings): Header {
  const { roles, repeated } = rolesByName(names, settings);
  if (repeated !== null) throw repeatedName(names, repeated, foldName(names[roles[repeated]]!));
  requireRoles(names, roles, settings);
  return describe(names, roles);
}

/** The role that a name stands for by itself, if any. */
export function roleOf(name: string, settings: SourceSettings): Role | undefined {
  return ROLES.find((role) => aliasesOf(role, settings).includes(foldName(name)));
}

/** The optional columns that enter an event's identity, of a file that has these. */
export function identityColumnsOf(roles: Readonly<Record<Role, number>>): readonly Role[] {
  const actor: Role | undefined = roles.actor_id >= 0 ? 'actor_id' : roles.actor_name >= 0 ? 'actor_name' : undefined;
  return actor === undefined ? [] : [actor];
}

/** The folded header names of a role, in order of preference. */
export function aliasesOf(role: Role, settings: SourceSettings): readonly string[] {
  return settings.columnAliases[role]?.map(foldName) ?? BUILT_IN_ALIASES[role];
}

/** The names of a role as people are told of them: those of the settings, or the usual ones. */
export function namesOf(role: Role, settings: SourceSettings): readonly string[] {
  return settings.columnAliases[role] ?? NAMES[role];
}

function requireRoles(names: readonly string[], roles: Readonly<Record<Role, number>>, settings: SourceSettings): void {
  const missing = REQUIRED_ROLES.filter((role) => roles[role] === -1);
  if (missing.length > 0) throw missingColumns(names, missing, settings);
}

function describe(names: readonly string[], roles: Readonly<Record<Role, number>>): Header {
  const used = new Set(Object.values(roles));
  const extras: ExtraColumn[] = [];
  const keys = new Set<string>();
  names.forEach((name, index) => {
    if (used.has(index)) return;
    const key = extraKey(name, index, keys);
    keys.add(key);
    extras.push({ name: key, index });
  });
  return { names, roles, extras, identityColumns: identityColumnsOf(roles) };
}

/** The key of an extra column: its name, or its number where it has none, told apart from those taken. */
export function extraKey(written: string, index: number, keys: ReadonlySet<string>): string {
  const name = written === '' ? `column ${index + 1}` : written;
  let key = name;
  for (let copy = 2; keys.has(key); copy++) key = `${name} (${copy})`;
  return key;
}
