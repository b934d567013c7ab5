import { BUILT_IN_ALIASES, foldName, REQUIRED_ROLES, type Role } from './column-roles.ts';
import { delimiterName, delimiterOption } from './delimiter.ts';
import type { Headerless, Table } from './header-by-contents.ts';
import { type Alternative, RejectedFile } from './rejection.ts';
import type { SourceSettings } from './source-settings.ts';

/** So much of a header, or of a record, is quoted. */
const QUOTED = 160;
/** What means something else than itself in a shell, even in quotes; a comma that belongs to a name needs its backslash. */
const MEANT_OTHERWISE = /["$`!%]|\\(?!,)/;
/** So many ways to choose columns are named one by one. */
const MOST_WAYS = 6;
/** Columns for roles. */
type Pairs = readonly (readonly [role: Role, name: string])[];

const EXPECTED = 'expected columns for time, code and message';

/** A header that has no column for a required role, as far as names say. */
export function missingColumns(
  names: readonly string[],
  missing: readonly Role[],
  settings: SourceSettings,
): RejectedFile {
  const single = names.length === 1 ? ', or AUDIT_LAKE_DELIMITER (--delimiter), since it is one column' : '';
  return new RejectedFile(
    'header_not_understood',
    `${EXPECTED}, found the header ${quoted(names)}, which names none for ${missing.join(', ')}; ` +
      `${aliasAdvice(missing.map((role) => [role, '<header name>']))}, or, for files without header, ` +
      `AUDIT_LAKE_HEADER=false and AUDIT_LAKE_COLUMNS${single}`,
    { details: namesTried(missing, settings) },
  );
}

export function repeatedName(names: readonly string[], role: Role, name: string): RejectedFile {
  return new RejectedFile(
    'header_not_understood',
    `expected one column for ${role}, found "${name}" twice in the header ${quoted(names)}; export each column once, or ` +
      `name another column: ${aliasAdvice([[role, '<header name>']])}`,
  );
}

/** A header of which neither names nor contents say what each column is. */
export function unclearColumns(table: Table, settings: SourceSettings): RejectedFile {
  const { names, candidates, columns, open } = table;
  const nameOf = (index: number) => names[index]!;
  const found = open.map((role) => {
    const possible = role in candidates ? candidates[role as keyof typeof candidates].map(nameOf) : [];
    return possible.length > 1
      ? `${list(possible.map((name) => JSON.stringify(name)))} could each be the ${role}`
      : `none is clearly the ${role}`;
  });
  const clear = Object.entries(columns).map(([role, name]) => [role as Role, name] as const);
  const choices = open.map((role) => {
    const possible = role in candidates ? candidates[role as keyof typeof candidates].map(nameOf) : [];
    return { role, names: possible };
  });
  const folded = names.map(foldName);
  const isName = (name: string) => name.trim() !== '' && folded.filter((each) => each === foldName(name)).length === 1;
  const taken = takenNames(table, settings);
  const choice = choices.every((each) => each.names.every(isName) && each.names.every((name) => !taken.has(name)))
    ? alternativesOf(choices)
    : [];
  const advice =
    choice.length > 0
      ? choice.map((pairs) => [...pairs, ...clear])
      : [[...proposedOf(choices, names, taken), ...clear]];
  const { delimiter } = table;
  const header = delimiter === null ? 'records with the keys' : 'the header';
  const by = delimiter === null ? '' : ` (by ${delimiterName(delimiter)})`;
  return new RejectedFile(
    'header_not_understood',
    `${EXPECTED}, found ${header} ${quoted(names)}${by}: ${found.join('; ')}; ` +
      `say which: ${aliasAdvice(...advice)}`,
    {
      details: namesTried(open, settings),
      alternatives: choice.map((pairs) => ({ columnAliases: aliasesOf([...pairs, ...clear], settings) })),
    },
  );
}

/** A document whose first record stands where a header is expected. */
export function noHeader({ line, fields, columns }: Headerless): RejectedFile {
  return new RejectedFile(
    'header_not_understood',
    `expected a header with columns for time, code and message, found a record in line ${line + 1}: ${quoted(fields)}; ` +
      `if the columns are these, set AUDIT_LAKE_HEADER=false and AUDIT_LAKE_COLUMNS (--header false --columns ` +
      `${columns.join(',')}), or export with a header`,
    { alternatives: [{ header: false, columns }] },
  );
}

/** A document that can be read with one delimiter or another. */
export function unclearDelimiter(delimiters: readonly string[]): RejectedFile {
  return new RejectedFile(
    'header_not_understood',
    `expected fields that one character separates, found that ${list(delimiters.map(delimiterName))} both fit header and ` +
      `records; set AUDIT_LAKE_DELIMITER (${delimiters.map(delimiterOption).join(' or ')})`,
    { alternatives: delimiters.map((delimiter) => ({ delimiter })) },
  );
}

/** A document whose own `sep=` line names another delimiter than the one that fits. */
export function contradictedDelimiter(declared: string, fitting: readonly string[]): RejectedFile {
  return new RejectedFile(
    'header_not_understood',
    `expected fields separated by ${delimiterName(declared)}, as the sep= line says, found a header that is separated by ` +
      `${list(fitting.map(delimiterName))}; set AUDIT_LAKE_DELIMITER (${fitting.map(delimiterOption).join(' or ')})`,
    { alternatives: fitting.map((delimiter) => ({ delimiter })) },
  );
}

/** A line among the records that is meant as a header, and of which it is not known what its columns are. */
export function unclearSecondHeader(offset: number, line: string): RejectedFile {
  return new RejectedFile(
    'header_not_understood',
    `expected records of one header, found at offset ${offset} a line that is meant as another one and is not understood: ` +
      `${line.length <= QUOTED ? line : `${line.slice(0, QUOTED)}…`} - what follows it cannot be read; export the columns under ` +
      'names that are known, set AUDIT_LAKE_COLUMN_ALIASES (--column-aliases), or split the file there',
  );
}

/** A table that is drawn for people: blanks that only fill its cells cannot be told from those of the values. */
export function drawnTable(drawn: string, line: number): RejectedFile {
  return new RejectedFile(
    'header_not_understood',
    `expected records, found a table that is drawn for people (line ${line + 1} is ${quoted([drawn])}), whose cells are filled with ` +
      'blanks; export it as CSV (psql --csv, mysql --batch, or the export of the tool that it was copied from)',
  );
}

/** Lines above a header that may be records: of another export, perhaps. */
export function recordAboveHeader(line: number, fields: readonly string[], header: number): RejectedFile {
  return new RejectedFile(
    'header_not_understood',
    `expected titles at most above the header in line ${header + 1}, found what may be a record in line ${line + 1}: ` +
      `${quoted(fields)}; remove the lines above the header if they are none, or split the file before it`,
  );
}

/** The columns that are some role's already, by name or by contents. */
function takenNames({ names, candidates, columns, open }: Table, settings: SourceSettings): ReadonlySet<string> {
  const known = REQUIRED_ROLES.filter((role) => !open.includes(role)).flatMap((role) => candidates[role].slice(0, 1));
  const actors = (['actor_name', 'actor_id'] as const).flatMap(
    (role) => settings.columnAliases[role]?.map(foldName) ?? BUILT_IN_ALIASES[role],
  );
  const named = names.filter((name) => actors.includes(foldName(name)));
  return new Set([...known.map((index) => names[index]!), ...Object.values(columns), ...named]);
}

/** A column of its own for each of these roles: what stands below it fits, or it is left over; where none is, that one is to be named. */
function proposedOf(
  choices: readonly { readonly role: Role; readonly names: readonly string[] }[],
  names: readonly string[],
  taken: ReadonlySet<string>,
): Pairs {
  const used = new Set(taken);
  const take = (possible: readonly string[]) => {
    const name = possible.find((each) => each.trim() !== '' && !used.has(each));
    if (name !== undefined) used.add(name);
    return name;
  };
  const fitting = choices.map(({ role, names: possible }) => [role, take(possible)] as const);
  return fitting.map(([role, name]) => [role, name ?? take(names) ?? '<header name>'] as const);
}

/** Every way to choose a column for each of these roles; none where there is no column for one of them, or too many ways. */
function alternativesOf(
  choices: readonly { readonly role: Role; readonly names: readonly string[] }[],
): readonly Pairs[] {
  let ways: readonly Pairs[] = [[]];
  for (const { role, names } of choices) {
    ways = ways.flatMap((pairs) =>
      names
        .filter((name) => pairs.every(([, other]) => other !== name))
        .map((name) => [...pairs, [role, name] as const]),
    );
    if (ways.length > MOST_WAYS) return [];
  }
  return ways;
}

/** These names for roles, in place of what the settings say of the same roles. */
function aliasesOf(pairs: Pairs, { columnAliases }: SourceSettings): NonNullable<Alternative['columnAliases']> {
  return { ...columnAliases, ...Object.fromEntries(pairs.map(([role, name]) => [role, [name]])) };
}

/** `set AUDIT_LAKE_COLUMN_ALIASES (--column-aliases "time=When")`; no names that mean something else to a shell. */
export function aliasAdvice(...ways: readonly Pairs[]): string {
  const mappings = ways.map((pairs) => pairs.map(([role, name]) => `${role}=${name.replaceAll(',', '\\,')}`).join(','));
  const values = mappings.some((mapping) => MEANT_OTHERWISE.test(mapping))
    ? ''
    : ` ${mappings.map((mapping) => `"${mapping}"`).join(' or ')}`;
  return `set AUDIT_LAKE_COLUMN_ALIASES (--column-aliases${values})`;
}

/** The names that were looked for, which are many. */
function namesTried(roles: readonly Role[], { columnAliases }: SourceSettings): string {
  return REQUIRED_ROLES.filter((role) => roles.includes(role))
    .map((role) => {
      const names = columnAliases[role]?.map(foldName) ?? BUILT_IN_ALIASES[role];
      return `names tried for ${role}: ${names.join(', ')}`;
    })
    .join('\n');
}

function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function quoted(names: readonly string[]): string {
  const text = names.map((name) => JSON.stringify(name)).join(', ');
  return text.length <= QUOTED ? text : `${text.slice(0, QUOTED)}…`;
}
