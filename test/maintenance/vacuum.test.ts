import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { openTables } from '../../src/lake/index.ts';
import { compactTable } from '../../src/maintenance/compact.ts';
import { LEAST_RETENTION_MS, type VacuumOptions, vacuumLake, vacuumTable } from '../../src/maintenance/vacuum.ts';
import { snappy } from '../../src/parquet/index.ts';
import { StorageFault } from '../../src/storage/index.ts';
import { commitPath, TableError, UnsupportedTable } from '../../src/table/index.ts';
import { EVENTS, HOST, ingest, LANDED_AT, messages, minuteMessages, minutes, snapshotOf } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { type Fate, faulty, watched } from '../support/store-faults.ts';

const DAY_MS = 86_400_000;
const FOLDER = `${EVENTS}/event_date=2026-03-01`;

/** The time in the lakes here: what is put gets LANDED_AT as its time, and so much has passed since. */
function hostAfter(days: number) {
  return { ...HOST, now: () => LANDED_AT.getTime() + days * DAY_MS };
}

async function lake(): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  for (const first of [0, 10]) {
    storage.put(`raw/${first}.csv`, minutes(first, 10), LANDED_AT);
    await ingest(storage);
  }
  return storage;
}

async function vacuum(storage: MemoryStorage, days: number, options: Partial<VacuumOptions> = {}): Promise<string[]> {
  const { files } = await vacuumTable({ storage, host: hostAfter(days) }, await snapshotOf(storage), {
    dryRun: false,
    ...options,
  });
  return files.map(({ path }) => path);
}

async function putCommit(storage: MemoryStorage, actions: readonly object[]): Promise<void> {
  const { version } = await snapshotOf(storage);
  storage.put(commitPath(EVENTS, version + 1), actions.map((action) => JSON.stringify(action)).join('\n'));
}

function added(path: string): object {
  const partitionValues = { event_date: '2026-03-01' };
  return { add: { path, partitionValues, size: 1, modificationTime: 1, dataChange: false } };
}

describe('vacuum', () => {
  it('removes what no version names once it is past the retention, and nothing else', async () => {
    const storage = await lake();
    const before = storage.paths();
    const orphans = [`${FOLDER}/part-00000-lost.snappy.parquet`, `${EVENTS}/stray.txt`, `${EVENTS}/x/y/z.parquet`];
    const hidden = [
      '_spark_metadata/0',
      '.hidden',
      'event_date=2026-03-01/_temporary/0/part',
      '_change_data/x.parquet',
    ];
    for (const path of [...orphans, ...hidden.map((name) => `${EVENTS}/${name}`)]) storage.put(path, 'x', LANDED_AT);
    storage.put(`curated/audit_events_2/part.parquet`, 'x', LANDED_AT);
    assert.deepEqual(await vacuum(storage, 7), []);
    assert.deepEqual(await vacuum(storage, 7.01), orphans.toSorted());
    const left = [...before, ...hidden.map((name) => `${EVENTS}/${name}`), 'curated/audit_events_2/part.parquet'];
    assert.deepEqual(storage.paths().sort(), left.sort());
    assert.deepEqual(await messages(storage), minuteMessages(0, 20));
    assert.deepEqual(await vacuum(storage, 400), []);
  });

  it('keeps removed files for as long as somebody may read an older version', async () => {
    const storage = await lake();
    const old = [...(await snapshotOf(storage)).files.keys()].map((path) => `${EVENTS}/${path}`).sort();
    // Removed on day 30, long after they were written.
    await compactTable({ storage, host: hostAfter(30) }, await snapshotOf(storage), { codec: snappy, dryRun: false });
    assert.deepEqual(await vacuum(storage, 37), []);
    assert.deepEqual(await vacuum(storage, 37.01), old);
    assert.deepEqual(await messages(storage), minuteMessages(0, 20));
  });

  it('only lists in a dry run', async () => {
    const storage = await lake();
    storage.put(`${FOLDER}/lost.parquet`, 'x', LANDED_AT);
    const { storage: noted, calls } = watched(storage);
    const tables = await openTables(storage);
    const result = await vacuumLake({ storage: noted, host: hostAfter(8) }, [tables!.events, tables!.codes], {
      dryRun: true,
    });
    assert.deepEqual(
      result.tables.map(({ table, files, bytes }) => [table, files.length, bytes]),
      [
        [EVENTS, 1, 1],
        ['curated/audit_codes', 0, 0],
      ],
    );
    assert.equal(result.abandoned, null);
    assert.ok(calls.every(({ operation }) => ['list', 'head', 'read'].includes(operation)));
    assert.ok(storage.files.has(`${FOLDER}/lost.parquet`));
  });

  it('does both tables, and what cut-off writes left in the store', async () => {
    const storage = await lake();
    storage.put('curated/audit_codes/lost.parquet', 'x', LANDED_AT);
    const { storage: noted, calls } = watched(storage);
    const tables = await openTables(storage);
    const { abandoned } = await vacuumLake({ storage: noted, host: hostAfter(8) }, [tables!.events, tables!.codes], {
      dryRun: false,
    });
    assert.equal(abandoned, 0);
    assert.deepEqual(
      calls.flatMap(({ operation, path }) => (operation === 'delete' ? [path] : [])),
      ['curated/audit_codes/lost.parquet'],
    );
    assert.equal(calls.at(-1)?.operation, 'removeAbandoned');
  });

  it('leaves quarantine files alone, also those that no commit names', async () => {
    const storage = await lake();
    storage.put('quarantine/rows/lost.jsonl', 'x', LANDED_AT);
    assert.deepEqual(await vacuum(storage, 400), []);
    assert.ok(storage.files.has('quarantine/rows/lost.jsonl'));
  });

  it('takes up where a run before was cut off', async () => {
    const storage = await lake();
    const lost = ['a', 'b', 'c'].map((name) => `${FOLDER}/${name}.parquet`);
    for (const path of lost) storage.put(path, 'x', LANDED_AT);
    const failing = faulty(storage, ({ operation, path }) =>
      operation === 'delete' && path.endsWith('/b.parquet') ? 'fails' : 'passes',
    );
    const snapshot = await snapshotOf(storage);
    await assert.rejects(
      vacuumTable({ storage: failing, host: hostAfter(8) }, snapshot, { dryRun: false }),
      StorageFault,
    );
    assert.deepEqual(await vacuum(storage, 8), lost.slice(1));
  });
});

describe('the retention', () => {
  const withProperty = async (value: string): Promise<MemoryStorage> => {
    const storage = await lake();
    const { metadata } = await snapshotOf(storage);
    const configuration = { ...metadata.configuration, 'delta.deletedFileRetentionDuration': value };
    await putCommit(storage, [{ metaData: { ...metadata, configuration } }]);
    storage.put(`${FOLDER}/lost.parquet`, 'x', LANDED_AT);
    return storage;
  };

  it('is what the table says, where that is longer than a week', async () => {
    const storage = await withProperty('interval 30 days');
    assert.deepEqual(await vacuum(storage, 30), []);
    assert.equal((await vacuum(storage, 30.01)).length, 1);
  });

  it('is never below a week, whatever the table says', async () => {
    const storage = await withProperty('interval 0 days');
    assert.deepEqual(await vacuum(storage, 7), []);
    assert.equal((await vacuum(storage, 7.01)).length, 1);
  });

  it('may be longer on demand, and never shorter', async () => {
    const storage = await withProperty('interval 10 days');
    assert.deepEqual(await vacuum(storage, 50, { olderThan: 60 * DAY_MS }), []);
    await assert.rejects(vacuum(storage, 50, { olderThan: LEAST_RETENTION_MS }), (error) => {
      return error instanceof TableError && /kept for 10 days at least/.test(error.message);
    });
    assert.equal((await vacuum(storage, 61, { olderThan: 60 * DAY_MS })).length, 1);
  });

  it('that cannot be read stops it', async () => {
    const storage = await withProperty('one month');
    await assert.rejects(vacuum(storage, 400), /expected an interval such as "interval 7 days"/);
    assert.ok(storage.files.has(`${FOLDER}/lost.parquet`));
  });
});

describe('a live file', () => {
  const spellings: Readonly<Record<string, readonly [string, string]>> = {
    'percent-encoded': ['event_date=2026-03-01/a%20b%3D%C3%BC.parquet', 'event_date=2026-03-01/a b=ü.parquet'],
    'with a percent sign in its name': ['event_date=2026-03-01/a%2520b.parquet', 'event_date=2026-03-01/a%20b.parquet'],
    'not encoded where it should be': ['event_date=2026-03-01/a%20b.parquet', 'event_date=2026-03-01/a%20b.parquet'],
    'in another Unicode form': ['caf%C3%A9.parquet', 'cafe\u0301.parquet'],
    'in no partition folder': ['a.parquet', 'a.parquet'],
    'in folders with random prefixes': ['x7/event_date=2026-03-01/a.parquet', 'x7/event_date=2026-03-01/a.parquet'],
  };
  for (const [name, [logged, stored]] of Object.entries(spellings)) {
    it(`is never removed, however its path is spelled: ${name}`, async () => {
      const storage = await lake();
      storage.put(`${EVENTS}/${stored}`, 'x', LANDED_AT);
      await putCommit(storage, [added(logged)]);
      assert.deepEqual(await vacuum(storage, 400), []);
      // Nor while it is only removed from the table since a short time.
      const remove = { path: logged, dataChange: false, deletionTimestamp: LANDED_AT.getTime() + 399 * DAY_MS };
      await putCommit(storage, [{ remove }]);
      assert.deepEqual(await vacuum(storage, 400), []);
      assert.deepEqual(await vacuum(storage, 407), [`${EVENTS}/${stored}`]);
    });
  }

  for (const path of ['file:///lake/curated/audit_events/a.parquet', '/lake/a.parquet', 'abfss://x@y.z/a.parquet']) {
    it(`that the log names by an absolute path stops it: ${path}`, async () => {
      const storage = await lake();
      storage.put(`${FOLDER}/lost.parquet`, 'x', LANDED_AT);
      await putCommit(storage, [added(path)]);
      await assert.rejects(vacuum(storage, 400), /below the table/);
      assert.ok(storage.files.has(`${FOLDER}/lost.parquet`));
    });
  }

  it('that came back while the folder was listed is kept', async () => {
    const storage = await lake();
    storage.put(`${FOLDER}/back.parquet`, 'x', LANDED_AT);
    const snapshot = await snapshotOf(storage);
    let done = false;
    const meanwhile = faulty(storage, async ({ operation, path }): Promise<Fate> => {
      if (operation === 'list' && path === `${EVENTS}/_delta_log/` && !done) {
        done = true;
        await putCommit(storage, [added('event_date=2026-03-01/back.parquet')]);
      }
      return 'passes';
    });
    const { files } = await vacuumTable({ storage: meanwhile, host: hostAfter(400) }, snapshot, { dryRun: false });
    assert.ok(done);
    assert.deepEqual(files, []);
  });

  it('of a table with features that keep files elsewhere is not touched', async () => {
    const storage = await lake();
    const snapshot = await snapshotOf(storage);
    const protocol = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['catalogManaged'] };
    await assert.rejects(
      vacuumTable({ storage, host: hostAfter(400) }, { ...snapshot, protocol }, { dryRun: false }),
      UnsupportedTable,
    );
  });
});

describe('a writer that takes its time', () => {
  it('loses no file to a vacuum that runs before it commits', async () => {
    const storage = await lake();
    storage.put('raw/slow.csv', minutes(20, 10), LANDED_AT);
    let vacuumed = 0;
    // Its data file is LANDED_AT old; almost a week later it commits.
    const slow = faulty(storage, async ({ operation, path }): Promise<Fate> => {
      if (operation === 'create' && path.startsWith(`${EVENTS}/_delta_log/`)) {
        assert.deepEqual(await vacuum(storage, 6.9), []);
        vacuumed++;
      }
      return 'passes';
    });
    await ingest(slow);
    assert.equal(vacuumed, 1);
    assert.deepEqual(await messages(storage), minuteMessages(0, 30));
  });
});
