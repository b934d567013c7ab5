import { codeOf } from './code.ts';
import { type Candidates, type ColumnContents, MOST_ROWS } from './column-contents.ts';
import { foldName, REQUIRED_ROLES, type Role } from './column-roles.ts';
import type { HeadRows } from './head-rows.ts';
import { rolesByName } from './header.ts';
import type { NamedHeader } from './header-by-name.ts';
import type { SourceSettings } from './source-settings.ts';

/** Fields of a header are names, and no texts. */
const LONGEST_NAME = 100;

/** What people call the one who did it; only believed where the values are addresses. */
const ACTOR_NAMES: ReadonlySet<string> = new Set([
  ...['by', 'who', 'actor', 'performed by', 'done by', 'executed by', 'initiated by', 'changed by', 'made by'],
  ...['operator', 'principal', 'login', 'initiator', 'author', 'user email', 'email', 'e-mail'],
  ...['benutzer', 'benutzername', 'von', 'wer', 'konto', 'akteur', 'ausgeführt von', 'durchgeführt von'],
  ...['utilisateur', "nom d'utilisateur", 'par', 'qui', 'compte', 'acteur', 'effectué par'],
  ...['usuario', 'nombre de usuario', 'por', 'quién', 'cuenta', 'realizado por', 'utente', 'nome utente', 'da', 'chi'],
  ...['usuário', 'nome de usuário', 'quem', 'conta', 'gebruiker', 'gebruikersnaam', 'door', 'wie', 'użytkownik'],
]);

/** A table whose header says less than it takes, and what stands below it. */
export interface Table {
  /** Which line the header is, 0-based. */
  readonly line: number;
  /** What separates its fields; null where they are the members of objects. */
  readonly delimiter: string | null;
  readonly names: readonly string[];
  /** Which columns, 0-based, can be what, by name or by contents. */
  readonly candidates: Candidates;
  /** Header names of the roles that no name says, as far as contents leave no doubt. */
  readonly columns: Readonly<Partial<Record<Role, string>>>;
  /** Required roles of which it is not clear which column they are. */
  readonly open: readonly Role[];
}

/** Such a table in a CSV document. */
export type CsvTable = Table & { readonly delimiter: string };

/** Records that no header stands above. */
export interface Headerless {
  readonly line: number;
  readonly delimiter: string;
  /** The first record. */
  readonly fields: readonly string[];
  /** What each column can be: a role, or a name for an extra column. */
  readonly columns: readonly string[];
}

/** Looks below a header that names some of the roles for the others. */
export function completedByContents(
  rows: HeadRows,
  header: NamedHeader,
  contents: ColumnContents,
  settings: SourceSettings,
): CsvTable {
  const records = untilNextHeader(recordsFrom(rows, header.next, header.delimiter, header.names.length), header.names);
  return tableOf(header, records, contents, settings);
}

/** Looks for records, and for a header above them that says nothing by its names; null where there are no records. */
export function tableByContents(
  rows: HeadRows,
  lines: readonly number[],
  delimiter: string,
  contents: ColumnContents,
  settings: SourceSettings,
): CsvTable | Headerless | null {
  const first = lines.findIndex((start) => contents.isRecord(rows.row(start, delimiter)?.fields ?? []));
  if (first < 0) return null;
  const fields = rows.row(lines[first]!, delimiter)!.fields;
  const records = recordsFrom(rows, lines[first]!, delimiter, fields.length);
  const line = lines.slice(0, first).findLastIndex((start) => !rows.isBlank(start));
  const names = line < 0 ? undefined : rows.row(lines[line]!, delimiter)?.fields;
  if (names?.length !== fields.length || !areNames(names, contents)) {
    return { line: first, delimiter, fields, columns: columnsOf(records, contents) };
  }
  const { roles } = rolesByName(names, settings);
  return tableOf({ line, delimiter, names, roles }, untilNextHeader(records, names), contents, settings);
}

/** What each column of records is, by its name where that says it, else by what stands below it. */
export function tableOf<Delimiter extends string | null>(
  { line, delimiter, names, roles }: Pick<NamedHeader, 'line' | 'names' | 'roles'> & { readonly delimiter: Delimiter },
  records: readonly (readonly string[])[],
  contents: ColumnContents,
  settings: SourceSettings,
): Table & { readonly delimiter: Delimiter } {
  const named = Object.fromEntries(
    REQUIRED_ROLES.filter((role) => roles[role] >= 0).map((role) => [role, roles[role]]),
  );
  const candidates = contents.candidates(records, named);
  const columns: Partial<Record<Role, string>> = {};
  const open: Role[] = [];
  const folded = names.map(foldName);
  const isNameOfOne = (index: number) =>
    folded[index] !== '' && folded.filter((name) => name === folded[index]).length === 1;
  for (const role of REQUIRED_ROLES) {
    const [index, another] = candidates[role];
    const isClear = index !== undefined && another === undefined && isNameOfOne(index);
    // What the settings name is that, or is not there.
    if (!isClear || (roles[role] === -1 && settings.columnAliases[role] !== undefined)) open.push(role);
    else if (roles[role] === -1) columns[role] = names[index]!;
  }
  const hasActor = roles.actor_name >= 0 || roles.actor_id >= 0 || settings.columnAliases.actor_name !== undefined;
  if (!hasActor && open.length === 0) {
    const actors = names.flatMap((name, index) =>
      ACTOR_NAMES.has(folded[index]!) && isNameOfOne(index) && contents.isAccounts(records, index) ? [name] : [],
    );
    if (actors.length === 1) columns.actor_name = actors[0]!;
  }
  return { line, delimiter, names, candidates, columns, open };
}

/** The first records of so many columns. */
function recordsFrom(rows: HeadRows, start: number, delimiter: string, width: number): (readonly string[])[] {
  const found: (readonly string[])[] = [];
  for (const row of rows.rows(start, delimiter)) {
    if (row?.fields.length === width) found.push(row.fields);
    if (found.length === MOST_ROWS) break;
  }
  return found;
}

/** The records before the header stands there once more, its columns perhaps in another order: an export that was joined. */
function untilNextHeader(
  records: readonly (readonly string[])[],
  names: readonly string[],
): readonly (readonly string[])[] {
  const sorted = (fields: readonly string[]) => JSON.stringify(fields.map(foldName).toSorted());
  const header = sorted(names);
  const next = records.findIndex((fields) => sorted(fields) === header);
  return next < 0 ? records : records.slice(0, next);
}

function areNames(fields: readonly string[], contents: ColumnContents): boolean {
  const named = fields.filter((field) => field.trim() !== '');
  return (
    named.length >= REQUIRED_ROLES.length &&
    named.every((field) => field.length <= LONGEST_NAME && codeOf(field) < 0 && !contents.isTime(field))
  );
}

/** Names for the columns of records without a header, as the setting takes them. */
function columnsOf(records: readonly (readonly string[])[], contents: ColumnContents): string[] {
  const { time, code, message } = contents.candidates(records, {});
  const width = records[0]?.length ?? 0;
  const names = Array.from({ length: width }, (_, index) => `column_${index + 1}`);
  for (const [role, [index]] of Object.entries({ time, code })) if (index !== undefined) names[index] = role;
  const rest = names.flatMap((name, index) => (name.startsWith('column_') ? [index] : []));
  const text = message[0] ?? longest(records, rest);
  if (text !== undefined) names[text] = 'message';
  const accounts = rest.filter((index) => index !== text && contents.isAccounts(records, index));
  if (accounts.length === 1) names[accounts[0]!] = 'actor_name';
  return names;
}

function longest(records: readonly (readonly string[])[], columns: readonly number[]): number | undefined {
  const lengthOf = (index: number) => records.reduce((sum, row) => sum + row[index]!.length, 0);
  return columns.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0];
}
