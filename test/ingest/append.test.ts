import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { type Action, commit, type Snapshot } from '../../src/table/index.ts';
import {
  EVENTS,
  HOST,
  ingest,
  LANDED_AT,
  messages,
  minuteMessages,
  minutes,
  outcomes,
  snapshotOf,
  tableRows,
} from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { type Call, type Fate, faulty, watched } from '../support/store-faults.ts';

/** Commits actions, as another writer does. */
async function commitActions(storage: MemoryStorage, ...actions: Action[]): Promise<void> {
  const commitInfo = { operation: 'TEST', txnId: HOST.randomId(), timestamp: 0 };
  const { outcome } = await commit(storage, await snapshotOf(storage), [{ commitInfo }, ...actions]);
  assert.equal(outcome, 'committed');
}

function withProperty({ metadata }: Snapshot, name: string, value: string): Action {
  return { metaData: { ...metadata, configuration: { ...metadata.configuration, [name]: value } } };
}

/** Removes all rows, as a change of data does: unlocked, removed, locked. */
async function removeAll(storage: MemoryStorage): Promise<void> {
  await commitActions(storage, withProperty(await snapshotOf(storage), 'delta.appendOnly', 'false'));
  const { files } = await snapshotOf(storage);
  const removes = [...files.values()].map(({ path, partitionValues, size }) => ({
    remove: { path, partitionValues, size, dataChange: true, extendedFileMetadata: true, deletionTimestamp: 0 },
  }));
  await commitActions(storage, ...removes);
  await commitActions(storage, withProperty(await snapshotOf(storage), 'delta.appendOnly', 'true'));
}

/** Adds a column at the end of the schema. */
async function addColumn(storage: MemoryStorage): Promise<void> {
  const { metadata } = await snapshotOf(storage);
  const schema = JSON.parse(metadata.schemaString) as { fields: object[] };
  schema.fields.push({ name: 'added', type: 'string', nullable: true, metadata: {} });
  await commitActions(storage, { metaData: { ...metadata, schemaString: JSON.stringify(schema) } });
}

/** What a run does on a store where `race` happens right before its first commit. */
async function raced(storage: MemoryStorage, race: (storage: MemoryStorage) => Promise<void>) {
  let pending = true;
  const racing = faulty(storage, async ({ operation, path }: Call): Promise<Fate> => {
    if (pending && operation === 'create' && path.startsWith(`${EVENTS}/_delta_log/`)) {
      pending = false;
      await race(storage);
    }
    return 'passes';
  });
  const { storage: watching, calls } = watched(racing);
  const run = await ingest(watching, {}, ['raw/new.csv']);
  const readings = calls.filter(({ operation, path }) => operation === 'read' && path === 'raw/new.csv').length;
  return { outcomes: outcomes(run), readings };
}

/** A table with ten events, and a file that holds five of them and five others. */
async function lake(): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  storage.put('raw/old.csv', minutes(0, 10), LANDED_AT);
  await ingest(storage);
  storage.put('raw/new.csv', minutes(5, 10), LANDED_AT);
  return storage;
}

describe('a commit that comes second', () => {
  it('is made anew where the first one removed data: what counted as there may be gone', async () => {
    const storage = await lake();
    assert.deepEqual(await raced(storage, removeAll), { outcomes: ['new.csv: ingested 10/0/0'], readings: 2 });
    assert.deepEqual(await messages(storage), minuteMessages(5, 10));
  });

  it('is made anew where the first one changed the schema', async () => {
    const storage = await lake();
    assert.deepEqual(await raced(storage, addColumn), { outcomes: ['new.csv: ingested 5/5/0'], readings: 2 });
    assert.equal((await tableRows(storage)).length, 15);
  });

  it('is committed as it is where the first one set a property or removed nothing but files it put together', async () => {
    for (const race of [
      async (storage: MemoryStorage) => commitActions(storage, withProperty(await snapshotOf(storage), 'note', 'x')),
      async (storage: MemoryStorage) => {
        const [file] = (await snapshotOf(storage)).files.values();
        assert.ok(file !== undefined);
        const { path, partitionValues, size } = file;
        const copy = path.replace('part-', 'part-copy-');
        storage.put(`${EVENTS}/${copy}`, storage.content(`${EVENTS}/${path}`));
        await commitActions(
          storage,
          {
            remove: {
              path,
              partitionValues,
              size,
              dataChange: false,
              extendedFileMetadata: true,
              deletionTimestamp: 0,
            },
          },
          { add: { ...file, path: copy, dataChange: false } },
        );
      },
    ]) {
      const storage = await lake();
      assert.deepEqual(await raced(storage, race), { outcomes: ['new.csv: ingested 5/5/0'], readings: 1 });
      assert.deepEqual(await messages(storage), minuteMessages(0, 15));
    }
  });

  it('leaves out the files of the batch that the first one took in, and takes in the others', async () => {
    const storage = await lake();
    for (const name of ['1.csv', '2.csv', '3.csv'])
      storage.put(`raw/${name}`, minutes(100 * Number(name[0]), 5), LANDED_AT);
    storage.put('raw/4.csv', 'a,b\n', LANDED_AT);
    storage.put('raw/5.csv', 'a,b\n', LANDED_AT);
    let pending = true;
    const racing = faulty(storage, async ({ operation, path }: Call): Promise<Fate> => {
      if (pending && operation === 'create' && path.startsWith(`${EVENTS}/_delta_log/`)) {
        pending = false;
        await ingest(storage, {}, ['raw/2.csv', 'raw/4.csv']);
      }
      return 'passes';
    });
    const run = await ingest(
      racing,
      {},
      storage.paths('raw/').filter((path) => /\d\.csv$/.test(path)),
    );
    assert.deepEqual(
      run.reports.map(({ outcome, reason, committed }) => [outcome, reason, committed]),
      [
        ['ingested', null, 5],
        ['skipped', 'already_ingested', 0],
        ['ingested', null, 5],
        ['rejected', 'header_not_understood', 0],
        ['rejected', 'header_not_understood', 0],
      ],
    );
    assert.equal((await snapshotOf(storage)).version, 3);
    assert.equal((await tableRows(storage)).length, 25);
    assert.equal(storage.paths(`${EVENTS}/event_date`).length, (await snapshotOf(storage)).files.size, 'no orphans');
  });
});
