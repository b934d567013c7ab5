import { openTables } from '../ingest/index.ts';
import type { Settings } from '../settings/index.ts';
import { openLake } from '../storage/index.ts';
import { connect } from './duckdb.ts';
import { EXIT_DONE } from './exit.ts';
import { folderOfLiveFiles } from './lake-cache.ts';
import { textTable } from './text-table.ts';
import { UsageError } from './usage-error.ts';

const INTEGER = /^U?(BIGINT|HUGEINT)$/;
const NUMERIC = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|U\w+INT|FLOAT|DOUBLE|DECIMAL.*)$/;

/** Runs one SQL statement over the views audit_events and audit_codes and prints its result. */
export async function queryCommand(settings: Settings, sql: string, json: boolean): Promise<number> {
  const { lake } = settings;
  const storage = openLake(settings);
  const tables = await openTables(storage);
  if (tables === null) {
    throw new UsageError(`there is no table in ${lake} yet; make one with: audit-lake ingest FILE --lake ${lake}`);
  }
  const folder = await folderOfLiveFiles(lake, storage, tables, (text) => process.stderr.write(`${text}\n`));
  const connection = await connect(folder, tables);
  try {
    const reader = await connection.runAndReadAll(sql).catch((error: unknown) => {
      throw new UsageError(
        `${error instanceof Error ? error.message : String(error)}\nviews: audit_events, audit_codes`,
      );
    });
    const integers = reader.columnTypes().map((type) => INTEGER.test(String(type)));
    const rows = reader.getRowsJson().map((row) => row.map((value, column) => plain(value, integers[column] ?? false)));
    const names = reader.deduplicatedColumnNames();
    if (json) {
      const objects = rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])));
      process.stdout.write(`${JSON.stringify(objects)}\n`);
    } else {
      const numeric = reader.columnTypes().map((type) => NUMERIC.test(String(type)));
      process.stdout.write(
        `${textTable(
          names,
          rows.map((row) => row.map(cell)),
          numeric,
        )}\n`,
      );
      process.stdout.write(`${rows.length} ${rows.length === 1 ? 'row' : 'rows'}\n`);
    }
    return EXIT_DONE;
  } finally {
    connection.closeSync();
  }
}

/** DuckDB gives 64-bit numbers as text; those that a JSON number holds exactly become one. */
function plain(value: unknown, integer: boolean): unknown {
  return integer && typeof value === 'string' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '∅';
  return typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
