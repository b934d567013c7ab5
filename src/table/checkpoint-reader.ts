import { type FileMetaData, parquetMetadata, parquetSchema, type SchemaTree } from 'hyparquet';
import { DEFAULT_PARSERS, leafPages } from '../parquet/index.ts';
import { FileNotFound, type Storage } from '../storage/index.ts';
import type { Action } from './actions.ts';
import { actionsOf } from './checkpoint-actions.ts';
import { type ActionColumns, columnsOf } from './checkpoint-columns.ts';
import { SIDECAR, STATE_FIELDS, V2_FIELDS } from './checkpoint-schema.ts';
import { parsedStatistics } from './checkpoint-statistics.ts';
import { CorruptLog, UnsupportedTable } from './errors.ts';
import type { ListedCheckpoint } from './log.ts';
import { readLogFile } from './log-files.ts';
import { type Snapshot, stateOf } from './snapshot.ts';

/** Rows that the smallest file may claim beside those for which it has bytes, and entries of all columns for each row. */
const ALLOWANCE = 65_536;
const MOST_ENTRIES = 256;

/** What a checkpoint file holds. `rows` counts actions of other kinds in; `v2` if it leads to further files. */
export interface CheckpointContent {
  readonly actions: readonly Action[];
  readonly rows: number;
  readonly v2: boolean;
  /** Names of the further files. */
  readonly sidecars: readonly string[];
}

/**
 * The state that a checkpoint holds, whether or not its protocol lets this program read it. `rows`, if given, is how many actions it must have.
 * Source: Delta protocol, "Checkpoints".
 * @throws CorruptLog naming the file that cannot be relied on, UnsupportedTable, StorageError
 */
export async function readCheckpoint(
  storage: Storage,
  table: string,
  checkpoint: ListedCheckpoint,
  rows?: number,
): Promise<Snapshot> {
  const { version, kind, files } = checkpoint;
  const name = files[0] ?? '';
  if (kind === 'v2') throw refusal(table, name);
  const parts = await Promise.all(files.map((file) => readPart(storage, table, file)));
  if (parts.some(({ v2 }) => v2)) throw refusal(table, name);
  const found = parts.reduce((sum, part) => sum + part.rows, 0);
  if (rows !== undefined && found !== rows) {
    throw damage(table, name, `it has ${found} actions, and _last_checkpoint says ${rows}`);
  }
  const actions = parts.flatMap((part) => part.actions);
  for (const required of ['protocol', 'metaData']) {
    if (!actions.some((action) => required in action)) throw damage(table, name, `it has no ${required} action`);
  }
  try {
    return stateOf(table, version, actions);
  } catch (error) {
    if (error instanceof CorruptLog) throw damage(table, name, error.detail, error);
    throw error;
  }
}

/** @throws Error for bytes that are no checkpoint, or not all of one */
export function decodeCheckpoint(bytes: Uint8Array): CheckpointContent {
  const file = Uint8Array.from(bytes).buffer;
  const footer = parquetMetadata(file);
  checkExtent(footer, bytes.length);
  const actions: Action[] = [];
  const sidecars: string[] = [];
  let v2 = false;
  let rows = 0;
  for (const group of footer.row_groups) {
    const parsed = () => parsedStatistics(file, footer, group);
    const filled = new Uint8Array(Number(group.num_rows));
    for (const field of STATE_FIELDS) {
      const columns = columnsOf(file, footer, group, field);
      fill(filled, columns);
      for (const action of columns === null ? [] : actionsOf(field.name, columns, parsed)) actions.push(action);
    }
    v2 ||= V2_FIELDS.some((field) => hasRows(columnsOf(file, footer, group, field)));
    for (const path of columnsOf(file, footer, group, SIDECAR)?.values['path'] ?? []) {
      if (typeof path === 'string') sidecars.push(path);
    }
    rows += Number(group.num_rows);
  }
  return { actions, rows, v2, sidecars };
}

/**
 * Goes through all pages of a Parquet file's columns, whoever reads them afterwards: a reader that believes what a page
 * claims of itself could be kept busy for ever. @throws Error for pages that cannot be decoded
 */
export function checkPages(file: ArrayBuffer, footer: FileMetaData): void {
  checkExtent(footer, file.byteLength);
  const leaves = leavesOf([parquetSchema(footer)]);
  for (const { columns } of footer.row_groups) {
    for (const [index, { meta_data: chunk }] of columns.entries()) {
      const path = leaves[index];
      if (chunk === undefined || path === undefined) throw new Error('a row group has other columns than the schema');
      for (const _ of leafPages(file, path, chunk, DEFAULT_PARSERS));
    }
  }
}

function leavesOf(path: readonly SchemaTree[]): readonly (readonly SchemaTree[])[] {
  const children = path.at(-1)?.children ?? [];
  return children.length === 0 ? [path] : children.flatMap((child) => leavesOf([...path, child]));
}

async function readPart(storage: Storage, table: string, file: string): Promise<CheckpointContent> {
  try {
    const bytes = await readLogFile(storage, table, file, 'checkpoint');
    try {
      return decodeCheckpoint(bytes);
    } catch (error) {
      throw damage(table, file, error instanceof Error ? error.message : String(error), error);
    }
  } catch (error) {
    if (error instanceof FileNotFound) throw damage(table, file, 'it was listed and is gone', error);
    throw error;
  }
}

/**
 * Refuses a file that claims more than its bytes can hold, before memory is taken for it: every row has a path or a name
 * of its own, and a row has few entries in maps and lists.
 */
function checkExtent({ row_groups: groups, num_rows: stated }: FileMetaData, size: number): void {
  const rows = groups.map((group) => Number(group.num_rows));
  const sum = rows.reduce((total, count) => total + count, 0);
  if (rows.some((count) => count < 0) || sum !== Number(stated)) {
    throw new Error(`its row groups hold ${sum} of ${stated} rows`);
  }
  if (sum > ALLOWANCE + size) throw new Error(`it claims ${sum} rows, more than its ${size} bytes can hold`);
  const entries = groups.flatMap(({ columns }) => columns.map(({ meta_data }) => Number(meta_data?.num_values ?? 0)));
  const most = MOST_ENTRIES * (ALLOWANCE + size);
  const total = entries.reduce((all, count) => all + count, 0);
  if (entries.some((count) => count < 0) || total > most) {
    throw new Error(`it claims ${total} entries, more than its ${size} bytes can hold`);
  }
}

/** Marks the rows that hold an action of one kind. @throws Error where one holds two */
function fill(filled: Uint8Array, columns: ActionColumns | null): void {
  for (let row = 0; row < (columns?.rows ?? 0); row++) {
    if (!columns?.isThere(row)) continue;
    if (filled[row] !== 0) throw new Error('a row holds two actions');
    filled[row] = 1;
  }
}

function hasRows(columns: ActionColumns | null): boolean {
  return Array.from({ length: columns?.rows ?? 0 }).some((_, row) => columns?.isThere(row));
}

function damage(table: string, file: string, detail: string, cause?: unknown): CorruptLog {
  const wayOut = 'restore it from a copy before anything is written';
  return new CorruptLog(table, `the checkpoint ${file} cannot be relied on: ${detail}; ${wayOut}`, { cause });
}

function refusal(table: string, file: string): UnsupportedTable {
  const detail = `the checkpoint ${file} is of the second kind, which this program does not read`;
  const wayOut = 'drop the feature with the engine that switched it on (ALTER TABLE … DROP FEATURE v2Checkpoint)';
  return new UnsupportedTable(table, 'v2Checkpoint', `${detail}; ${wayOut}`);
}
