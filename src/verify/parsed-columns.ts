import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import { DECOMPRESSORS } from '../parquet/index.ts';
import { CorruptLog, checkPages } from '../table/index.ts';

/** The columns of a checkpoint that repeat a file's texts in types. */
const PARSED = ['stats_parsed', 'partitionValues_parsed'] as const;

/** What a checkpoint says of a file in columns of their own types. */
export interface ParsedFile {
  readonly path: string;
  readonly statistics: Readonly<Record<string, unknown>> | null;
  readonly partition: Readonly<Record<string, unknown>> | null;
}

/**
 * The files of a checkpoint with what its parsed columns say of them; none where it has no such columns. The bytes must
 * have been read as a checkpoint before, so that they are known to be one.
 * Source: Delta protocol, "Checkpoint Schema".
 * @throws CorruptLog
 */
export async function parsedFiles(table: string, file: string, bytes: Uint8Array): Promise<readonly ParsedFile[]> {
  const buffer = Uint8Array.from(bytes).buffer;
  const metadata = parquetMetadata(buffer);
  const add = parquetSchema(metadata).children.find(({ element }) => element.name === 'add');
  const names = new Set(add?.children.map(({ element }) => element.name));
  if (!PARSED.some((name) => names.has(name))) return [];
  try {
    checkPages(buffer, metadata);
    const rows = await parquetReadObjects({ file: buffer, metadata, columns: ['add'], compressors: DECOMPRESSORS });
    return rows.flatMap(({ add: found }) => {
      if (!isObject(found) || typeof found['path'] !== 'string') return [];
      const [statistics, partition] = PARSED.map((name) => (isObject(found[name]) ? found[name] : null));
      return [{ path: decoded(found['path']), statistics: statistics ?? null, partition: partition ?? null }];
    });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new CorruptLog(table, `the parsed columns of ${file} cannot be read: ${detail}`, { cause: error });
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
