import fc from 'fast-check';
import { type Action, type AddFile, type RemoveFile, type Snapshot, writeCheckpoint } from '../../src/table/index.ts';
import { replay } from '../../src/table/snapshot.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { EVENTS, fileNamed, NOW, removalOf } from './lake.ts';

/** The first actions of a table whose commits are arbitrary. */
export const FIRST: readonly Action[] = [
  { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
  { metaData: metadataNamed('x') },
];

// Whatever a JSON log can hold and Parquet too: no lone surrogates.
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('', '\ufeffBOM', '__proto__', '"version":1', '%41', '😀 ü', '\u0000'),
);
const map = fc
  .array(fc.tuple(text, text), { maxLength: 3 })
  .map((pairs): Record<string, string> => Object.fromEntries(pairs));
const name = fc.constantFrom('a', 'b', 'c', 'd', 'e f', 'ü%');
const long = fc.maxSafeNat();

/** A file as others may add it: a path that needs encoding, partitions and tags of any text. */
const file: fc.Arbitrary<AddFile> = fc
  .tuple(name, text, long, fc.boolean(), fc.record({ stats: text, tags: map }, { requiredKeys: [] }))
  .map(([path, partition, size, dataChange, rest]) => ({
    ...fileNamed(path, {
      ...spelled(path),
      partitionValues: { event_date: partition },
      size,
      dataChange,
      modificationTime: size,
    }),
    ...rest,
  }));

const removal: fc.Arbitrary<RemoveFile> = fc
  .tuple(
    name,
    fc.record({ extendedFileMetadata: fc.boolean(), partitionValues: map, size: long }, { requiredKeys: [] }),
  )
  .map(([path, rest]) => ({ ...spelled(path), dataChange: true, deletionTimestamp: NOW.getTime(), ...rest }));

const version = fc.oneof(long, fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }));

/** One commit: actions of which none overrides another. */
export const commitActions: fc.Arbitrary<Action[]> = fc.uniqueArray(
  fc.oneof(
    { weight: 4, arbitrary: file.map((add): Action => ({ add })) },
    { weight: 2, arbitrary: removal.map((remove): Action => ({ remove })) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.oneof(name, text), version, fc.option(long, { nil: undefined }))
        .map(([appId, newest, lastUpdated]): Action => {
          return { txn: { appId, version: newest, ...(lastUpdated !== undefined && { lastUpdated }) } };
        }),
    },
    { weight: 1, arbitrary: text.map((value): Action => ({ metaData: metadataNamed(value) })) },
    { weight: 1, arbitrary: fc.constant<Action>({ commitInfo: { operation: 'WRITE' } }) },
  ),
  { selector: keyOf, minLength: 1, maxLength: 6 },
);

function spelled(path: string): { readonly path: string; readonly rawPath?: string } {
  const rawPath = encodeURIComponent(path);
  return rawPath === path ? { path } : { path, rawPath };
}

function metadataNamed(value: string) {
  return {
    id: 'x',
    name: value,
    description: value,
    format: { provider: 'parquet', options: { [value]: value } },
    schemaString: '{"type":"struct","fields":[]}',
    partitionColumns: ['event_date'],
    configuration: { 'a.b': value },
    createdTime: 17,
  };
}

function keyOf(action: Action): string {
  if ('add' in action) return action.add.path;
  if ('remove' in action) return action.remove.path;
  if ('txn' in action) return `txn ${action.txn.appId}`;
  return Object.keys(action).join();
}

/** The state of a version that holds these actions. */
export function stateAfter(version: number, actions: readonly Action[]): Snapshot {
  return replay(EVENTS.path, null, [{ version, actions: [...FIRST, ...actions] }]);
}

/** A state with something of everything. */
export function fullState(version = 20): Snapshot {
  return stateAfter(version, [
    { add: fileNamed('b', { stats: '{"numRecords":1}', tags: { t: 'u' } }) },
    { add: fileNamed('a') },
    removalOf(fileNamed('gone'), true),
    { txn: { appId: 'raw/ü.csv', version: 2n ** 63n - 1n, lastUpdated: 5 } },
    { txn: { appId: 'raw/a.csv', version: 7 } },
  ]);
}

/** A store with nothing but the checkpoint of a state. */
export async function checkpointOf(snapshot: Snapshot, now = NOW): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  await writeCheckpoint(storage, snapshot, now);
  return storage;
}
