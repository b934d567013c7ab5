import assert from 'node:assert/strict';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { PreconditionFailed, StorageFault } from '../../src/storage/index.ts';
import {
  EVENTS,
  ingest,
  LANDED_AT,
  land,
  messages,
  minuteMessages,
  minutes,
  onLocalLake,
  outcomes,
  sources,
  tableRows,
} from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { type Call, type Fate, faulty, watched } from '../support/store-faults.ts';

/** Two overlapping exports, one with a broken row, and a file that is none: every kind of write happens. */
function lake(): MemoryStorage {
  const storage = new MemoryStorage(1024);
  storage.put('raw/a.csv', minutes(0, 200), LANDED_AT);
  storage.put('raw/b.csv', `${minutes(150, 100)}broken\n`, LANDED_AT);
  storage.put('raw/c.csv', 'no export\n', LANDED_AT);
  return storage;
}

/** Whatever happened: the table opens, and each file is in wholly or not at all. */
async function checkWhole(storage: MemoryStorage): Promise<void> {
  if (storage.paths(`${EVENTS}/_delta_log/`).length === 0) return;
  const rows = await tableRows(storage);
  const recorded = await sources(storage);
  for (const source of recorded) {
    const own = rows.filter((row) => row['source_file'] === source['path']);
    assert.equal(own.length, source['committed']);
  }
  assert.equal(
    rows.length,
    recorded.reduce((sum, source) => sum + Number(source['committed']), 0),
  );
  const named = recorded.map((source) => (source['quarantine'] as { path: string } | null)?.path).filter(Boolean);
  for (const path of named)
    assert.ok(storage.files.has(String(path)), 'a commit names a quarantine file that is not there');
}

/** A rerun on the bare store completes the work, and nothing is doubled. */
async function checkRerun(storage: MemoryStorage): Promise<void> {
  await ingest(storage);
  assert.deepEqual(await messages(storage), minuteMessages(0, 250));
  assert.deepEqual((await sources(storage)).map(({ path }) => path).sort(), ['raw/a.csv', 'raw/b.csv', 'raw/c.csv']);
  assert.equal(storage.paths('quarantine/').length, 2);
  for (const table of ['audit_events', 'audit_codes']) {
    const versions = storage.paths(`curated/${table}/_delta_log/`).filter((path) => path.endsWith('.json'));
    assert.equal(storage.paths(`evidence/${table}/`).length, versions.length, 'each commit has its evidence');
  }
}

async function callsOfOneRun(): Promise<readonly Call[]> {
  const { storage, calls } = watched(lake());
  await ingest(storage);
  return calls;
}

async function runWith(fateOf: (call: Call) => Fate): Promise<{ storage: MemoryStorage; error: unknown }> {
  const storage = lake();
  const error = await ingest(faulty(storage, fateOf)).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { storage, error };
}

describe('a run that ends at any of its steps', () => {
  it('leaves a whole table, and the next run completes it', async () => {
    const { length } = await callsOfOneRun();
    assert.ok(length > 20);
    for (let last = 0; last < length; last++) {
      const { storage, error } = await runWith(({ number }) => (number > last ? 'fails' : 'passes'));
      // What follows the last commit may fail without failing the run.
      const isDone = error === null && (await sources(storage)).length === 3;
      assert.ok(isDone || error instanceof StorageFault, `ends after ${last} of ${length} calls`);
      await checkWhole(storage);
      await checkRerun(storage);
    }
  });

  it('and so does one in which a single step fails', async () => {
    const calls = await callsOfOneRun();
    for (const { number, operation, path } of calls) {
      const { storage, error } = await runWith((call) => (call.number === number ? 'fails' : 'passes'));
      // Removing what no commit names may fail: it is an orphan then.
      if (operation !== 'delete') assert.ok(error === null || error instanceof StorageFault, `${operation} ${path}`);
      await checkWhole(storage);
      await checkRerun(storage);
    }
  });

  it('and so does one in which a step was done and its answer lost', async () => {
    const calls = await callsOfOneRun();
    const writes = calls.filter(({ operation }) => operation === 'create' || operation === 'replace');
    assert.ok(writes.length >= 8);
    for (const { number } of writes) {
      const { storage } = await runWith((call) => (call.number === number ? 'answer lost' : 'passes'));
      await checkWhole(storage);
      await checkRerun(storage);
    }
  });

  it('recovers by itself where the answer to a commit was lost', async () => {
    const isCommit = ({ operation, path }: Call) => operation === 'create' && path.startsWith(`${EVENTS}/_delta_log/`);
    const { storage, error } = await runWith((call) => (isCommit(call) ? 'answer lost' : 'passes'));
    assert.equal(error, null);
    await checkRerun(storage);
  });
});

describe('a store that fails', () => {
  for (const [title, fails] of [
    [
      'no space for data files',
      ({ operation, path }: Call) => operation === 'create' && path.endsWith('.parquet') && path.startsWith(EVENTS),
    ],
    [
      'no space for quarantined rows',
      ({ operation, path }: Call) => operation === 'create' && path.startsWith('quarantine/rows/'),
    ],
    [
      'no space for rejected files',
      ({ operation, path }: Call) => operation === 'create' && path.startsWith('quarantine/files/'),
    ],
    ['a raw file that cannot be read', ({ operation, path }: Call) => operation === 'read' && path === 'raw/b.csv'],
    ['a raw zone that cannot be listed', ({ operation, path }: Call) => operation === 'list' && path === 'raw/'],
  ] as const) {
    it(`${title}: StorageFault, and nothing half-visible`, async () => {
      const { storage, error } = await runWith((call) => (fails(call) ? 'fails' : 'passes'));
      assert.ok(error instanceof StorageFault);
      await checkWhole(storage);
      await checkRerun(storage);
    });
  }

  it('in the middle of many quarantined rows: StorageFault, however many follow', async () => {
    const storage = new MemoryStorage();
    const full = `time,code,message\n2026-03-01T00:00:00Z,92042,x\n${'broken\n'.repeat(20_000)}`;
    storage.put('raw/a.csv', full, LANDED_AT);
    const failing = {
      ...faulty(storage, () => 'passes'),
      async create(path: string, content: Uint8Array | AsyncIterable<Uint8Array>) {
        if (!path.startsWith('quarantine/')) return storage.create(path, content);
        for await (const _ of content instanceof Uint8Array ? [content] : content)
          throw new StorageFault('create', path, 'full');
        throw new Error('expected content');
      },
    };
    await assert.rejects(ingest(failing), StorageFault);
    await ingest(storage);
    const [path] = storage.paths('quarantine/rows/');
    assert.equal(storage.content(path!).toString().trimEnd().split('\n').length, 20_000);
  });

  it('takes a quarantine file that an earlier try left for its own: it is a pure function of file and settings', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/a.csv', `time,code,message\n2026-03-01T00:00:00Z,92042,x\n${'broken\n'.repeat(5_000)}`, LANDED_AT);
    const noCommit = faulty(storage, ({ operation, path }) =>
      operation === 'create' && path.includes('_events/_delta_log/') && path.endsWith('1.json') ? 'fails' : 'passes',
    );
    await assert.rejects(ingest(noCommit), StorageFault);
    const before = storage.paths('quarantine/').map((path) => storage.content(path).toString());
    assert.equal(before.length, 1);
    assert.deepEqual(outcomes(await ingest(storage)), ['a.csv: ingested 1/0/5000']);
    assert.deepEqual(
      storage.paths('quarantine/').map((path) => storage.content(path).toString()),
      before,
    );
  });

  it('by saying that the raw file changed each time: that is no fault of the store', async () => {
    const storage = lake();
    const changed = { ...faulty(storage, () => 'passes') };
    changed.read = async function* (path, options) {
      if (path === 'raw/a.csv') throw new PreconditionFailed('read', path, options?.ifMatch ?? '', 'another');
      yield* storage.read(path, options);
    };
    const { reports } = await ingest(changed);
    assert.deepEqual(
      reports.filter(({ path }) => path === 'raw/a.csv').map(({ outcome, reason }) => `${outcome}: ${reason}`),
      ['skipped: still_changing'],
    );
    await checkRerun(storage);
  });

  it('because the folder may not be written: StorageFault, with what to do', (context) => {
    context.skip(process.getuid?.() === 0, 'root may write anywhere');
    return onLocalLake(async (storage, root) => {
      await land(storage, 'a.csv', minutes(0, 3));
      await mkdir(join(root, 'curated'), { recursive: true });
      await chmod(join(root, 'curated'), 0o500);
      try {
        await assert.rejects(ingest(storage), (error) => error instanceof StorageFault && /EACCES/.test(error.message));
      } finally {
        await chmod(join(root, 'curated'), 0o700);
      }
    })();
  });

  it(
    'because a file stands where a folder has to be: StorageFault',
    onLocalLake(async (storage) => {
      await land(storage, 'a.csv', minutes(0, 3));
      await ingest(storage, {}, []);
      await storage.create(`${EVENTS}/event_date=2026-03-01`, Buffer.from('in the way'));
      await assert.rejects(ingest(storage), StorageFault);
      await storage.delete(`${EVENTS}/event_date=2026-03-01`);
      assert.deepEqual(outcomes(await ingest(storage)), ['a.csv: ingested 3/0/0']);
    }),
  );
});
