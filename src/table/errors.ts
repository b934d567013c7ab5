/** Base of what goes wrong with a table; `table` is the table's lake path. */
export class TableError extends Error {
  readonly table: string;
  /** The message without the table. */
  readonly detail: string;

  constructor(table: string, detail: string, options?: ErrorOptions) {
    super(`Table ${table}: ${detail}`, options);
    this.name = new.target.name;
    this.table = table;
    this.detail = detail;
  }
}

/** The log cannot be relied on: a missing version, a line that cannot be read, a first commit without its actions. */
export class CorruptLog extends TableError {}

/** Other writers were first, time and again; the same goes in once they have gone quiet. */
export class LostRace extends TableError {}

/** The table asks for something this program does not do; the message names it and the way out. */
export class UnsupportedTable extends TableError {
  readonly feature: string;

  constructor(table: string, feature: string, detail: string) {
    super(table, detail);
    this.feature = feature;
  }
}

/** The table takes a newer version of this program; the message names it. Whoever only reads is not concerned. */
export class OutdatedProgram extends TableError {}

/** What was to be written breaks a rule of the protocol or of this lake: an error of the calling code. */
export class InvalidCommit extends TableError {}

/** The table's schema cannot become ours by adding to it; the message names the column and the way out. */
export class SchemaConflict extends TableError {}
