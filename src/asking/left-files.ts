import { statesOf, type Tables } from '../lake/index.ts';
import { recordedRows, type Snapshot } from '../table/index.ts';

/** Data files that a session goes without. */
export interface LeftFiles {
  /** How many there are, of all tables. */
  readonly files: number;
  /** Events in them, as the log has it; null where it does not tell. */
  readonly events: number | null;
}

/** The tables without data files of these lake paths. */
export function tablesWithout(tables: Tables, paths: ReadonlySet<string>): Tables {
  if (paths.size === 0) return tables;
  const { events, codes, coverage } = tables;
  return {
    events: without(events, paths),
    codes: codes && without(codes, paths),
    coverage: coverage && without(coverage, paths),
  };
}

/** How much of the tables {@link tablesWithout} leaves out. */
export function leftFiles(tables: Tables, paths: ReadonlySet<string>): LeftFiles {
  const files = statesOf(tables).flatMap(({ snapshot }) => leftOf(snapshot, paths));
  const rows = leftOf(tables.events, paths).map(recordedRows);
  return {
    files: files.length,
    events: rows.reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0),
  };
}

function without(snapshot: Snapshot, paths: ReadonlySet<string>): Snapshot {
  const files = [...snapshot.files].filter(([, { path }]) => !paths.has(`${snapshot.path}/${path}`));
  return { ...snapshot, files: new Map(files) };
}

function leftOf({ path: table, files }: Snapshot, paths: ReadonlySet<string>) {
  return [...files.values()].filter(({ path }) => paths.has(`${table}/${path}`));
}
