import type { Random } from '../../samples/random.ts';
import { wrapStorage } from '../../src/storage/index.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';
import { inOne } from './fault-storage.ts';
import type { Plant } from './shared-lake.ts';

const LOG_FILE = /\/_delta_log\/\d{20}\.json$/;
const DATA_FILE = /\/event_date=[^/]*\/[^/]*\.parquet$/;
const EVIDENCE = /^evidence\//;
const QUARANTINE = /^quarantine\//;

type Create = (path: string, content: Uint8Array) => Promise<'created' | 'exists'>;

/** Stores that break their contract, each in one way. */
export const BROKEN_STORES: Readonly<Record<string, Plant>> = {
  'puts a log file over the one that is there': creating((storage) => async (path, content) => {
    if (!LOG_FILE.test(path)) return storage.create(path, content);
    await storage.replace(path, content);
    return 'created';
  }),
  'says that it created a log file that another writer had created': creating((storage) => async (path, content) => {
    const outcome = await storage.create(path, content);
    return LOG_FILE.test(path) ? 'created' : outcome;
  }),
  'loses a log file now and then': losing(LOG_FILE, 0.1),
  'loses a data file now and then': losing(DATA_FILE, 0.1),
  'loses a quarantine file now and then': losing(QUARANTINE, 0.1),
  'keeps half of a data file now and then': creating((storage, random) => async (path, content) => {
    const isCut = DATA_FILE.test(path) && random.chance(0.1);
    return storage.create(path, isCut ? content.subarray(0, content.length >> 1) : content);
  }),
  'puts other evidence over the one that is there': creating((storage, random) => async (path, content) => {
    const isTouched = EVIDENCE.test(path) && random.chance(0.1);
    const outcome = await storage.create(path, content);
    if (isTouched) await storage.replace(path, Buffer.concat([content, Buffer.from('\n')]));
    return outcome;
  }),
  'reads a raw file without regard to If-Match': (storage) =>
    wrapStorage(storage, {
      read: (path, { ifMatch, ...options } = {}) =>
        storage.read(path, { ...options, ...(ifMatch !== undefined && !path.startsWith('raw/') && { ifMatch }) }),
    }),
  'never lists one of the raw files': (storage) =>
    wrapStorage(storage, {
      async *list(prefix, options) {
        for await (const file of storage.list(prefix, options)) if (!/^raw\/b\./.test(file.path)) yield file;
      },
    }),
  'takes a quarantine file along with every data file it deletes': (storage) =>
    wrapStorage(storage, {
      async delete(path) {
        await storage.delete(path);
        const [first] = storage.paths('quarantine/');
        if (DATA_FILE.test(path) && first !== undefined) await storage.delete(first);
      },
    }),
};

/** A store that says it created such files, and sometimes did not. */
function losing(pattern: RegExp, rate: number): Plant {
  return creating((storage, random) => async (path, content) => {
    if (pattern.test(path) && random.chance(rate)) return 'created';
    return storage.create(path, content);
  });
}

function creating(make: (storage: MemoryStorage, random: Random) => Create): Plant {
  return (storage, random) => {
    const create = make(storage, random);
    return wrapStorage(storage, {
      // In one piece, as the schedule's way to the store hands it on; the last run writes in pieces.
      create: async (path, content) => create(path, content instanceof Uint8Array ? content : await inOne(content)),
    });
  };
}
