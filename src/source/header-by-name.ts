import { codeOf } from './code.ts';
import { REQUIRED_ROLES, type Role } from './column-roles.ts';
import { isRareDelimiter } from './delimiter.ts';
import type { HeadRows } from './head-rows.ts';
import { rolesByName } from './header.ts';
import type { SourceSettings } from './source-settings.ts';

/** A line that names two of time, code and message is meant as a header. */
const TELLING = 2;
/** Records looked at to see whether a delimiter fits. */
const MOST_RECORDS = 50;

/** A line that names columns, if it is separated by this delimiter. */
export interface NamedHeader {
  /** Which line it is, 0-based, and where it begins. */
  readonly line: number;
  readonly start: number;
  readonly delimiter: string;
  readonly names: readonly string[];
  /** Where the next record begins. */
  readonly next: number;
  /** Position of each role's column; -1 where no name says it. */
  readonly roles: Readonly<Record<Role, number>>;
}

/**
 * The first line that is meant as a header, for each delimiter that makes it one.
 * @param lines where the lines begin
 */
export function headersByName(
  rows: HeadRows,
  lines: readonly number[],
  delimiters: readonly string[],
  settings: SourceSettings,
): NamedHeader[] {
  for (const [line, start] of lines.entries()) {
    const text = rows.line(start);
    const found: NamedHeader[] = [];
    for (const delimiter of delimiters) {
      if (!text.includes(delimiter)) continue;
      const row = rows.row(start, delimiter);
      if (row === null) continue;
      const { roles } = rolesByName(row.fields, settings);
      if (REQUIRED_ROLES.filter((role) => roles[role] >= 0).length < TELLING) continue;
      found.push({ line, start, delimiter, names: row.fields, next: row.next, roles });
    }
    if (found.length > 0) return found;
  }
  return [];
}

/** The required roles for which a header has no name. */
export function missingRoles({ roles }: Pick<NamedHeader, 'roles'>) {
  return REQUIRED_ROLES.filter((role) => roles[role] === -1);
}

/**
 * Those of the headers that name all that is required, and whose records, as far as it takes them to tell, are of the same form.
 * One with a usual delimiter, alone, needs none.
 */
export function wholeHeaders(rows: HeadRows, headers: readonly NamedHeader[]): readonly NamedHeader[] {
  const whole = headers.filter((header) => missingRoles(header).length === 0);
  const usual = whole.filter(({ delimiter }) => !isRareDelimiter(delimiter));
  if (usual.length === 1) return usual;
  const pool = usual.length > 0 ? usual : whole;
  const fitting = pool.filter((header) => hasRecords(rows, header) !== false);
  return fitting.length > 0 ? fitting : usual;
}

/** Whether most records below a header have its columns, and a number where the code is; null where there is no record. */
function hasRecords(rows: HeadRows, { next, delimiter, names, roles }: NamedHeader): boolean | null {
  let [fitting, all] = [0, 0];
  for (const row of rows.rows(next, delimiter)) {
    all++;
    if (row?.fields.length === names.length && codeOf(row.fields[roles.code]!) >= 0) fitting++;
    if (all === MOST_RECORDS) break;
  }
  return all === 0 ? null : fitting > all / 2;
}
