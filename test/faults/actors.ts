import { type CommitObserver, prepareTables } from '../../src/lake/index.ts';
import { compactTable } from '../../src/maintenance/compact.ts';
import { eraseUser } from '../../src/maintenance/erase.ts';
import { replayTable } from '../../src/maintenance/replay.ts';
import { retainTable } from '../../src/maintenance/retain.ts';
import { vacuumLake } from '../../src/maintenance/vacuum.ts';
import { snappy } from '../../src/parquet/index.ts';
import type { Host, Storage } from '../../src/storage/index.ts';
import { type Snapshot, writeCheckpoint } from '../../src/table/index.ts';
import { SETTINGS } from './prepared-lakes.ts';

/** The data subject whose rows are erased where an erasure is drawn, and the first day that a retention keeps. */
export const ERASED_USER = 'mei';
export const RETAINED_FROM = '2026-03-02';

const RETAINED_FROM_DAY = Date.parse(RETAINED_FROM) / 86_400_000;

/** Work on the tables that is no ingestion and may happen at any time. A new kind of maintenance is one entry of {@link ACTORS}. */
export interface Actor {
  readonly name: string;
  run(storage: Storage, host: Host, observer: CommitObserver): Promise<void>;
}

/** Another engine writes a checkpoint of what it sees. */
const checkpoint = onEvents('checkpoint', (storage, host, events) =>
  writeCheckpoint(storage, events, new Date(host.now())),
);

const compact = onEvents('compact', (storage, host, events, observer) =>
  compactTable(storage, host, events, { codec: snappy, dryRun: false, observer }),
);

export const vacuum = onEvents('vacuum', (storage, host, events) =>
  vacuumLake(storage, host, [events], { dryRun: false }),
);

const retain = onEvents('retain', (storage, host, events, observer) =>
  retainTable(storage, host, events, {
    before: RETAINED_FROM_DAY,
    reason: 'a test',
    dryRun: false,
    observer,
  }),
);

const erase = onEvents('erase', (storage, host, events, observer) =>
  eraseUser(storage, host, events, {
    values: [ERASED_USER],
    reason: 'a test',
    codec: snappy,
    dryRun: false,
    observer,
  }),
);

const replay = onEvents('replay', (storage, host, events, observer) =>
  replayTable(storage, host, SETTINGS, events, { scope: null, reason: 'a test', dryRun: false, observer }),
);

/** Only the middle one of the days that events fall on. */
const replayDay = onEvents('replayDay', (storage, host, events, observer) =>
  replayTable(storage, host, SETTINGS, events, {
    scope: { from: RETAINED_FROM_DAY, to: RETAINED_FROM_DAY },
    reason: 'a test',
    dryRun: false,
    observer,
  }),
);

/** Those that meet others in more ways are drawn more often. */
export const ACTORS: readonly Actor[] = [
  checkpoint,
  compact,
  compact,
  vacuum,
  vacuum,
  retain,
  erase,
  erase,
  replay,
  replayDay,
];

function onEvents(
  name: string,
  work: (storage: Storage, host: Host, events: Snapshot, observer: CommitObserver) => Promise<unknown>,
): Actor {
  return {
    name,
    async run(storage, host, observer) {
      const { events } = await prepareTables(storage, host, observer);
      await work(storage, host, events, observer);
    },
  };
}
