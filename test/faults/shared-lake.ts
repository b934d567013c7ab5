import type { Random } from '../../samples/random.ts';
import type { Storage } from '../../src/storage/index.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';
import { etagOf } from './outcome.ts';
import type { Process, Schedule } from './schedule.ts';

/** The lake that the processes of a schedule share, and that its exporters and its checks see without the pipeline. */
export interface SharedLake {
  /** How the operations of a process take their turns: each as one step, or each request of an operation by itself. */
  readonly turns: 'operations' | 'requests';
  /** Whether each writer is a process of the app, which keeps what it has opened and takes in together what is announced to it. */
  readonly isOfApps?: boolean;
  /** The way of a process to the files. */
  storageOf(process: Process): Storage;
  /** The way of one whom nothing disturbs, when the schedule is over. */
  readonly undisturbed: Storage;
  /** Puts a file by hand, whether or not one is there, and says its ETag. */
  put(path: string, content: Uint8Array, modified: Date): string;
  /** The ETag of the file that is there. */
  etagOf(path: string): string;
  /** The paths that begin with `prefix`, in order. */
  paths(prefix: string): string[];
  /** All files as they are now. */
  contents(): MemoryStorage;
  close(): Promise<void>;
}

/** Opens the lake of a seed with the files that are in it from the beginning. */
export type OpenLake = (prepared: MemoryStorage, schedule: Schedule, seed: number) => Promise<SharedLake>;

/** Puts a planted bug between the processes and the store; the store itself where none is planted. */
export type Plant = (storage: MemoryStorage, random: Random) => Storage;

/** A lake in memory, where each operation is one step. */
export function memoryLake(plant: Plant = (storage) => storage): OpenLake {
  return async (prepared, schedule) => {
    const storage = plant(prepared, schedule.random);
    return {
      turns: 'operations',
      storageOf: () => storage,
      undisturbed: storage,
      put: (path, content, modified) => {
        prepared.put(path, content, modified);
        return etagOf(content);
      },
      etagOf: (path) => etagOf(prepared.content(path)),
      paths: (prefix) => prepared.paths(prefix),
      contents: () => prepared,
      close: async () => undefined,
    };
  };
}

/** The same for writers that are processes of the app. */
export function forApps(open: OpenLake): OpenLake {
  return async (...given) => ({ ...(await open(...given)), isOfApps: true });
}
