import type { Random } from '../../samples/random.ts';
import {
  comparePaths,
  type ListedFile,
  type ReadOptions,
  type Storage,
  StorageFault,
} from '../../src/storage/index.ts';
import type { Process } from './schedule.ts';
import type { SharedLake } from './shared-lake.ts';

/** Bytes of a raw file that one request brings: a small export takes several, and may change between them. */
const RAW_CHUNK_BYTES = 256;

/** So much more often a write to a log goes wrong: there are few, and everything hangs on them. */
const LOG_FACTOR = 4;

/** What an injected fault says, so that no other is taken for one. */
const INJECTED = 'the schedule has it fail';

/** How often a request goes wrong, from 0 to 1. */
export interface FaultRates {
  /** Not done, and it fails. */
  readonly failsBefore: number;
  /** Done, and it fails: the answer is lost. */
  readonly failsAfter: number;
  /** It fails, and is done some time later all the same. */
  readonly late: number;
  /** Done twice: a client that lost the first answer asked again by itself. */
  readonly repeated: number;
  /** Some bytes of a file, then it fails. */
  readonly torn: number;
  /** It takes long. */
  readonly delayed: number;
}

/** Whether an error is one that a {@link FaultStorage} threw, or what a driver gave up with when its requests kept failing. */
export function isInjected(error: unknown): boolean {
  if (!(error instanceof StorageFault)) return false;
  return error.message.includes(INJECTED) || (error.transient && !error.message.includes('EmulatorFailure'));
}

/**
 * A process's way to a store: every request awaits its turn, and goes wrong as often as the rates say. What it writes
 * gets its time from the schedule.
 */
export class FaultStorage implements Storage {
  readonly #store: Storage;
  readonly #turns: SharedLake['turns'];
  readonly #process: Process;
  readonly #rates: FaultRates;

  constructor(store: Storage, turns: SharedLake['turns'], process: Process, rates: FaultRates) {
    this.#store = store;
    this.#turns = turns;
    this.#process = process;
    this.#rates = rates;
  }

  get #random(): Random {
    return this.#process.schedule.random;
  }

  /** A listing takes a while: what comes or goes meanwhile is seen or not. Request by request it does so by itself. */
  async *list(prefix: string, options: { readonly after?: string } = {}): AsyncGenerator<ListedFile> {
    const look = async () => {
      const found = new Map<string, ListedFile>();
      for await (const file of this.#store.list(prefix, options)) found.set(file.path, file);
      return found;
    };
    const first = await this.#ask('list', prefix, look);
    const isStep = this.#turns === 'operations';
    const second = isStep ? await this.#process.turn(`list ${prefix} ends`, look) : first;
    const paths = new Set([...first.keys(), ...second.keys()]);
    for (const path of [...paths].sort(comparePaths)) {
      const file = second.get(path) ?? first.get(path);
      const steady = first.has(path) && second.has(path);
      if (file !== undefined && (steady || this.#random.chance(0.5))) yield file;
    }
  }

  head(path: string) {
    return this.#ask('head', path, () => this.#store.head(path));
  }

  async *read(path: string, options: ReadOptions = {}): AsyncGenerator<Uint8Array> {
    // Unpacking takes place in other threads, whose order no schedule decides: nothing else may then be waiting.
    const inOne = this.#turns === 'requests' || !path.startsWith('raw/') || path.endsWith('.gz');
    let at = options.start ?? 0;
    for (let last = false; !last; ) {
      const end = inOne ? options.end : Math.min(at + RAW_CHUNK_BYTES, options.end ?? Number.POSITIVE_INFINITY);
      const chunk = await this.#ask('read', path, () =>
        this.#range(path, { ...options, start: at, ...(end && { end }) }),
      );
      const isTorn = this.#random.chance(this.#rates.torn);
      if (chunk.length > 0) yield isTorn ? chunk.subarray(0, chunk.length >> 1) : chunk;
      if (isTorn) throw this.#fault('read', path, 'after some bytes');
      at += chunk.length;
      last = inOne || chunk.length < RAW_CHUNK_BYTES || at === options.end;
    }
  }

  async create(
    path: string,
    content: Uint8Array | AsyncIterable<Uint8Array>,
    { modified }: { readonly modified?: Date } = {},
  ): Promise<'created' | 'exists'> {
    const isStream = !(content instanceof Uint8Array);
    if (isStream && this.#random.chance(this.#rates.failsBefore)) throw this.#fault('create', path, 'at once');
    // A copy, as a request takes it along: the caller may go on before the store has it.
    const bytes = isStream ? await inOne(content) : Uint8Array.from(content);
    return this.#write('create', path, () =>
      this.#store.create(path, bytes, { modified: modified ?? new Date(this.#process.schedule.now) }),
    );
  }

  replace(path: string, content: Uint8Array, options?: { readonly ifMatch?: string }): Promise<void> {
    return this.#write('replace', path, () => this.#store.replace(path, content, options));
  }

  delete(path: string): Promise<void> {
    return this.#write('delete', path, () => this.#store.delete(path));
  }

  removeAbandoned(before: Date): Promise<number> {
    return this.#ask('removeAbandoned', '', () => this.#store.removeAbandoned(before));
  }

  async #range(path: string, options: ReadOptions): Promise<Uint8Array> {
    return inOne(this.#store.read(path, options));
  }

  #ask<T>(operation: string, path: string, step: () => Promise<T>): Promise<T> {
    return this.#turn(operation, path, () => {
      if (this.#random.chance(this.#rates.failsBefore)) throw this.#fault(operation, path, 'before');
      return step();
    });
  }

  #write<T>(operation: string, path: string, step: () => Promise<T>): Promise<T> {
    const { failsBefore, failsAfter, late, repeated } = this.#rates;
    return this.#turn(operation, path, async () => {
      let chance = this.#random.next() / (path.includes('/_delta_log/') ? LOG_FACTOR : 1);
      const falls = (rate: number) => {
        chance -= rate;
        return chance < 0;
      };
      if (falls(failsBefore)) throw this.#fault(operation, path, 'before');
      if (falls(failsAfter)) {
        await step();
        throw this.#fault(operation, path, 'after');
      }
      if (falls(late)) {
        const delay = this.#random.pick([0, 100, 3_000]);
        void this.#take(null, `late ${operation} ${path}`, delay, step).catch(() => undefined);
        throw this.#fault(operation, path, 'and is done later');
      }
      if (falls(repeated)) {
        this.#process.schedule.note('  done twice');
        await step();
      }
      return step();
    });
  }

  #turn<T>(operation: string, path: string, step: () => Promise<T>): Promise<T> {
    const delay = this.#random.chance(this.#rates.delayed) ? this.#random.whole(0, 2_000) : 0;
    return this.#take(this.#process, `${operation} ${path}`, delay, async () => step());
  }

  /** Does a step in its turn; where each request takes one, the step as a whole has that before its first request. */
  async #take<T>(process: Process | null, label: string, delay: number, step: () => Promise<T>): Promise<T> {
    const { schedule } = this.#process;
    if (this.#turns === 'operations') return schedule.wait(process, label, delay, step);
    await schedule.wait(process, `begins to ${label}`, delay, async () => {});
    return step();
  }

  #fault(operation: string, path: string, when: string): StorageFault {
    this.#process.schedule.note(`  fails ${when}`);
    return new StorageFault(operation, path, `${INJECTED} ${when}`);
  }
}

/** Content that comes in chunks, in one piece. */
export async function inOne(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(Uint8Array.from(chunk));
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}
