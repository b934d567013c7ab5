import { parquetReadObjects } from 'hyparquet';
import { type ColumnSpec, type ColumnType, DECOMPRESSORS, ParquetFile, snappy } from '../parquet/index.ts';
import { COVERAGE_TABLE, type LakeContext, type Storage, sha256Hex } from '../storage/index.ts';
import {
  type AddFile,
  commitWithRetries,
  createTable,
  fileStatistics,
  openTable,
  type Snapshot,
  tableProperties,
} from '../table/index.ts';
import { afterCommit, type CommitObserver } from './after-commit.ts';
import { readDataFile } from './data-file-reading.ts';
import { removalOf } from './data-files.ts';
import type { LakeColumn, LakeTable } from './lake-table.ts';
import type { ComparisonRecord } from './record-schema.ts';
import { comparisonInfo } from './record-writing.ts';

/**
 * How well it is known that the table has all of an hour, best first: its count is the source's, or all that differs is explained;
 * two exports of it that overlap agree; one export covers it; none does; and, worst, its count is not the source's and nothing
 * explains that.
 */
export const COVERAGE_STATES = ['reconciled', 'corroborated', 'single_source', 'unknown', 'differs'] as const;
export type CoverageState = (typeof COVERAGE_STATES)[number];

/** One row of audit_coverage. Times in milliseconds since 1970. */
export interface CoverageRow {
  readonly instance: string | null;
  readonly hour_start: number;
  /** The first instant that is no part of it. */
  readonly hour_end: number;
  readonly code: number | null;
  readonly source_count: number | null;
  readonly lake_count: number;
  readonly explained: number;
  readonly difference: number | null;
  readonly state: CoverageState;
  /** JSON text. */
  readonly explanation: string | null;
  readonly heal: string | null;
  readonly counts_file: string | null;
  readonly counts_sha256: string | null;
  readonly counted_at: number | null;
  readonly judged_at: number;
  readonly table_version: number;
}

const column = (name: keyof CoverageRow, type: ColumnType, comment: string, required = false) => ({
  name,
  type,
  comment,
  required,
});

const COLUMNS = [
  column('instance', 'string', 'Which Nexthink tenant, from the settings.'),
  column('hour_start', 'timestamp', 'When the hour begins, as Nexthink cuts hours: in its own zone.', true),
  column('hour_end', 'timestamp', 'When it ends. Hours that share a local time when clocks go back are one.', true),
  column(
    'code',
    'int32',
    'The audit code; null in the row of all codes of the hour. Only codes that differ have a row.',
  ),
  column('source_count', 'int64', 'Events that Nexthink counted; null where it was not asked about the hour.'),
  column('lake_count', 'int64', 'Events that the table had.', true),
  column('explained', 'int64', 'Events of the difference that are explained.', true),
  column('difference', 'int64', 'Events that nothing explains: above 0 the table lacks them, below 0 Nexthink does.'),
  column('state', 'string', 'reconciled, corroborated, single_source, unknown or differs.', true),
  column('explanation', 'string', 'JSON array of what explains or may have caused a difference: kind, count, files.'),
  column('heal', 'string', 'The command that heals it; null where nothing is to be done.'),
  column('counts_file', 'string', 'Lake path of the counts that it was compared with.'),
  column('counts_sha256', 'string', 'SHA-256 of that file.'),
  column('counted_at', 'timestamp', 'When that file landed.'),
  column('judged_at', 'timestamp', 'When it was compared.', true),
  column('table_version', 'int64', 'The version of audit_events that it was compared with.', true),
] as const;

const SPECS: readonly ColumnSpec[] = COLUMNS.map(({ name, type, required }) => ({
  name,
  type,
  required,
  encoding: type === 'string' ? 'dictionary' : 'plain',
  compressed: true,
}));

const TABLE_TYPES = { string: 'string', int32: 'integer', int64: 'long', timestamp: 'timestamp' } as const;

/** The columns of audit_coverage as the Delta table declares them: numbers of events, and nothing of a person's. */
export const COVERAGE_TABLE_COLUMNS: readonly LakeColumn[] = COLUMNS.map(({ name, type, required, comment }) => ({
  name,
  type: TABLE_TYPES[type],
  nullable: !required,
  comment,
  person: 'none',
  list: false,
}));

/** The comparisons with what Nexthink counted, as a table: made by the first of them, and replaced as a whole by each. */
export const COVERAGE = {
  name: 'audit_coverage',
  path: COVERAGE_TABLE,
  columns: COVERAGE_TABLE_COLUMNS,
  partitionColumns: [],
  dayColumn: null,
  configuration: tableProperties({ appendOnly: false, statisticsColumns: ['hour_start'] }),
  isAppendOnly: false,
  isOriginal: false,
  isOptional: true,
  prepare: async ({ storage }) => await openTable(storage, COVERAGE_TABLE),
} as const satisfies LakeTable;

/**
 * Replaces the rows of audit_coverage by one commit; the first makes the table.
 * @param judge the rows that it is to hold, from those that it holds; asked again where somebody else was first
 * @throws LostRace, UnreadableDataFile, storage errors
 */
export async function replaceCoverage(
  context: LakeContext,
  comparison: ComparisonRecord,
  judge: (before: readonly CoverageRow[]) => readonly CoverageRow[],
  observer: CommitObserver = {},
): Promise<Snapshot> {
  const { storage, host } = context;
  const found = await createTable(context, COVERAGE);
  let written: string | null = null;
  const discard = async (): Promise<void> => {
    if (written !== null) await storage.delete(written).catch(() => undefined);
  };
  const { snapshot } = await commitWithRetries(context, found, {
    subject: 'writing down a comparison',
    discard,
    next: async (current) => {
      await discard();
      const file = coverageFile(judge(await coverageRows(storage, current)));
      const path = `part-00000-${host.randomId()}.snappy.parquet`;
      written = `${current.path}/${path}`;
      await storage.create(written, file.bytes);
      const stats = fileStatistics(current.metadata, file.rows, file.statistics);
      const now = host.now();
      const attempt = { now, txnId: host.randomId() };
      const named = { path, rows: file.rows, sha256: sha256Hex(file.bytes) };
      const add: AddFile = {
        ...{ path, partitionValues: {}, size: file.bytes.length },
        ...{ modificationTime: now, dataChange: true, stats },
      };
      return {
        actions: [
          { commitInfo: comparisonInfo(current, attempt, comparison, named) },
          ...[...current.files.values()].map((old) => removalOf(old, now, true)),
          { add },
        ],
      };
    },
  });
  await afterCommit(context, snapshot, observer);
  return snapshot;
}

/** The rows of audit_coverage, in their order. @throws UnreadableDataFile, storage errors */
export async function coverageRows(
  storage: Storage,
  { path: table, files }: Pick<Snapshot, 'path' | 'files'>,
): Promise<CoverageRow[]> {
  const rows: CoverageRow[] = [];
  for (const add of files.values()) {
    const read = await readDataFile(storage, table, add, (file) =>
      parquetReadObjects({ file, compressors: DECOMPRESSORS }),
    );
    for (const row of read) rows.push(asRow(row));
  }
  return rows;
}

/** The rows as a Parquet file: the same rows give the same bytes. */
function coverageFile(rows: readonly CoverageRow[]) {
  const file = new ParquetFile(SPECS, snappy);
  for (const row of rows) {
    for (const { name, type } of COLUMNS) {
      const value = row[name];
      if (typeof value === 'number') file.number(name).append(type === 'timestamp' ? value * 1000 : value);
      else if (value !== null) {
        const bytes = Buffer.from(value, 'utf8');
        file.text(name).append(bytes, 0, bytes.length);
      }
    }
    file.endRow();
  }
  return file.finish();
}

function asRow(read: Readonly<Record<string, unknown>>): CoverageRow {
  return Object.fromEntries(COLUMNS.map(({ name }) => [name, plain(read[name])])) as unknown as CoverageRow;
}

/** Another engine may have written a value in another width. */
function plain(value: unknown): string | number | null {
  if (value instanceof Date) return value.getTime();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
