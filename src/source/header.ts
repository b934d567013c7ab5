import type { Role } from './column-roles.ts';
import { BUILT_IN_ALIASES, foldName, REQUIRED_ROLES, ROLES } from './column-roles.ts';
import { RejectedFile } from './rejection.ts';
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

/**
 * Finds each role's column by name. Of several names that fit a role, the one earliest in the list of aliases wins and the others
 * become extras; a column serves one role, and the roles that the settings name choose first.
 * @throws RejectedFile if a required role has no column, or if the winning name occurs twice
 */
export function resolveHeader(names: readonly string[], settings: SourceSettings): Header {
  const folded = names.map(foldName);
  const roles = { ...NO_HEADER.roles };
  const taken = new Set<number>();
  const named = ROLES.filter((role) => settings.columnAliases[role] !== undefined);
  for (const role of [...named, ...ROLES.filter((role) => !named.includes(role))]) {
    const alias = aliasesOf(role, settings).find((name) => folded.includes(name) && !taken.has(folded.indexOf(name)));
    if (alias === undefined) continue;
    const index = folded.indexOf(alias);
    if (folded.lastIndexOf(alias) !== index) {
      throw new RejectedFile(
        'header_not_understood',
        `expected one column for ${role}, found "${alias}" twice in the header ${quoteHeader(names)}; ` +
          'export each column once, or name another column in AUDIT_LAKE_COLUMN_ALIASES ' +
          `(--column-aliases "${role}=<header name>")`,
      );
    }
    roles[role] = index;
    taken.add(index);
  }
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

function requireRoles(names: readonly string[], roles: Readonly<Record<Role, number>>, settings: SourceSettings): void {
  const missing = REQUIRED_ROLES.filter((role) => roles[role] === -1);
  if (missing.length === 0) return;
  const tried = missing.map((role) => `${role} (tried: ${aliasesOf(role, settings).join(', ')})`).join('; ');
  const delimiterHint =
    names.length === 1
      ? `; the header is a single column: AUDIT_LAKE_DELIMITER may not be "${settings.delimiter}"`
      : '';
  throw new RejectedFile(
    'header_not_understood',
    `expected columns for time, code and message, found the header ${quoteHeader(names)}, which has none for ${tried}; ` +
      `set AUDIT_LAKE_COLUMN_ALIASES (--column-aliases "${missing[0]}=<header name>"), or, for files without header, ` +
      `AUDIT_LAKE_HEADER=false and AUDIT_LAKE_COLUMNS${delimiterHint}`,
  );
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

function quoteHeader(names: readonly string[]): string {
  const text = JSON.stringify(names);
  return text.length <= 500 ? text : `${text.slice(0, 500)}…`;
}
