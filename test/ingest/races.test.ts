import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { describe, it } from 'vitest';
import type { Storage } from '../../src/storage/index.ts';
import { start } from '../support/cli.ts';
import {
  EVENTS,
  ingest,
  LANDED_AT,
  land,
  messages,
  minuteMessages,
  minutes,
  onLocalLake,
  onlyReport,
  outcomes,
  snapshotOf,
  sources,
  tableRows,
} from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { type Call, type Fate, faulty, watched } from '../support/store-faults.ts';
import { until } from '../support/until.ts';

function startIngest(root: string, ...args: string[]) {
  const child = start(['ingest', '--lake', root, '--json', ...args]);
  child.stdout.resume();
  child.stderr.resume();
  return child;
}

/** A store on which another writer takes a raw file in, just before the first commit of this one, and `first` happens before. */
function overtaken(storage: Storage, path: string, first: () => void = () => undefined): Storage {
  let raced = false;
  return faulty(storage, async (call: Call): Promise<Fate> => {
    if (!raced && call.operation === 'create' && call.path.startsWith(`${EVENTS}/_delta_log/`)) {
      raced = true;
      first();
      await ingest(storage, {}, [path]);
    }
    return 'passes';
  });
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

describe('several writers at once', () => {
  it(
    'in one process, on different and overlapping files: each event once',
    onLocalLake(async (storage) => {
      const windows = [0, 40, 80, 120, 3000, 0];
      for (const [index, first] of windows.entries()) await land(storage, `${index}.csv`, minutes(first, 60));
      // All of them take every file, beginning at another one each.
      const names = windows.map((_, index) => `raw/${index}.csv`);
      const runs = await Promise.all(
        [0, 2, 4, 5].map((start) => ingest(storage, {}, [...names.slice(start), ...names.slice(0, start)])),
      );
      assert.deepEqual(await messages(storage), [...minuteMessages(0, 180), ...minuteMessages(3000, 60)].sort());
      const reports = runs.flatMap(({ reports: each }) => each);
      const committed = reports.reduce((sum, report) => sum + report.committed, 0);
      assert.equal(committed, 240);
      assert.equal(reports.filter(({ outcome }) => outcome === 'ingested').length, names.length);
      const recorded = await sources(storage);
      assert.deepEqual(recorded.map(({ path }) => path).sort(), names, 'one entry per file');
    }),
  );

  it('lose no reject either: one record of a file that is no export', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/bad.csv', 'a,b\n', LANDED_AT);
    storage.put('raw/good.csv', minutes(0, 5), LANDED_AT);
    const runs = await Promise.all([ingest(storage), ingest(storage), ingest(storage)]);
    for (const run of runs) assert.equal(run.reports.length, 2);
    assert.deepEqual((await sources(storage)).map(({ path }) => path).sort(), ['raw/bad.csv', 'raw/good.csv']);
    assert.deepEqual(storage.paths('curated/audit_events/event_date').length, 1, 'what lost is removed');
  });

  it('commits again without reading again where the winner holds other events', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/a.csv', minutes(0, 10), LANDED_AT);
    storage.put('raw/b.csv', minutes(5000, 10), LANDED_AT);
    // The first file of an instance decides what the others are compared with.
    storage.put('raw/first.csv', minutes(9000, 10), LANDED_AT);
    await ingest(storage, {}, ['raw/first.csv']);
    const racing = overtaken(storage, 'raw/b.csv');
    const { storage: watching, calls } = watched(racing);
    assert.deepEqual(outcomes(await ingest(watching, {}, ['raw/a.csv'])), ['a.csv: ingested 10/0/0']);
    assert.equal(calls.filter(({ operation, path }) => operation === 'read' && path === 'raw/a.csv').length, 1);
    assert.equal((await snapshotOf(storage)).version, 3);
  });

  it('reads again where the winner holds some of the same events', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/a.csv', minutes(0, 10), LANDED_AT);
    storage.put('raw/b.csv', minutes(5, 10), LANDED_AT);
    await ingest(storage, {}, []);
    const racing = overtaken(storage, 'raw/b.csv');
    assert.deepEqual(outcomes(await ingest(racing, {}, ['raw/a.csv'])), ['a.csv: ingested 5/5/0']);
    assert.deepEqual(await messages(storage), minuteMessages(0, 15));
    assert.equal(storage.paths(`${EVENTS}/event_date`).length, 2, 'the files of the first attempt are removed');
  });

  it('skips where the winner was the same file', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/a.csv', minutes(0, 10), LANDED_AT);
    await ingest(storage, {}, []);
    const racing = overtaken(storage, 'raw/a.csv');
    const report = onlyReport(await ingest(racing, {}, ['raw/a.csv']));
    assert.deepEqual([report.outcome, report.reason], ['skipped', 'already_ingested']);
    assert.equal((await sources(storage)).length, 1);
  });

  it('records nothing of a file after the winner took in newer content of it', async () => {
    for (const [older, newer] of [
      [minutes(0, 10), minutes(100, 10)],
      [minutes(0, 10), 'no export\n'],
      ['no export\n', minutes(0, 10)],
    ] as const) {
      const storage = new MemoryStorage();
      storage.put('raw/a.csv', older, LANDED_AT);
      await ingest(storage, {}, []);
      const racing = overtaken(storage, 'raw/a.csv', () => storage.put('raw/a.csv', newer, LANDED_AT));
      assert.notEqual(onlyReport(await ingest(racing, {}, ['raw/a.csv'])).outcome, 'ingested');
      const recorded = (await sources(storage)).map(({ etag }) => etag);
      assert.deepEqual(recorded, [(await storage.head('raw/a.csv'))?.etag]);
      await ingest(storage, {}, ['raw/a.csv']);
      assert.equal((await sources(storage)).length, 1, 'the log knows the file as it is');
    }
  });

  it(
    'as three processes: each event once',
    onLocalLake(async (storage, root) => {
      const windows = [0, 1000, 2000, 500, 0];
      for (const [index, first] of windows.entries()) await land(storage, `${index}.csv`, minutes(first, 1200));
      const codes = await Promise.all([1, 2, 3].map(() => exitCode(startIngest(root))));
      assert.deepEqual(codes, [0, 0, 0]);
      assert.deepEqual(await messages(storage), minuteMessages(0, 3200));
      assert.equal((await sources(storage)).length, windows.length);
    }),
  );

  it(
    'is killed at any moment: the next run completes it, and nothing is doubled',
    onLocalLake(async (storage, root) => {
      for (let index = 0; index < 4; index++) await land(storage, `${index}.csv`, minutes(index * 3000, 4000));
      const files = () => readdirSync(root, { recursive: true }).length;
      for (const more of [1, 5, 9]) {
        const before = files();
        const child = startIngest(root);
        const exited = once(child, 'exit');
        await until(() => files() >= before + more || child.exitCode !== null);
        child.kill('SIGKILL');
        await exited;
        // Whatever there is, is whole: each file's rows are in or not.
        const started = await storage.head(`${EVENTS}/_delta_log/00000000000000000000.json`);
        const rows = started === null ? [] : await tableRows(storage);
        const recorded = started === null ? [] : await sources(storage);
        assert.equal(
          rows.length,
          recorded.reduce((sum, source) => sum + Number(source['committed']), 0),
        );
      }
      assert.equal(await exitCode(startIngest(root)), 0);
      assert.deepEqual(await messages(storage), minuteMessages(0, 13_000));
    }),
  );
});

describe('a raw file that changes between the look and the reading', () => {
  /** Puts other content under a raw path each time it is about to be read. */
  function changing(storage: MemoryStorage, contents: readonly string[]) {
    const rest = [...contents];
    return faulty(storage, ({ operation, path }) => {
      const next = operation === 'read' && path === 'raw/a.csv' ? rest.shift() : undefined;
      if (next !== undefined) storage.put(path, next, LANDED_AT);
      return 'passes';
    });
  }

  it('is begun again once, as what it is now', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/a.csv', minutes(0, 10), LANDED_AT);
    assert.deepEqual(outcomes(await ingest(changing(storage, [minutes(0, 20)]))), ['a.csv: ingested 20/0/0']);
    const [source] = await sources(storage);
    assert.equal(source?.['etag'], (await storage.head('raw/a.csv'))?.etag);
  });

  it('is left to the next run where it changes again, with nothing visible', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/a.csv', minutes(0, 10), LANDED_AT);
    const run = await ingest(changing(storage, [minutes(0, 20), minutes(0, 30)]));
    assert.equal(onlyReport(run).outcome, 'skipped');
    assert.equal(onlyReport(run).reason, 'still_changing');
    assert.equal((await snapshotOf(storage)).version, 0);
    assert.deepEqual(storage.paths(`${EVENTS}/event_date`), []);
    assert.deepEqual(outcomes(await ingest(storage)), ['a.csv: ingested 30/0/0']);
  });

  it('is skipped where it is gone by then', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/a.csv', minutes(0, 10), LANDED_AT);
    const vanishing = faulty(storage, async ({ operation, path }): Promise<Fate> => {
      if (operation === 'read' && path === 'raw/a.csv') await storage.delete(path);
      return 'passes';
    });
    assert.equal(onlyReport(await ingest(vanishing, {}, ['raw/a.csv'])).reason, 'gone');
  });
});
