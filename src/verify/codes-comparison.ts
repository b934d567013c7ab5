import { isDeepStrictEqual } from 'node:util';
import { parquetReadObjects } from 'hyparquet';
import { CATALOGUE_ORDER, CATALOGUE_VERSION } from '../catalogue/index.ts';
import { codesFile, publishedCatalogue } from '../lake/index.ts';
import { DECOMPRESSORS } from '../parquet/index.ts';
import { FileNotFound, readAll, type Storage, StorageError } from '../storage/index.ts';
import type { Findings } from './findings.ts';
import type { CheckedTable } from './table-checks.ts';
import { isUnread } from './unread-files.ts';

/** Compares audit_codes with the catalogue row by row, where it says that it holds the catalogue of today. */
export async function compareCodes(
  storage: Storage,
  { table, state: { files, transactions } }: CheckedTable,
  findings: Findings,
): Promise<void> {
  if (files.size === 0) return;
  const published = publishedCatalogue({ transactions }, { version: CATALOGUE_VERSION, order: CATALOGUE_ORDER });
  if (published !== 'same') {
    const text =
      published === 'newer'
        ? 'it holds a newer catalogue than this program has; verify it with a newer version of this program'
        : 'it holds another catalogue than that of today; the next ingest renews it';
    findings.note('other_catalogue', `${table}/`, text);
    return;
  }
  const expected = await rowsOf(codesFile().bytes);
  const found = new Map<string, readonly Readonly<Record<string, unknown>>[]>();
  for (const path of files.keys()) {
    // What is missing has been reported.
    const rows = await storedRows(storage, `${table}/${path}`, findings);
    if (rows === null) return;
    for (const row of rows) found.set(keyOf(row), [...(found.get(keyOf(row)) ?? []), row]);
  }
  const right = Map.groupBy(expected, keyOf);
  const wrong = [...new Set([...right.keys(), ...found.keys()])].filter(
    (key) => !isDeepStrictEqual(right.get(key) ?? [], found.get(key) ?? []),
  );
  if (wrong.length === 0) return;
  findings.problem('row_differs', `${table}/`, `rows are other than in the catalogue: codes ${wrong.join(', ')}`);
}

/** What one row of the catalogue is known by: `90211`, or `portal 20101`. */
function keyOf({ source_system: system, code }: Readonly<Record<string, unknown>>): string {
  return system === undefined || system === 'infinity' ? String(code) : `${system} ${code}`;
}

async function storedRows(storage: Storage, path: string, findings: Findings) {
  try {
    return await rowsOf(await readAll(storage, path));
  } catch (error) {
    if (error instanceof FileNotFound || isUnread(error)) return null;
    if (error instanceof StorageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    findings.note('not_checked', path, `its rows cannot be compared with the catalogue: ${reason}`);
    return null;
  }
}

/** Rows by their values: another engine may store a number in another width, or leave out what is null everywhere. */
async function rowsOf(bytes: Uint8Array): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const rows = await parquetReadObjects({ file: Uint8Array.from(bytes).buffer, compressors: DECOMPRESSORS });
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).flatMap(([name, value]) => (value == null ? [] : [[name, plain(value)] as const])),
    ),
  );
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
