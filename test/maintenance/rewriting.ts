import { EVENT_FILE_COLUMNS } from '../../src/events/columns.ts';
import { EVENT_TABLE_COLUMNS } from '../../src/events/index.ts';
import { type Codec, ParquetFile, snappy } from '../../src/parquet/index.ts';
import { inReadingOrder, type RewriteOptions, Rewriter } from '../../src/rewrite/rewriter.ts';
import { appendersOf, REWRITTEN_COLUMNS } from '../../src/rewrite/target.ts';
import { type AddFile, auditEventsProperties, type Snapshot } from '../../src/table/index.ts';
import { schemaString } from '../../src/table/schema.ts';
import { type Row, readWithArrow, type Value } from '../parquet/readers.ts';
import { EVENTS, HOST } from '../support/lake.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';

export const DAY = '2026-03-01';

/** A row with the columns that none may lack. `uid` is up to 32 hex digits. */
export function eventRow(uid: string, rest: Row = {}): Row {
  const empty = Object.fromEntries(EVENT_FILE_COLUMNS.map(({ name }) => [name, null]));
  const required = { event_uid: uid.padStart(32, '0'), event_time: 1_772_323_200_000_000n, code: 92042, message: '' };
  return { ...empty, ...required, ...rest };
}

/** A data file of these rows, as our encoder lays out what it rewrites. */
export function encode(rows: readonly Row[], codec: Codec = snappy): Uint8Array {
  const file = new ParquetFile(REWRITTEN_COLUMNS, codec);
  const appenders = appendersOf(file);
  for (const row of rows) {
    for (const [index, { name }] of REWRITTEN_COLUMNS.entries()) appenders[index]!(held(row[name] ?? null));
    file.endRow();
  }
  return Uint8Array.from(file.finish().bytes);
}

/** What an appender takes, holding one value. */
function held(value: Value): Parameters<ReturnType<typeof appendersOf>[number]>[0] {
  if (value === null) return null;
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.alloc(0);
  return { isNull: false, bytes, start: 0, end: bytes.length, number: Number(value) };
}

/** A table of these data files, which belong to one day; no log says so. */
export function tableOf(storage: MemoryStorage, files: readonly Uint8Array[], rest: Partial<AddFile> = {}): Snapshot {
  const live = files.map((bytes, index): AddFile => {
    const path = `event_date=${DAY}/file-${index}.parquet`;
    storage.put(`${EVENTS}/${path}`, bytes);
    const common = { partitionValues: { event_date: DAY }, modificationTime: 0, dataChange: true };
    return { path, size: bytes.length, ...common, ...rest };
  });
  return {
    path: EVENTS,
    version: 0,
    protocol: { minReaderVersion: 1, minWriterVersion: 2 },
    metadata: {
      id: 'x',
      format: { provider: 'parquet', options: {} },
      schemaString: schemaString(EVENT_TABLE_COLUMNS),
      partitionColumns: ['event_date'],
      configuration: auditEventsProperties,
    },
    files: new Map(live.map((file) => [file.path, file])),
    transactions: new Map(),
    tombstones: new Map(),
  };
}

/** Rewrites all files of the table into new ones and reads those with arrow-rs, in their order. */
export async function rewritten(
  storage: MemoryStorage,
  snapshot: Snapshot,
  options: Partial<RewriteOptions> = {},
): Promise<Row[]> {
  const rewriter = new Rewriter({ storage, host: HOST }, snapshot, { eventDate: DAY, codec: snappy, ...options });
  for (const file of inReadingOrder(snapshot.files.values())) await rewriter.addFile(file);
  const files = await rewriter.finish();
  return files.flatMap(({ add }) => readWithArrow(storage.content(`${EVENTS}/${add.path}`)));
}
