import { createInterface } from 'node:readline';
import { parquetReadObjects } from 'hyparquet';
import { rangesOf } from '../../src/lake/data-file-reading.ts';
import { DECOMPRESSORS } from '../../src/parquet/decompression.ts';
import { parseSettings } from '../../src/settings/index.ts';
import { FileNotFound, InvalidPath, localStorage, type Storage } from '../../src/storage/index.ts';
import { openTable, TableError } from '../../src/table/index.ts';
import { verifyLake } from '../../src/verify/index.ts';

/**
 * Answers for the log's fuzzer, one line of JSON for each line `{"read": LAKE}` or `{"verify": LAKE}`: one process for
 * thousands of lakes.
 */
const EVENTS = 'curated/audit_events';
const settings = parseSettings({ environment: {}, options: { lake: 'unused' } });

/** Every row that this program takes for part of the table, as id and day. */
async function rowsOf(storage: Storage): Promise<string[]> {
  const snapshot = await openTable(storage, EVENTS);
  const rows: string[] = [];
  for (const { path, size, partitionValues } of snapshot?.files.values() ?? []) {
    const file = rangesOf(storage, `${EVENTS}/${path}`, size);
    const found = await parquetReadObjects({ file, columns: ['event_uid'], compressors: DECOMPRESSORS });
    for (const { event_uid: id } of found) rows.push(`${id} ${partitionValues['event_date']}`);
  }
  return rows.sort();
}

async function answer({ read, verify }: { readonly read?: string; readonly verify?: string }): Promise<object> {
  if (verify !== undefined) {
    const { problems } = await verifyLake(localStorage(verify), settings, { deep: false, head: null });
    return { problems: problems.map(({ kind, where }) => `${kind} ${where}`) };
  }
  try {
    return { rows: await rowsOf(localStorage(read ?? '')) };
  } catch (error) {
    // Whatever else is thrown is a fault of this program, and says so by its kind.
    const isRefusal = [TableError, FileNotFound, InvalidPath].some((kind) => error instanceof kind);
    return { [isRefusal ? 'refused' : 'failed']: error instanceof Error ? error.message : String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  let said: object;
  try {
    said = await answer(JSON.parse(line));
  } catch (error) {
    said = { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
