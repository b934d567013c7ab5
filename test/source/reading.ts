import {
  BAD,
  END,
  type ExportReader,
  NEED_INPUT,
  openExport,
  type Recognised,
  type ROW,
  type SourceSettings,
} from '../../src/source/index.ts';

export const LANDED_AT = Date.UTC(2026, 5, 1);

export const SETTINGS: SourceSettings = {
  header: true,
  columns: [],
  columnAliases: {},
  encoding: 'auto',
  delimiter: 'auto',
  timeFormat: 'auto',
  timeZone: 'UTC',
  classicLine: 'auto',
  maxRecordBytes: 4 * 2 ** 20,
  maxFileBytes: 2 ** 36,
  maxCompressionRatio: 1000,
  maxRecords: 1_100_000,
  maxDays: 4000,
  maxFrames: 20_000,
  maxEntries: 1000,
  maxWindowBytes: 2 ** 27,
};

/** What the reader said of one record, copied out of its buffer. */
export interface Reading {
  readonly number: number;
  readonly offset: number;
  readonly raw: string;
  readonly truncated: boolean;
  readonly reason?: string;
  readonly micros?: number;
  readonly note?: number;
  readonly time?: string;
  readonly code?: number;
  readonly message?: string;
  /** undefined where the file has no such column. */
  readonly actorName?: string | undefined;
  readonly actorId?: string | undefined;
  readonly extras?: Readonly<Record<string, string>>;
}

export async function* chunksOf(bytes: Uint8Array, sizes: Iterable<number>): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    if (at >= bytes.length) return;
    yield bytes.subarray(at, at + size);
    at += size;
  }
  if (at < bytes.length) yield bytes.subarray(at);
}

/** Reads a whole file. Raw text is given as Latin-1, one character per byte. */
export async function read(
  file: string | Uint8Array | AsyncIterable<Uint8Array> | (() => AsyncIterable<Uint8Array>),
  settings: Partial<SourceSettings> = {},
  landedAt = LANDED_AT,
  path = 'raw/export.csv',
  recorded: readonly Recognised[] | null = null,
) {
  const open = (): AsyncIterable<Uint8Array> => {
    if (typeof file === 'function') return file();
    return typeof file === 'string' || file instanceof Uint8Array ? chunksOf(Buffer.from(file), []) : file;
  };
  const reader = await openExport({ path, landedAt, open }, { ...SETTINGS, ...settings }, recorded);
  const readings: Reading[] = [];
  for (let found = reader.next(); found !== END; found = reader.next()) {
    if (found === NEED_INPUT) await reader.fill();
    else readings.push(readingOf(reader, found));
  }
  const { header, parts, readSince, counts, recognised, leftOut = [] } = reader;
  return { readings, header, parts, readSince, counts, recognised, leftOut };
}

/** The record read last, copied out of the buffer. */
export function readingOf(reader: ExportReader, found: typeof ROW | typeof BAD): Reading {
  const { bytes, row } = reader;
  const cell = (start: number, end: number) => (start < 0 ? undefined : bytes.toString('utf8', start, end));
  const place = {
    number: row.number,
    offset: row.offset,
    raw: bytes.toString('latin1', row.rawStart, row.rawEnd),
    truncated: row.rawTruncated,
  };
  if (found === BAD) return { ...place, reason: reader.reason };
  return {
    ...place,
    micros: row.timeMicros,
    note: row.timeNote,
    time: bytes.toString('utf8', row.timeStart, row.timeEnd),
    code: row.code,
    message: bytes.toString('utf8', row.messageStart, row.messageEnd),
    actorName: cell(row.actorNameStart, row.actorNameEnd),
    actorId: cell(row.actorIdStart, row.actorIdEnd),
    extras: Object.fromEntries(
      reader.header.extras.map(({ name }, at) => [
        name,
        bytes.toString('utf8', row.extraStarts[at], row.extraEnds[at]),
      ]),
    ),
  };
}
