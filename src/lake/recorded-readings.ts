import type { Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import type { ReadingPlan } from './reading-plan.ts';
import { recordedOutcomes, takenIn } from './record-reading.ts';
import { recordedPlan } from './recorded-plan.ts';
import { sealed } from './recorded-transactions.ts';

/** How many records of a raw file were good, and how many bad, when it was last read. */
export interface RecordedReading {
  readonly good: number;
  readonly bad: number;
  /** The version of the table whose commit says so. */
  readonly version: number;
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
        this.#found.set(source.ingest_id, {
          good: source.rows - source.quarantined,
          bad: source.quarantined,
          version: this.#oldest,
        });
      }
    }
    return this.#found.get(ingestId) ?? null;
  }

  /** How a file was read then; null where its record does not tell. Throws storage errors. */
  async planOf(table: string, ingestId: string, { version }: RecordedReading): Promise<ReadingPlan | null> {
    const sources = recordedOutcomes((await sealed(this.#storage, table, version)) ?? []);
    const record = sources.find((each) => each.outcome === 'ingested' && each.ingest_id === ingestId);
    const plan = record === undefined ? null : recordedPlan(record);
    return typeof plan === 'string' ? null : plan;
  }
}
