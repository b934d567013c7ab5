import { parseId } from '../events/index.ts';
import type { Storage } from '../storage/index.ts';
import type { AddFile } from '../table/index.ts';
import type { StoredRow } from './row.ts';
import { orUnrewritable, RewriteSource } from './source.ts';

/** An event of a table, as four words that are valid during the call, and the `ingest_id` of the raw file whose it is. */
interface Owned {
  readonly id: Uint32Array;
  readonly ingestId: string;
}

const WANTED: ReadonlySet<string> = new Set(['event_uid', 'ingest_id']);

/**
 * Calls `visit` with every event of a data file and whose it is.
 * @throws UnrewritableFile for content that is not understood, storage errors
 */
export async function ownersOf(
  storage: Storage,
  table: string,
  add: AddFile,
  visit: (owned: Owned) => void,
): Promise<void> {
  const id = new Uint32Array(4);
  const source = await RewriteSource.open(storage, table, add);
  await orUnrewritable(table, add.path, async () => {
    for await (const row of source.rowsOf(WANTED)) {
      while (row.next()) if (parseId(textOf(row, 'event_uid'), id)) visit({ id, ingestId: textOf(row, 'ingest_id') });
    }
  });
}

function textOf(row: StoredRow, column: string): string {
  return Buffer.from(row.text(column) ?? []).toString('utf8');
}
