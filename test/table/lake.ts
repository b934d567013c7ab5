import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Host, localStorage, type Storage, systemHost } from '../../src/storage/index.ts';
import {
  type Action,
  type AddFile,
  commitPath,
  createTable,
  type Snapshot,
  type TableDefinition,
  tableProperties,
} from '../../src/table/index.ts';

export const NOW = new Date('2026-01-01T00:00:00Z');

/** A clock that stands, and no waiting. */
export const HOST: Host = { ...systemHost, now: () => NOW.getTime(), sleep: async () => undefined };

export const EVENTS: TableDefinition = {
  name: 'events',
  path: 'curated/events',
  columns: [
    { name: 'event_time', type: 'timestamp', nullable: false, comment: 'When it happened' },
    { name: 'code', type: 'integer', nullable: false, comment: '' },
    { name: 'source_row', type: 'long', nullable: true, comment: '' },
    { name: 'user_name', type: 'string', nullable: true, comment: 'Who it is about: "Müller" 😀' },
    { name: 'message', type: 'string', nullable: false, comment: '' },
    { name: 'event_date', type: 'date', nullable: false, comment: '' },
  ],
  partitionColumns: ['event_date'],
  configuration: tableProperties({
    appendOnly: false,
    statisticsColumns: ['event_time', 'code', 'source_row', 'user_name'],
  }),
};

/** Runs a test on a lake of its own. */
export function onLake(body: (storage: Storage) => Promise<void>): () => Promise<void> {
  return async () => {
    const root = await mkdtemp(join(tmpdir(), 'lake-'));
    try {
      await body(localStorage(root));
    } finally {
      await rm(root, { recursive: true });
    }
  };
}

export function newTable(storage: Storage, definition = EVENTS): Promise<Snapshot> {
  return createTable({ storage, host: HOST }, definition);
}

/** Puts a log file by hand, as another writer would. */
export async function putLog(storage: Storage, version: number, lines: readonly unknown[]): Promise<void> {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  await storage.replace(commitPath(EVENTS.path, version), new TextEncoder().encode(text));
}

/** The state actions of a first version by another writer. */
export function foreignFirst(protocol: object, metadata: object = {}): unknown[] {
  return [
    { protocol: { minReaderVersion: 1, minWriterVersion: 2, ...protocol } },
    {
      metaData: {
        id: 'x',
        format: { provider: 'parquet', options: {} },
        schemaString: '{"type":"struct","fields":[]}',
        partitionColumns: ['event_date'],
        configuration: {},
        ...metadata,
      },
    },
  ];
}

/** What a snapshot says, in a form that compares: its maps share parts in ways that differ by how it came about. */
export function stateOf(snapshot: Snapshot | null): unknown {
  if (snapshot === null) return null;
  // Which commits were seen on the way is no part of the state.
  const { files, transactions, tombstones, foreignRemovals: _, ...rest } = snapshot;
  const plain = (map: ReadonlyMap<string, object>) => Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
  const sizes = [files.size, transactions.size, tombstones.size];
  return { ...rest, files: plain(files), transactions: plain(transactions), tombstones: plain(tombstones), sizes };
}

/** The store, writing down what is read (`path`) and how often it is listed (`list`). */
export function recording(storage: Storage, calls: string[]): Storage {
  return Object.assign(Object.create(storage) as Storage, {
    head: storage.head.bind(storage),
    create: storage.create.bind(storage),
    replace: storage.replace.bind(storage),
    list(prefix: string, options?: { after?: string }) {
      calls.push('list');
      return storage.list(prefix, options);
    },
    read(path: string) {
      calls.push(path);
      return storage.read(path);
    },
  });
}

export function info(txnId: string = randomUUID()): Action {
  return { commitInfo: { timestamp: NOW.getTime(), operation: 'WRITE', txnId } };
}

export function fileNamed(name: string, rest: Partial<AddFile> = {}): AddFile {
  return {
    path: `event_date=2026-01-02/${name}.snappy.parquet`,
    partitionValues: { event_date: '2026-01-02' },
    size: 10,
    modificationTime: NOW.getTime(),
    dataChange: true,
    ...rest,
  };
}

export function removalOf(file: AddFile, dataChange: boolean): Action {
  const { path, partitionValues, size } = file;
  const deletionTimestamp = NOW.getTime();
  return { remove: { path, dataChange, deletionTimestamp, extendedFileMetadata: true, partitionValues, size } };
}

/** A store whose listing, as one that runs while files appear, leaves one out. */
export function hiding(storage: Storage, hidden: string): Storage {
  return Object.assign(Object.create(storage) as Storage, {
    create: storage.create.bind(storage),
    read: storage.read.bind(storage),
    async *list(prefix: string, options?: { after?: string }) {
      for await (const file of storage.list(prefix, options)) if (file.path !== hidden) yield file;
    },
  });
}
