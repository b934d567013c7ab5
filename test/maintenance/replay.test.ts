import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { localStorage, type Storage, wrapStorage } from '../../src/storage/index.ts';
import { commitInfoOf, type JsonValue } from '../../src/table/index.ts';
import { readCommits } from '../../src/table/log.ts';
import { verifyLake } from '../../src/verify/index.ts';
import {
  EVENTS,
  ingest,
  LANDED_AT,
  onlyReport,
  type Source,
  settings,
  snapshotOf,
  tableRows,
} from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { faulty } from '../support/store-faults.ts';
import { reseal } from '../verify/lake.ts';
import {
  aged,
  catalogues,
  DATES,
  days,
  erase,
  events,
  isLocked,
  lastChange,
  ROWS_PER_DAY,
  replay,
  retain,
  steps,
  withoutCatalogue,
} from './changes.ts';

const [FIRST = '', SECOND = '', THIRD = ''] = DATES;
const FIXTURE = new URL('../fixtures/tables/first-version', import.meta.url);

/** What the last replay recorded of the raw files that it read. */
async function replayedSources(storage: Storage): Promise<Source[]> {
  const infos = (await readCommits(storage, EVENTS, 0)).map(({ actions }) => commitInfoOf(actions));
  const last = infos.findLast((info) => (info?.['change'] as { kind?: JsonValue } | undefined)?.kind === 'replay');
  return (last?.['sources'] ?? []) as unknown as Source[];
}

/** The same lake, copied by a tool that gave each file another ETag. */
function underOtherEtags(storage: MemoryStorage): Storage {
  const mark = 'copy-';
  const others = wrapStorage(storage, {
    head: async (path) => {
      const info = await storage.head(path);
      return info === null ? null : { ...info, etag: `${mark}${info.etag}` };
    },
    read: (path, options = {}) => {
      const { ifMatch, ...range } = options;
      if (ifMatch === undefined) return storage.read(path, options);
      return storage.read(path, { ...range, ifMatch: ifMatch.startsWith(mark) ? ifMatch.slice(mark.length) : 'none' });
    },
  });
  return others;
}

describe('replay', () => {
  it('puts rows of the catalogue of today in place of all rows, and keeps every other value', async () => {
    const storage = await aged();
    const before = await tableRows(storage);
    const { version } = await snapshotOf(storage);
    const result = await replay(storage);
    assert.deepEqual(await catalogues(storage), { [FIRST]: 'new', [SECOND]: 'new', [THIRD]: 'new' });
    assert.deepEqual(withoutCatalogue(await tableRows(storage)), withoutCatalogue(before));
    assert.deepEqual(await steps(storage, version + 1), ['unlock', 'replay', 'lock']);
    assert.deepEqual([result.sources, result.rowsBefore, result.rowsAfter], [3, 21, 21]);
    assert.deepEqual([result.vanished, result.appeared, result.carriedOver, result.skipped], [0, 0, 0, []]);
    assert.ok(await isLocked(storage));
  });

  it('replaces only the days asked for', async () => {
    const storage = await aged();
    const result = await replay(storage, {}, [SECOND, SECOND]);
    assert.deepEqual(await catalogues(storage), { [FIRST]: 'old', [SECOND]: 'new', [THIRD]: 'old' });
    assert.deepEqual([result.rowsBefore, result.rowsAfter], [ROWS_PER_DAY, ROWS_PER_DAY]);
    const { from, to } = await lastChange(storage);
    assert.deepEqual([from, to], [SECOND, SECOND]);
  });

  it('records what became of each record of each raw file', async () => {
    const storage = await aged();
    storage.put('raw/0.csv', days('2026-02-28'), LANDED_AT);
    await ingest(storage);
    await erase(storage);
    await retain(storage, FIRST);
    for (const scope of [null, [FIRST, SECOND]] as const) {
      await replay(storage, {}, scope);
      const replayed = await replayedSources(storage);
      assert.deepEqual(
        replayed.map(({ path }) => path),
        ['raw/1.csv', 'raw/2.csv', 'raw/3.csv', 'raw/0.csv'],
        'in the order in which they came in',
      );
      for (const source of replayed) {
        const parts = ['committed', 'duplicates', 'quarantined', 'withheld', 'outside_scope'];
        const sum = parts.reduce((all, part) => all + Number(source[part] ?? 0), 0);
        assert.equal(source['rows'], sum, JSON.stringify(source));
      }
      const total = (part: string) => replayed.reduce((all, source) => all + Number(source[part] ?? 0), 0);
      assert.equal(total('committed'), scope === null ? 9 : 6);
      assert.equal(total('quarantined'), 1);
      assert.equal(total('withheld'), scope === null ? 23 : 12);
      assert.equal(total('outside_scope'), scope === null ? 0 : 2 * ROWS_PER_DAY);
      const { rows_before, rows_after } = await lastChange(storage);
      assert.deepEqual([rows_before, rows_after], [total('committed'), total('committed')]);
    }
  });

  it('says as a dry run what would come of it, and writes nothing', async () => {
    const storage = await aged();
    const before = storage.copy();
    const result = await replay(storage, {}, null, { dryRun: true });
    assert.deepEqual([result.version, result.sources, result.records, result.rowsAfter], [null, 3, 29, 21]);
    assert.deepEqual(storage.paths(), before.paths());
    for (const path of storage.paths()) assert.deepEqual(storage.content(path), before.content(path));
  });

  it('comes to the same bytes each time', async () => {
    const storage = await aged();
    const digests = async () => {
      const { files, path } = await snapshotOf(storage);
      return [...files.values()].map((file) => storage.content(`${path}/${file.path}`).toString('base64')).sort();
    };
    await replay(storage);
    const first = await digests();
    await replay(storage);
    assert.deepEqual(await digests(), first);
    assert.equal((await replayedSources(storage)).length, 3, 'a raw file is read once, however often it was replayed');
  });

  it('brings back neither what was erased nor what is too old', async () => {
    const storage = await aged();
    await erase(storage);
    await retain(storage, SECOND);
    const left = await events(storage);
    await replay(storage);
    assert.deepEqual(await events(storage), left);
    storage.put('raw/again.csv', days(...DATES), LANDED_AT);
    assert.equal(onlyReport(await ingest(storage, {}, ['raw/again.csv'])).committed, 0);
  });

  it('knows the raw files of a lake that was copied by their content', async () => {
    const storage = await aged();
    const before = await tableRows(storage);
    const result = await replay(underOtherEtags(storage));
    assert.deepEqual([result.sources, result.skipped], [3, []]);
    assert.deepEqual(withoutCatalogue(await tableRows(storage)), withoutCatalogue(before));
    assert.deepEqual(await catalogues(storage), { [FIRST]: 'new', [SECOND]: 'new', [THIRD]: 'new' });
  });

  it('reads a table that the first version wrote', async () => {
    const root = await mkdtemp(join(tmpdir(), 'lake-'));
    try {
      await cp(FIXTURE, root, { recursive: true });
      const storage = localStorage(root);
      const before = (await tableRows(storage)).map(
        (row) => `${row['event_uid']} ${row['ingest_id']} ${row['message']}`,
      );
      assert.ok(before.length > 0);
      const result = await replay(storage);
      assert.deepEqual([result.skipped, result.vanished, result.appeared], [[], 0, 0]);
      const after = await tableRows(storage);
      assert.deepEqual(
        after.map((row) => `${row['event_uid']} ${row['ingest_id']} ${row['message']}`),
        before,
      );
      assert.equal((await ingest(storage)).reports.filter(({ outcome }) => outcome === 'ingested').length, 0);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});

describe('a replay that cannot read a raw file again', () => {
  for (const [reason, spoil] of [
    ['gone', (storage: MemoryStorage) => storage.files.delete('raw/1.csv')],
    ['changed', (storage: MemoryStorage) => storage.put('raw/1.csv', days('2026-03-09'), LANDED_AT)],
  ] as const) {
    it(`because it is ${reason} keeps its rows as they are, and each event once`, async () => {
      const storage = await aged();
      const before = await tableRows(storage);
      await spoil(storage);
      const result = await replay(storage);
      assert.deepEqual(result.skipped, [{ path: 'raw/1.csv', reason }]);
      assert.equal(result.carriedOver, ROWS_PER_DAY);
      const after = await tableRows(storage);
      assert.deepEqual(withoutCatalogue(after), withoutCatalogue(before));
      assert.deepEqual(await catalogues(storage), { [FIRST]: 'old', [SECOND]: 'new', [THIRD]: 'new' });
      assert.equal((await lastChange(storage))['carried_over'], ROWS_PER_DAY);
    });
  }

  for (const [reason, spoil] of [
    ['gone', (storage: MemoryStorage) => storage.files.delete('raw/2.csv')],
    ['changed', (storage: MemoryStorage) => storage.put('raw/2.csv', days('2026-03-09'), LANDED_AT)],
  ] as const) {
    it(`because it is ${reason} by the time it is read keeps its rows too`, async () => {
      const storage = await aged();
      const before = await tableRows(storage);
      const spoiling = faulty(storage, ({ operation, path }) => {
        if (operation === 'read' && path === 'raw/1.csv') spoil(storage);
        return 'passes';
      });
      const result = await replay(spoiling);
      assert.deepEqual(result.skipped, [{ path: 'raw/2.csv', reason }]);
      assert.deepEqual(withoutCatalogue(await tableRows(storage)), withoutCatalogue(before));
      assert.deepEqual(await catalogues(storage), { [FIRST]: 'new', [SECOND]: 'old', [THIRD]: 'new' });
    });
  }

  it('because its rows are of no file on record keeps these too', async () => {
    const storage = await aged();
    for (const path of storage.paths('raw/')) storage.files.delete(path);
    const before = await tableRows(storage);
    const result = await replay(storage);
    assert.deepEqual([result.sources, result.carriedOver], [0, 21]);
    assert.deepEqual(await tableRows(storage), before);
  });

  it('because the settings of today refuse it keeps its rows', async () => {
    const storage = await aged();
    storage.put('raw/other.csv', days('2026-03-04').replace('time,code', 'Occurred,code'), LANDED_AT);
    const aliases = { columnAliases: 'time=Occurred' };
    await ingest(storage, aliases, ['raw/other.csv']);
    const before = withoutCatalogue(await tableRows(storage));
    const result = await replay(storage);
    assert.deepEqual(result.skipped, [{ path: 'raw/other.csv', reason: 'rejected' }]);
    assert.deepEqual(withoutCatalogue(await tableRows(storage)), before);
    // The other way round three of four are refused.
    assert.equal((await replay(storage, aliases)).skipped.length, 3);
    assert.deepEqual(withoutCatalogue(await tableRows(storage)), before);
  });
});

describe('a replay after a change of settings', () => {
  it('says how many events are gone and how many new where it changes what makes an event', async () => {
    const storage = await aged();
    const before = await tableRows(storage);
    const result = await replay(storage, { instances: '=acme' });
    assert.deepEqual([result.idsChanged, result.vanished, result.appeared], [21, 21, 21]);
    const { vanished, appeared } = await lastChange(storage);
    assert.deepEqual([vanished, appeared], [21, 21]);
    const after = await tableRows(storage);
    assert.deepEqual(
      after.map((row) => row['message']),
      before.map((row) => row['message']),
    );
    assert.ok(after.every((row) => row['instance'] === 'acme'));
    storage.put('raw/again.csv', days(...DATES), LANDED_AT);
    const report = onlyReport(await ingest(storage, { instances: '=acme' }, ['raw/again.csv']));
    assert.equal(report.duplicates, 21);
  });

  it('takes in rows that were in quarantine, where the settings make them good', async () => {
    const storage = new MemoryStorage();
    const long = `${FIRST}T12:00:00Z,92043,"Updated dashboard, ID=d-9, name=${'x'.repeat(3000)}",li\n`;
    storage.put('raw/1.csv', `${days(FIRST)}${long}`, LANDED_AT);
    assert.equal(onlyReport(await ingest(storage, { maxRecordBytes: '1024' })).quarantined, 1);
    const result = await replay(storage);
    assert.deepEqual([result.rowsBefore, result.rowsAfter, result.appeared], [7, 8, 1]);
    assert.equal((await replayedSources(storage))[0]?.['quarantined'], 0);
  });

  it('does so over some days alone where only a limit changed, and for these alone', async () => {
    const storage = new MemoryStorage();
    const long = (date: string) => `${date}T12:00:00Z,92043,"Updated dashboard, ID=d-9, name=${'x'.repeat(3000)}",li\n`;
    storage.put('raw/1.csv', `${days(FIRST, SECOND)}${long(FIRST)}${long(SECOND)}`, LANDED_AT);
    assert.equal(onlyReport(await ingest(storage, { maxRecordBytes: '1024' })).quarantined, 2);
    const result = await replay(storage, {}, [FIRST, FIRST]);
    assert.deepEqual([result.rowsBefore, result.rowsAfter, result.appeared], [7, 8, 1]);
    assert.deepEqual((await verifyLake(storage, settings(), { deep: true, head: null })).problems, []);

    const refusal = /replay without --from and --to, or with settings that read times/;
    await assert.rejects(replay(storage, { instances: '=acme' }, [FIRST, FIRST]), refusal);
  });

  it('is refused where erased rows could come back under another id', async () => {
    const storage = await aged();
    await erase(storage);
    const { version } = await snapshotOf(storage);
    await assert.rejects(replay(storage, { instances: '=acme' }), /rows that were erased may be among them/);
    assert.equal((await snapshotOf(storage)).version, version);
    const parts = storage.paths(`${EVENTS}/event_date`).length;
    await replay(storage);
    assert.equal(storage.paths(`${EVENTS}/event_date`).length, parts + 3, 'what the refused one wrote is removed');
  });
});

describe('a replay of a table that holds what no raw file does', () => {
  it('is refused where an event of the table is in no raw file: nothing may vanish', async () => {
    const storage = await aged();
    const [row] = await tableRows(storage);
    const uid = String(row?.['event_uid']);
    for (const path of storage.paths(`${EVENTS}/event_date`)) {
      const bytes = Buffer.from(storage.content(path));
      const at = bytes.indexOf(uid);
      if (at >= 0) bytes.write(uid.startsWith('0') ? '1' : '0', at);
      storage.put(path, bytes);
    }
    const { version } = await snapshotOf(storage);
    const parts = storage.paths(`${EVENTS}/event_date`);
    await assert.rejects(replay(storage), /found 1 in none of them/);
    assert.equal((await snapshotOf(storage)).version, version);
    assert.deepEqual(storage.paths(`${EVENTS}/event_date`), parts);

    // Nor where an older version of the reader read the files, which gave the same records.
    for (const path of storage.paths(`${EVENTS}/_delta_log/`)) {
      const text = storage.content(path).toString();
      if (path.endsWith('.json')) storage.put(path, text.replaceAll(/"reader_version":\d+,/g, ''));
    }
    reseal(storage);
    await assert.rejects(replay(storage), /found 1 in none of them/);
  });
});
