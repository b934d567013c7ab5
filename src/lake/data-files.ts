import type { DuePartition, Partitions } from '../events/index.ts';
import type { FinishedFile } from '../parquet/index.ts';
import { type LakeContext, type Storage, sha256Hex } from '../storage/index.ts';
import { type Action, type AddFile, fileStatistics, type Metadata, type Snapshot } from '../table/index.ts';

/** A data file that was published; it belongs to the table once a commit names it. */
export interface DataFile {
  readonly add: AddFile;
  readonly sha256: string;
  readonly rows: number;
}

/** Publishes the data files of one attempt, each under a name never used before. */
export class DataFiles {
  readonly written: DataFile[] = [];
  readonly #context: LakeContext;
  readonly #table: string;
  readonly #metadata: Metadata;
  readonly #attemptId: string;
  #names = 0;

  constructor(context: LakeContext, snapshot: Snapshot, attemptId: string) {
    this.#context = context;
    this.#table = snapshot.path;
    this.#metadata = snapshot.metadata;
    this.#attemptId = attemptId;
  }

  /** Writes a partition and hands it back to be filled again. */
  async publish(due: DuePartition, partitions: Partitions): Promise<void> {
    await this.put(due.eventDate, due.partition.codec, due.partition.file.finish());
    partitions.release(due);
  }

  /** Writes a file of rows of one event_date; `codec` is the codec's name as it stands in file names. */
  async put(eventDate: string, codec: string, { bytes, rows, statistics }: FinishedFile): Promise<void> {
    const number = String(this.#names++).padStart(5, '0');
    const path = `event_date=${eventDate}/part-${number}-${this.#attemptId}.${codec}.parquet`;
    // A name that exists can only be ours, published by a request whose answer was lost.
    await this.#context.storage.create(`${this.#table}/${path}`, bytes);
    this.written.push({
      add: {
        path,
        partitionValues: { event_date: eventDate },
        size: bytes.length,
        modificationTime: this.#context.host.now(),
        dataChange: true,
        stats: fileStatistics(this.#metadata, rows, statistics),
      },
      sha256: sha256Hex(bytes),
      rows,
    });
  }

  /** Removes what no commit will name. */
  async discard(): Promise<void> {
    await discardFiles(this.#context.storage, this.#table, this.written.splice(0));
  }
}

/** Removes data files that no commit will name. What cannot be removed is an orphan: harmless, and left to vacuum. */
export async function discardFiles(storage: Storage, table: string, files: Iterable<DataFile>): Promise<void> {
  for (const { add } of files) await storage.delete(`${table}/${add.path}`).catch(() => undefined);
}

/** The removal of a live file, by a change of data unless said otherwise; `now` in milliseconds. */
export function removalOf({ path, rawPath, partitionValues, size }: AddFile, now: number, dataChange = true): Action {
  return {
    remove: {
      path,
      ...(rawPath !== undefined && { rawPath }),
      dataChange,
      deletionTimestamp: now,
      extendedFileMetadata: true,
      partitionValues,
      size,
    },
  };
}
