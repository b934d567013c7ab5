import { Random } from '../../samples/random.ts';
import { ingestPaths } from '../../src/ingest/index.ts';
import { openTables } from '../../src/lake/index.ts';
import { parseSettings } from '../../src/settings/index.ts';
import type { Host } from '../../src/storage/index.ts';
import { commit, type Snapshot, writeCheckpoint } from '../../src/table/index.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { drawExport, type RawContent } from './raw-files.ts';
import { BEGINNING } from './schedule.ts';

export const SETTINGS = parseSettings({ environment: {}, options: { lake: 'unused' } });

/**
 * What a lake holds when a schedule begins: nothing; both tables, empty; tables with some files in; and a log that is
 * about to reach a checkpoint.
 */
export type LakeKind = 'nothing' | 'empty' | 'filled' | 'aged';

/** A raw file and what is in it. */
export interface RawFile {
  readonly path: string;
  readonly content: RawContent;
}

/** What was ingested into a filled lake, each in a commit of its own. */
const FILLING: readonly RawFile[] = [3, 5, 8, 13].map((seed, index) => ({
  path: `raw/old-${index}.csv`,
  content: drawExport(new Random(seed)),
}));

/** The version that a log is aged to: some commits before the hundredth, after which a checkpoint is due. */
const AGED_VERSION = 97;

const prepared = new Map<LakeKind, Promise<MemoryStorage>>();

/** A lake of its own to begin with, and the raw files in it; what is the same each time is made once. */
export async function preparedLake(
  kind: LakeKind,
): Promise<{ readonly storage: MemoryStorage; readonly files: readonly RawFile[] }> {
  const lake = prepared.get(kind) ?? prepare(kind);
  prepared.set(kind, lake);
  return { storage: (await lake).copy(), files: kind === 'filled' ? FILLING : [] };
}

async function prepare(kind: LakeKind): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  if (kind === 'nothing') return storage;
  const host = quietHost(kind);
  await ingestPaths({ storage, host }, SETTINGS, [], { named: false });
  if (kind === 'aged') await age(storage, host);
  if (kind === 'filled') await fill(storage, host);
  return storage;
}

async function fill(storage: MemoryStorage, host: Host): Promise<void> {
  for (const { path, content } of FILLING) {
    storage.put(path, content.bytes, new Date(host.now()));
    await ingestPaths({ storage, host }, SETTINGS, [path], { named: false });
  }
}

/** Fills the log with what another engine may do at any time: it notes how far a stream of its own is. */
async function age(storage: MemoryStorage, host: Host): Promise<void> {
  let snapshot = (await openTables(storage))?.events;
  while (snapshot !== undefined && snapshot.version < AGED_VERSION) snapshot = await progress(storage, host, snapshot);
  if (snapshot !== undefined) await writeCheckpoint(storage, snapshot, new Date(host.now()));
  await ingestPaths({ storage, host }, SETTINGS, [], { named: false });
}

async function progress(storage: MemoryStorage, host: Host, snapshot: Snapshot): Promise<Snapshot> {
  const commitInfo = { operation: 'STREAMING UPDATE', engineInfo: 'another engine', txnId: host.randomId() };
  const txn = { appId: 'another engine', version: snapshot.version, lastUpdated: host.now() };
  return (await commit(storage, snapshot, [{ commitInfo }, { txn }])).snapshot;
}

/** A world in which nothing happens by chance; the ids are those of no schedule. */
function quietHost(kind: string): Host {
  let ids = 0;
  return {
    now: () => BEGINNING - 3_600_000,
    randomId: () => Buffer.from(`${kind} ${++ids}`).toString('hex').padEnd(32, '0'),
    random: () => 0.5,
    sleep: async () => undefined,
  };
}
