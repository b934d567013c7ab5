import { type LakeTableName, rowsOf, TABLES } from '../lake/index.ts';
import { digestOf, forEachParallel, type Storage, StorageFault } from '../storage/index.ts';
import type { Counts, Findings } from './findings.ts';
import type { LiveFile, ReplayedState } from './replayed-state.ts';
import { unlessUnread } from './unread-files.ts';

const PARALLEL_FILES = 8;

/** As what the rows of each table are counted: a table that is not here does not compile. */
const COUNTERS: Readonly<Record<LakeTableName, keyof Counts>> = {
  audit_events: 'rows',
  audit_codes: 'rows_of_codes',
  audit_coverage: 'rows_of_coverage',
};
const COUNTED_AS: ReadonlyMap<string, keyof Counts> = new Map(
  Object.values(TABLES).map(({ path, name }) => [path, COUNTERS[name]]),
);

/**
 * Reads every live data file: it must have the size and, where a commit of ours named it, the SHA-256 recorded; of another
 * engine's file the footer must say as many rows as the log does.
 */
export async function checkDataFiles(
  storage: Storage,
  table: string,
  { files }: ReplayedState,
  findings: Findings,
  onFile: () => void,
): Promise<void> {
  await forEachParallel(files.values(), PARALLEL_FILES, async (file) => {
    await checkFile(storage, table, file, findings);
    onFile();
  });
}

async function checkFile(storage: Storage, table: string, file: LiveFile, findings: Findings): Promise<void> {
  const { add, rows, sha256 } = file;
  const where = `${table}/${add.path}`;
  const found = await unlessUnread(where, findings, async () => (await digestOf(storage, where)) ?? 'missing');
  if (found === null) return;
  if (found === 'missing') {
    findings.problem(
      'data_file_missing',
      where,
      'the table needs this file, and it is not there; restore it from a copy',
    );
    return;
  }
  const { counts } = findings;
  counts.data_files++;
  counts.data_bytes += found.size;
  const counted = COUNTED_AS.get(table);
  if (counted !== undefined) counts[counted] += rows ?? 0;
  if (found.size !== add.size) {
    const text = `expected ${add.size} bytes, found ${found.size}; restore it from a copy`;
    findings.problem('data_file_altered', where, text);
  } else if (sha256 !== null && found.sha256 !== sha256) {
    const text = `expected content with SHA-256 ${sha256}, found ${found.sha256}; restore it from a copy`;
    findings.problem('data_file_altered', where, text);
  } else if (sha256 === null) await checkFooter(storage, table, file, findings);
}

async function checkFooter(
  storage: Storage,
  table: string,
  { add, rows }: LiveFile,
  findings: Findings,
): Promise<void> {
  const where = `${table}/${add.path}`;
  const { stats: _, ...withoutStatistics } = add;
  try {
    const found = await rowsOf(storage, table, withoutStatistics);
    if (rows === null || found === rows) return;
    findings.problem(
      'data_file_altered',
      where,
      `the log says ${rows} rows, its footer ${found}; restore it from a copy`,
    );
  } catch (error) {
    if (error instanceof StorageFault) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    findings.problem('data_file_altered', where, `it is no Parquet file that can be read: ${reason}`);
  }
}
