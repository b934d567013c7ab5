import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { UID_VECTORS } from '../events/vectors.ts';
import {
  EVENTS,
  ingest,
  LANDED_AT,
  messages,
  minuteMessages,
  minutes,
  outcomes,
  snapshotOf,
  sources,
  tableRows,
} from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { watched } from '../support/store-faults.ts';

const HEADER = 'time,code,message,user name\n';
const EVENT = '2026-03-01T10:00:00Z,92042,"Created dashboard, ID=d, name=n",li\n';

function lake(files: Readonly<Record<string, string>> = {}): MemoryStorage {
  const storage = new MemoryStorage();
  for (const [name, content] of Object.entries(files)) storage.put(`raw/${name}`, content, LANDED_AT);
  return storage;
}

describe('what comes twice', () => {
  it('is skipped where the file is in already: nothing is read, nothing committed', async () => {
    const storage = lake({ 'a.csv': minutes(0, 10) });
    await ingest(storage);
    const { version } = await snapshotOf(storage);
    const { storage: watching, calls } = watched(storage);
    const run = await ingest(watching);
    assert.deepEqual(outcomes(run), ['a.csv: skipped 0/0/0']);
    assert.equal(run.reports[0]?.reason, 'already_ingested');
    assert.equal(run.snapshot.version, version);
    assert.deepEqual(
      calls.filter(({ operation, path }) => operation === 'create' || path.endsWith('.parquet')),
      [],
    );
  });

  it('is a duplicate where the same content comes under another name', async () => {
    const storage = lake({ 'a.csv': minutes(0, 10) });
    await ingest(storage);
    storage.put('raw/b.csv', minutes(0, 10), LANDED_AT);
    assert.deepEqual(outcomes(await ingest(storage)), ['a.csv: skipped 0/0/0', 'b.csv: ingested 0/10/0']);
    assert.deepEqual(await messages(storage), minuteMessages(0, 10));
    assert.equal((await sources(storage)).length, 2);
  });

  it('is a duplicate where the windows of two exports overlap', async () => {
    const storage = lake({ 'a.csv': minutes(0, 60), 'b.csv': minutes(45, 60), 'c.csv': minutes(30, 90) });
    assert.deepEqual(outcomes(await ingest(storage)), [
      'a.csv: ingested 60/0/0',
      'b.csv: ingested 45/15/0',
      'c.csv: ingested 15/75/0',
    ]);
    assert.deepEqual(await messages(storage), minuteMessages(0, 120));
  });

  it('stays two where one file holds two equal records, and stays two when that file is exported again', async () => {
    const storage = lake({ 'a.csv': HEADER + EVENT + EVENT + EVENT });
    assert.deepEqual(outcomes(await ingest(storage)), ['a.csv: ingested 3/0/0']);
    assert.equal(new Set((await tableRows(storage)).map((row) => row['event_uid'])).size, 3);
    storage.put('raw/b.csv', HEADER + EVENT + minutes(0, 1).slice(HEADER.length) + EVENT + EVENT, LANDED_AT);
    assert.deepEqual(outcomes(await ingest(storage)).slice(1), ['b.csv: ingested 1/3/0']);
    storage.put('raw/c.csv', HEADER + EVENT.repeat(5), LANDED_AT);
    assert.deepEqual(outcomes(await ingest(storage)).slice(2), ['c.csv: ingested 2/3/0']);
  });

  it('adds only the new where a file changes under its path', async () => {
    const storage = lake({ 'a.csv': minutes(0, 10) });
    await ingest(storage);
    storage.put('raw/a.csv', minutes(0, 15), LANDED_AT);
    assert.deepEqual(outcomes(await ingest(storage)), ['a.csv: ingested 5/10/0']);
    assert.deepEqual(outcomes(await ingest(storage)), ['a.csv: skipped 0/0/0']);
    const rows = await tableRows(storage);
    assert.equal(new Set(rows.map((row) => row['source_etag'])).size, 2);
    assert.equal(new Set(rows.map((row) => row['ingest_id'])).size, 2);
  });

  it('counts per instance: two tenants may report the same event', async () => {
    const storage = lake({ 'eu/a.csv': minutes(0, 3), 'us/a.csv': minutes(0, 3), 'us/b.csv': minutes(0, 3) });
    const run = await ingest(storage, { instances: 'eu/=acme-eu,us/=acme-us' });
    assert.deepEqual(outcomes(run), [
      'eu/a.csv: ingested 3/0/0',
      'us/a.csv: ingested 3/0/0',
      'us/b.csv: ingested 0/3/0',
    ]);
  });

  it('ends up once, in whatever windows and order the exports come', async () => {
    const window = fc
      .tuple(fc.nat({ max: 3000 }), fc.integer({ min: 0, max: 1500 }))
      .map(([first, count]) => [first, count] as const);
    await fc.assert(
      fc.asyncProperty(fc.array(window, { minLength: 1, maxLength: 5 }), async (windows) => {
        const storage = lake();
        for (const [index, [first, count]] of windows.entries()) {
          storage.put(`raw/${index}.csv`, minutes(first, count), LANDED_AT);
          await ingest(storage, {}, [`raw/${index}.csv`]);
        }
        const all = new Set(windows.flatMap(([first, count]) => minuteMessages(first, count)));
        assert.deepEqual(await messages(storage), [...all].sort());
      }),
      { numRuns: 15 },
    );
  });
});

describe('looking for what is in', () => {
  it('reads only data files that can overlap, of these only the ids, and each once', async () => {
    const day = 24 * 60;
    const storage = lake({
      'a.csv': minutes(0, 60),
      'b.csv': minutes(120, 60),
      'c.csv': minutes(240, 60),
      'd.csv': minutes(day, 60),
    });
    for (const path of storage.paths('raw/')) await ingest(storage, {}, [path]);
    const table = (await snapshotOf(storage)).files;
    const fileOf = async (message: string) => {
      const row = (await tableRows(storage)).find((each) => each['message'] === message);
      for (const { path, stats } of table.values())
        if (stats?.includes(`"${row?.['source_file']}"`)) return `${EVENTS}/${path}`;
      return '';
    };
    const overlapping = [await fileOf(minuteMessages(0, 1)[0]!), await fileOf(minuteMessages(120, 1)[0]!)];
    // From the last minute of a to the first of b; and a day of its own, which no data file holds.
    storage.put('raw/e.csv', minutes(59, 62) + minutes(5 * day, 3).slice(HEADER.length), LANDED_AT);
    const { storage: watching, calls } = watched(storage);
    const run = await ingest(watching, {}, ['raw/e.csv']);
    assert.deepEqual(outcomes(run), ['e.csv: ingested 63/2/0']);
    const reads = calls.filter(
      ({ operation, path }) => operation === 'read' && path.endsWith('.parquet') && path.startsWith(EVENTS),
    );
    assert.deepEqual(new Set(reads.map(({ path }) => path)), new Set(overlapping));
    assert.ok(reads.length <= 3 * overlapping.length, `${reads.length} reads of ${overlapping.length} files`);
  });

  it('finds an event in the last microseconds that a file covers', async () => {
    const event = (fraction: string) => `2026-03-01T10:00:00.${fraction}Z,92042,"Created dashboard, ID=d, name=n",li\n`;
    const storage = lake({ 'a.csv': HEADER + event('123456') + event('123999') });
    await ingest(storage);
    storage.put('raw/b.csv', HEADER + event('123999') + event('123456') + event('124000') + event('122999'), LANDED_AT);
    assert.deepEqual(outcomes(await ingest(storage, {}, ['raw/b.csv'])), ['b.csv: ingested 2/2/0']);
  });

  it('trusts a file without statistics in nothing, and reads it', async () => {
    const storage = lake({ 'a.csv': minutes(0, 5) });
    await ingest(storage);
    const path = `${EVENTS}/_delta_log/00000000000000000001.json`;
    const log = storage
      .content(path)
      .toString()
      .replace(/,"stats":"(?:[^"\\]|\\.)*"/, '');
    storage.put(path, log);
    storage.put('raw/b.csv', minutes(3, 5), LANDED_AT);
    assert.deepEqual(outcomes(await ingest(storage, {}, ['raw/b.csv'])), ['b.csv: ingested 3/2/0']);
  });
});

describe('the identity of an event, from file to table', () => {
  const now = Date.UTC(2100, 0, 1);
  // Those of other systems come from logs, which no CSV gives.
  const rows = UID_VECTORS.filter(
    ({ source_system: system, time_micros }) =>
      system === 'infinity' && time_micros >= 946_684_800_000_000 && time_micros < now * 1000,
  );
  for (const vector of rows) {
    it(vector.name, async () => {
      const { instance, actor_name, actor_id, message, code, ordinal, time_micros } = vector;
      const columns = [
        [
          'time',
          new Date(Math.floor(time_micros / 1000))
            .toISOString()
            .replace('Z', `${String(time_micros % 1000).padStart(3, '0')}Z`),
        ],
        ['code', String(code)],
        ['message', message],
        ...(actor_name === null ? [] : [['user name', actor_name]]),
        ...(actor_id === null ? [] : [['user uid', actor_id]]),
      ] as [string, string][];
      const record = columns.map(([, cell]) => `"${cell.replaceAll('"', '""')}"`).join(',');
      const storage = new MemoryStorage(11);
      const text = `${columns.map(([name]) => name).join(',')}\n${`${record}\n`.repeat(ordinal + 1)}`;
      storage.put('raw/a.csv', text, new Date(now));
      await ingest(storage, instance === '' ? {} : { instances: `=${instance}` });
      assert.equal((await tableRows(storage)).at(-1)?.['event_uid'], vector.event_uid);
    });
  }

  it('changes with the columns that the export gives, where somebody says so, which is reported', async () => {
    const bare = minutes(0, 2).replaceAll(/,(user name|li)$/gm, '');
    const storage = lake({ '1.csv': minutes(0, 2), '2.csv': bare, '3.csv': bare, '4.csv': minutes(5, 1), '5.csv': '' });
    const run = await ingest(storage, {}, undefined, true);
    assert.deepEqual(
      run.reports.map(({ warnings }) => warnings.includes('identity_columns_changed')),
      [false, true, false, true, false],
    );
    assert.deepEqual(outcomes(run)[1], '2.csv: ingested 2/0/0');
    const recorded = await sources(storage);
    assert.deepEqual(
      recorded.map((source) => [source['identity_columns'], source['identity_columns_changed']]),
      [
        [['actor_name'], false],
        [[], true],
        [[], false],
        [['actor_name'], true],
        [[], false],
      ],
    );
  });
});
