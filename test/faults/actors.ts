import { type CommitObserver, prepareTables } from '../../src/lake/index.ts';
import { compactTable } from '../../src/maintenance/compact.ts';
import { eraseUser } from '../../src/maintenance/erase.ts';
import { replayTable } from '../../src/maintenance/replay.ts';
import { retainTable } from '../../src/maintenance/retain.ts';
import { vacuumLake } from '../../src/maintenance/vacuum.ts';
import { withdrawFiles } from '../../src/maintenance/withdraw.ts';
import { returnFiles } from '../../src/maintenance/withdraw-undo.ts';
import { NotWithdrawable } from '../../src/maintenance/withdrawal-targets.ts';
import { snappy } from '../../src/parquet/index.ts';
import type { LakeContext } from '../../src/storage/index.ts';
import { type Snapshot, writeCheckpoint } from '../../src/table/index.ts';
import { SETTINGS } from './prepared-lakes.ts';

/** The data subject whose rows are erased where an erasure is drawn, and the first day that a retention keeps. */
export const ERASED_USER = 'mei';
export const RETAINED_FROM = '2026-03-02';

const RETAINED_FROM_DAY = Date.parse(RETAINED_FROM) / 86_400_000;

/** Work on the tables that is no ingestion and may happen at any time. A new kind of maintenance is one entry of {@link ACTORS}. */
export interface Actor {
  readonly name: string;
  run(context: LakeContext, observer: CommitObserver): Promise<void>;
}

/** Another engine writes a checkpoint of what it sees. */
const checkpoint = onEvents('checkpoint', (context, events) =>
  writeCheckpoint(context.storage, events, new Date(context.host.now())),
);

const compact = onEvents('compact', (context, events, observer) =>
  compactTable(context, events, { codec: snappy, dryRun: false, observer }),
);

export const vacuum = onEvents('vacuum', (context, events) => vacuumLake(context, [events], { dryRun: false }));

const retain = onEvents('retain', (context, events, observer) =>
  retainTable(context, events, {
    before: RETAINED_FROM_DAY,
    reason: 'a test',
    dryRun: false,
    observer,
  }),
);

const erase = onEvents('erase', (context, events, observer) =>
  eraseUser(context, events, {
    values: [ERASED_USER],
    reason: 'a test',
    codec: snappy,
    dryRun: false,
    observer,
  }),
);

const replay = onEvents('replay', (context, events, observer) =>
  replayTable(context, SETTINGS, events, { scope: null, reason: 'a test', dryRun: false, observer }),
);

/** Only the middle one of the days that events fall on. */
const replayDay = onEvents('replayDay', (context, events, observer) =>
  replayTable(context, SETTINGS, events, {
    scope: { from: RETAINED_FROM_DAY, to: RETAINED_FROM_DAY },
    reason: 'a test',
    dryRun: false,
    observer,
  }),
);

/** A file that most worlds have, and that other files share events with. */
const WITHDRAWN = 'raw/a.csv';

const withdraw = onEvents('withdraw', withdrawal(withdrawFiles));
const takeBack = onEvents('takeBack', withdrawal(returnFiles));

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
  withdraw,
  withdraw,
  takeBack,
];

/** What cannot be withdrawn, or is not out, is left as it is. */
function withdrawal(make: typeof withdrawFiles) {
  return async (context: LakeContext, events: Snapshot, observer: CommitObserver): Promise<void> => {
    const options = { paths: [WITHDRAWN], sha256: null, reason: 'a test', codec: snappy, dryRun: false, observer };
    await make(context, events, options).catch((error: unknown) => {
      if (!(error instanceof NotWithdrawable)) throw error;
    });
  };
}

function onEvents(
  name: string,
  work: (context: LakeContext, events: Snapshot, observer: CommitObserver) => Promise<unknown>,
): Actor {
  return {
    name,
    async run(context, observer) {
      const { events } = await prepareTables(context, observer);
      await work(context, events, observer);
    },
  };
}
