import { strictJson } from '../table/index.ts';

/**
 * Whether a copy of a file's statistics, as a checkpoint has it, says something that the commit does not: wrong bounds
 * hide rows from every reader. Engines write them in their own ways, and may leave out what they like.
 */
export function statisticsDiffer(committed: string | undefined, copied: string | undefined): boolean {
  if (committed === undefined || copied === undefined || committed === copied) return false;
  const [original, copy] = [parse(committed), parse(copied)];
  if (original === null || copy === null) return true;
  return (
    contradicts(original['numRecords'], copy['numRecords']) ||
    BOUNDS.some((name) => boundsDiffer(original[name], copy[name]))
  );
}

/** The same of the columns of a checkpoint, which hold values in place of text. */
export function parsedStatisticsDiffer(committed: string, copied: Readonly<Record<string, unknown>>): boolean {
  const original = parse(committed);
  if (original === null) return true;
  return (
    contradictsValue(original['numRecords'], copied['numRecords']) ||
    BOUNDS.some((name) => {
      const [known, copy] = [original[name], copied[name]];
      if (!isRecord(copy)) return false;
      return Object.keys(copy).some((column) =>
        contradictsValue(isRecord(known) ? known[column] : undefined, copy[column]),
      );
    })
  );
}

/** Instants and days are texts in the commit, and numbers are of any width in the copy. */
function contradictsValue(original: unknown, copy: unknown): boolean {
  if (copy === undefined || copy === null) return false;
  if (copy instanceof Date) return typeof original !== 'string' || Date.parse(original) !== copy.getTime();
  if (typeof copy === 'bigint') return Number(original) !== Number(copy);
  return original !== copy;
}

const BOUNDS = ['minValues', 'maxValues', 'nullCount'] as const;

function boundsDiffer(original: unknown, copy: unknown): boolean {
  if (!isRecord(copy)) return false;
  const known = isRecord(original) ? original : {};
  return Object.keys(copy).some((column) => contradicts(known[column], copy[column]));
}

function contradicts(original: unknown, copy: unknown): boolean {
  if (copy === undefined || copy === null || original === copy) return false;
  return !(isInstant(original) && isInstant(copy) && Date.parse(original) === Date.parse(copy));
}

function isInstant(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    // Of a member that is there twice some engines take the first, and some the last.
    const value: unknown = strictJson(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** What of statistics is of another type than it has to be: some engines make sense of it, each its own; null for none. */
export function malformed(stats: string): string | null {
  const parsed = parse(stats);
  if (parsed === null) return 'they are no JSON object with each member once';
  const rows = parsed['numRecords'];
  if (rows !== undefined && !isCount(rows)) return `numRecords is ${JSON.stringify(rows)}, expected a whole number`;
  for (const name of BOUNDS) {
    const field = parsed[name];
    if (field === undefined || field === null) continue;
    if (!isRecord(field) || Array.isArray(field)) return `${name} is no object`;
    const fault = name !== 'nullCount' ? undefined : Object.entries(field).find(([, value]) => !isNulls(value));
    if (fault !== undefined) return `nullCount of ${fault[0]} is ${JSON.stringify(fault[1])}, expected a whole number`;
  }
  return null;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Of a nested column there is a count for each of its fields. */
function isNulls(value: unknown): boolean {
  return isCount(value) || value === null || (isRecord(value) && !Array.isArray(value));
}

/** What statistics say of a column; undefined where they do not. */
export interface StatedBounds {
  readonly min: unknown;
  readonly max: unknown;
  readonly nulls: unknown;
}

/** What statistics say, by column, and of the number of rows; null where they are no statistics. */
export function statedBounds(
  stats: string,
): { readonly rows: number | null; readonly columns: ReadonlyMap<string, StatedBounds> } | null {
  const parsed = parse(stats);
  if (parsed === null) return null;
  const [mins, maxs, nulls] = BOUNDS.map((name) => (isRecord(parsed[name]) ? parsed[name] : {}));
  const names = new Set([mins, maxs, nulls].flatMap((each = {}) => Object.keys(each)));
  const columns = [...names].map((name): [string, StatedBounds] => [
    name,
    { min: mins?.[name], max: maxs?.[name], nulls: nulls?.[name] },
  ]);
  return { rows: statedRows(stats), columns: new Map(columns) };
}

/** Rows of a data file as its statistics say; null where they do not. */
export function statedRows(stats: string | undefined): number | null {
  const rows = stats === undefined ? undefined : parse(stats)?.['numRecords'];
  return typeof rows === 'number' ? rows : null;
}
