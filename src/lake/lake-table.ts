import type { Person } from '../catalogue/index.ts';
import type { LakeContext } from '../storage/index.ts';
import type { Snapshot, TableColumn, TableDefinition } from '../table/index.ts';
import type { CommitObserver } from './after-commit.ts';

/** A column of a table of the lake. */
export interface LakeColumn extends TableColumn {
  /** Whose its values are. */
  readonly person: Person;
  /** Whether it is text that holds a JSON list of them. */
  readonly list: boolean;
}

/** A table of the lake: all that commands have to know of it. */
export interface LakeTable extends TableDefinition {
  /** Each says whether it is a person's, which is what `erase` goes by. */
  readonly columns: readonly LakeColumn[];
  /**
   * The column of the day by whose partitions `retain` and `compact` go; null where the table is small and replaced as a
   * whole, so that both leave it.
   */
  readonly dayColumn: string | null;
  /** Whether rows are only ever added, so that data goes within a bracket alone, and what withholds rows is in its log. */
  readonly isAppendOnly: boolean;
  /** Whether every lake has it that ever took a file in; a table that came with a later version is made by the next run. */
  readonly isOriginal: boolean;
  /** Whether it is only made once there is something to write, so that a lake may never have it. */
  readonly isOptional?: boolean;
  /**
   * Opens it for writing: makes it where it is not, and brings it into the state that a writer expects. Null where it is made
   * only once there is something to write.
   */
  readonly prepare: (context: LakeContext, observer: CommitObserver) => Promise<Snapshot | null>;
}

/** Which columns of a table can tell whose a row is. */
export interface PersonColumns {
  /** Columns whose value names a person: by name, id or e-mail address. */
  readonly single: readonly string[];
  /** Columns that hold a JSON list of such values. */
  readonly lists: readonly string[];
  /** Columns of free text, in which a person may be mentioned although no column names them. */
  readonly freeText: readonly string[];
}

/** Those columns, as the table's columns say. */
export function personColumns({ columns }: Pick<LakeTable, 'columns'>): PersonColumns {
  const namesOf = (isWanted: (column: LakeColumn) => boolean) => columns.filter(isWanted).map(({ name }) => name);
  const names = ({ person }: LakeColumn) => person === 'name' || person === 'id';
  return {
    single: namesOf((column) => names(column) && !column.list),
    lists: namesOf((column) => names(column) && column.list),
    freeText: namesOf(({ person }) => person === 'mentioned'),
  };
}
