import { type Storage, StorageFault } from '../../src/storage/index.ts';

/** A call of the port, before it is passed on. */
export interface Call {
  readonly operation: 'list' | 'head' | 'read' | 'create' | 'replace' | 'delete' | 'removeAbandoned';
  readonly path: string;
  /** Counted from 1. */
  readonly number: number;
}

/** How a call goes: as it should, not at all, or done but with the answer lost. */
export type Fate = 'passes' | 'fails' | 'answer lost';

/** A store whose calls go as `fateOf` says; what fails, fails with a StorageFault. */
export function faulty(storage: Storage, fateOf: (call: Call) => Fate | Promise<Fate>): Storage {
  let number = 0;
  const run = async <T>(operation: Call['operation'], path: string, step: () => Promise<T>): Promise<T> => {
    const fate = await fateOf({ operation, path, number: ++number });
    if (fate === 'fails') throw new StorageFault(operation, path, 'the test has it fail');
    const result = await step();
    if (fate === 'answer lost') throw new StorageFault(operation, path, 'the test loses the answer');
    return result;
  };
  const stream = async function* <T>(operation: 'list' | 'read', path: string, open: () => AsyncIterable<T>) {
    await run(operation, path, async () => undefined);
    yield* open();
  };
  return {
    list: (prefix, options) => stream('list', prefix, () => storage.list(prefix, options)),
    head: (path) => run('head', path, () => storage.head(path)),
    read: (path, options) => stream('read', path, () => storage.read(path, options)),
    create: (path, content, options) => run('create', path, () => storage.create(path, content, options)),
    replace: (path, content, options) => run('replace', path, () => storage.replace(path, content, options)),
    delete: (path) => run('delete', path, () => storage.delete(path)),
    removeAbandoned: (before) => run('removeAbandoned', '', () => storage.removeAbandoned(before)),
  };
}

/** A store that notes its calls. */
export function watched(storage: Storage): { readonly storage: Storage; readonly calls: Call[] } {
  const calls: Call[] = [];
  const note = (call: Call): Fate => {
    calls.push(call);
    return 'passes';
  };
  return { storage: faulty(storage, note), calls };
}
