import { FileNotFound, readAll, type Storage } from '../storage/index.ts';
import { readLogFile } from '../table/index.ts';
import { BrokenEvidence, decodeEvidence, type Evidence, evidenceFolder, evidencePath } from './record.ts';

/** Files read at the same time: on a remote store one read is mostly waiting. */
export const PARALLEL_READS = 16;

const NAME = /^(\d{20})\.json$/;

/**
 * The evidence of one version; null if there is none.
 * @throws BrokenEvidence, StorageError
 */
export async function readEvidence(storage: Storage, table: string, version: number): Promise<Evidence | null> {
  const bytes = await evidenceBytes(storage, table, version);
  return bytes === null ? null : decodeEvidence(table, version, bytes);
}

/** The bytes of the evidence of one version; null if there is none. */
export function evidenceBytes(storage: Storage, table: string, version: number): Promise<Uint8Array | null> {
  return logContentOf(storage, table, evidencePath(table, version));
}

/** The versions that have evidence, in their order. A file put there by somebody may name any up to 10^20. */
export async function* evidenceVersions(storage: Storage, table: string): AsyncGenerator<number> {
  const folder = evidenceFolder(table);
  // What is no file is missing to whoever reads it.
  for await (const { path } of storage.list(folder, { onFault: () => undefined })) {
    const [, digits] = NAME.exec(path.slice(folder.length)) ?? [];
    if (digits !== undefined) yield Number(digits);
  }
}

/**
 * The evidence of a table from version 0 on, each linked to the one before; nothing where there is none. `table` is the
 * table's lake path.
 * @throws BrokenEvidence at the first that is missing, cannot be read, or does not follow from the one before
 */
export async function* readChain(storage: Storage, table: string): AsyncGenerator<Evidence> {
  let previous: string | null = null;
  let expected = 0;
  for await (const batch of batches(withoutGaps(evidenceVersions(storage, table)))) {
    const read = await Promise.allSettled(batch.map((version) => readEvidence(storage, table, version)));
    for (const result of read) {
      if (result.status === 'rejected') throw result.reason;
      const evidence = result.value;
      if (evidence === null) {
        const detail = `${evidencePath(table, expected)} is missing, and there is evidence of a later version`;
        throw new BrokenEvidence(table, `${detail}; restore it from a copy`);
      }
      if (evidence.previous !== previous) {
        const detail = `${evidencePath(table, expected)} does not follow from the evidence before it`;
        throw new BrokenEvidence(table, `${detail}; run verify, which says what was changed`);
      }
      yield evidence;
      previous = evidence.sha256;
      expected++;
    }
  }
}

/** The content of a commit or of evidence; null if there is none. @throws CorruptLog for one that is too large */
export async function logContentOf(storage: Storage, table: string, path: string): Promise<Uint8Array | null> {
  try {
    return await readLogFile(storage, table, path);
  } catch (error) {
    if (error instanceof FileNotFound) return null;
    throw error;
  }
}

/** The content of a file; null if there is none. */
export async function contentOf(storage: Storage, path: string): Promise<Uint8Array | null> {
  try {
    return await readAll(storage, path);
  } catch (error) {
    if (error instanceof FileNotFound) return null;
    throw error;
  }
}

/** All versions up to the last: a listing may miss a file that came while it ran, so only a failed read proves a gap. */
async function* withoutGaps(listed: AsyncIterable<number>): AsyncGenerator<number> {
  let next = 0;
  for await (const version of listed) for (; next <= version; next++) yield next;
}

async function* batches<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < PARALLEL_READS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
