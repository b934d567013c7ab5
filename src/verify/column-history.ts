import { commitPath, type Metadata, schemaColumns } from '../table/index.ts';
import type { Findings } from './findings.ts';

/** A column as it was when it came. */
interface Column {
  readonly type: string;
  /** Where it was taken away or changed, last. */
  where?: string;
}

/** Follows the columns of a table through its commits: they are only ever added. */
export class ColumnHistory {
  readonly #table: string;
  readonly #columns = new Map<string, Column>();
  #partitioning: Column | null = null;

  constructor(table: string) {
    this.#table = table;
  }

  /** Takes in the metadata of a version. */
  change(version: number, metadata: Metadata): void {
    const where = commitPath(this.#table, version);
    const found = schemaColumns(metadata.schemaString);
    for (const [name, column] of this.#columns) if (found.get(name) !== column.type) column.where = where;
    for (const [name, type] of found) if (!this.#columns.has(name)) this.#columns.set(name, { type });
    const type = metadata.partitionColumns.join();
    this.#partitioning ??= { type };
    if (this.#partitioning.type !== type) this.#partitioning.where = where;
  }

  /** Says which columns the table lacks, or has with another type: what was put back is no fault any more. */
  finish(metadata: Metadata, findings: Findings): void {
    const found = schemaColumns(metadata.schemaString);
    const wayOut = 'what readers see of rows that are there is no longer what was written; change it back';
    for (const [name, { type, where }] of this.#columns) {
      const now = found.get(name);
      if (now === type || where === undefined) continue;
      const text = now === undefined ? `column ${name} was taken away` : `column ${name} was ${type} and became ${now}`;
      findings.problem('columns_changed', where, `${text}; ${wayOut}`);
    }
    const { type = '', where } = this.#partitioning ?? {};
    if (where === undefined || type === metadata.partitionColumns.join()) return;
    const text = `the table was partitioned by [${type}] and became partitioned by [${metadata.partitionColumns.join()}]`;
    findings.problem('columns_changed', where, `${text}; ${wayOut}`);
  }
}
