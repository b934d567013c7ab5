import type { Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { takenIn } from './record-reading.ts';
import { sealed } from './recorded-transactions.ts';

/** How many records of a raw file were good, and how many bad, when it was last read. */
export interface RecordedReading {
  readonly good: number;
  readonly bad: number;
}

/** What commits say of the last reading of raw files. They are gone through from the newest on, each once, as far as it takes. */
export class RecordedReadings {
  readonly #storage: Storage;
  readonly #found = new Map<string, RecordedReading>();
  #oldest: number | null = null;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** The last reading of a file up to the first snapshot that was asked about; null where no commit can tell. Throws storage errors. */
  async of({ path: table, version }: Snapshot, ingestId: string): Promise<RecordedReading | null> {
    this.#oldest ??= version + 1;
    while (!this.#found.has(ingestId) && this.#oldest > 0) {
      this.#oldest--;
      for (const source of takenIn((await sealed(this.#storage, table, this.#oldest)) ?? [])) {
        if (this.#found.has(source.ingest_id)) continue;
        this.#found.set(source.ingest_id, { good: source.rows - source.quarantined, bad: source.quarantined });
      }
    }
    return this.#found.get(ingestId) ?? null;
  }
}
