import { type LakeTable, type LakeTableName, personColumns, type TableState } from '../lake/index.ts';
import type { LakeContext } from '../storage/index.ts';
import { TableError } from '../table/index.ts';
import { compactTable } from './compact.ts';
import { eraseUser } from './erase.ts';
import { retainTable } from './retain.ts';

/** How each change that goes through all tables is made in one; null where there is nothing of the kind to be done in it. */
interface Duties {
  /** Null only where no column is a person's. */
  readonly erase: typeof eraseUser | null;
  /** Null only where rows have no day. */
  readonly retain: typeof retainTable | null;
  readonly compact: typeof compactTable | null;
}

/** What is done in each table of the lake: a table that is not here does not compile. */
const DUTIES: Readonly<Record<LakeTableName, Duties>> = {
  audit_events: { erase: eraseUser, retain: retainTable, compact: compactTable },
  // The catalogue names nobody, and is replaced as a whole.
  audit_codes: { erase: null, retain: null, compact: null },
  // Numbers of events are nobody's; how complete an hour was is kept when its events are gone.
  audit_coverage: { erase: null, retain: null, compact: null },
};

/** What a change did in one table. */
export interface InTable<Result> {
  readonly table: LakeTableName;
  readonly result: Result;
}

/**
 * Makes a change in every table of the lake in turn, in the order of their list.
 * @throws TableError for a table in which it ought to be made, and nobody says how; what the change throws
 */
async function inEach<Name extends keyof Duties, Result>(
  tables: readonly TableState[],
  name: Name,
  make: (duty: NonNullable<Duties[Name]>, state: TableState) => Promise<Result>,
): Promise<InTable<Result>[]> {
  const done: InTable<Result>[] = [];
  for (const state of tables) {
    const duty = dutyOf(state.table, name);
    if (duty === null) continue;
    done.push({ table: state.table.name as LakeTableName, result: await make(duty, state) });
  }
  return done;
}

function dutyOf<Name extends keyof Duties>(table: LakeTable, name: Name): NonNullable<Duties[Name]> | null {
  const duty = (DUTIES as Readonly<Record<string, Duties>>)[table.name]?.[name] ?? null;
  if (duty !== null || !isNeeded(table, name)) return duty as NonNullable<Duties[Name]> | null;
  const found = name === 'erase' ? 'columns of it are a person’s' : `its rows have days (${table.dayColumn})`;
  throw new TableError(table.path, `expected to know how ${name} is done in it, since ${found}; add it to DUTIES`);
}

function isNeeded(table: LakeTable, name: keyof Duties): boolean {
  if (name !== 'erase') return table.dayColumn !== null;
  const { single, lists, freeText } = personColumns(table);
  return single.length + lists.length + freeText.length > 0;
}

type Options<Duty extends (...args: never[]) => unknown> = Parameters<Duty>[2];
type Done<Duty extends (...args: never[]) => Promise<unknown>> = Promise<InTable<Awaited<ReturnType<Duty>>>[]>;

/** Removes a person's rows from every table that has a person's column. Throws as {@link eraseUser}. */
export function eraseLake(
  context: LakeContext,
  tables: readonly TableState[],
  options: Options<typeof eraseUser>,
): Done<typeof eraseUser> {
  return inEach(tables, 'erase', (erase, { snapshot }) => erase(context, snapshot, options));
}

/** Removes the days before a boundary from every table that has days. Throws as {@link retainTable}. */
export function retainLake(
  context: LakeContext,
  tables: readonly TableState[],
  options: Options<typeof retainTable>,
): Done<typeof retainTable> {
  return inEach(tables, 'retain', (retain, { snapshot }) => retain(context, snapshot, options));
}

/** Compacts every table that has days. Throws as {@link compactTable}. */
export function compactLake(
  context: LakeContext,
  tables: readonly TableState[],
  options: Options<typeof compactTable>,
): Done<typeof compactTable> {
  return inEach(tables, 'compact', (compact, { snapshot }) => compact(context, snapshot, options));
}
