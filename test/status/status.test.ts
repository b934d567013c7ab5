import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { statusText } from '../../src/cli/status-text.ts';
import { recordReplaced } from '../../src/lake/index.ts';
import { type LakeStatus, lakeStatus } from '../../src/status/index.ts';
import { UnreadableFile } from '../../src/storage/index.ts';
import { recordVerification } from '../../src/verify/index.ts';
import { HOST, ingest, minutes, settings } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { lake, verify } from '../verify/lake.ts';

const NOW = Date.parse('2026-06-02T00:00:00Z');
const YESTERDAY = new Date(NOW - 86_400_000);

async function status(storage: MemoryStorage, options: Readonly<Record<string, string>> = {}): Promise<LakeStatus> {
  const found = await lakeStatus(storage, settings(options), NOW);
  assert.ok(found !== null);
  return found;
}

/** One record of a day and a minute of it. */
function dayRecord(day: string): string {
  return `${day}T10:00:00.000Z,92042,"Created dashboard, ID=d-1, name=${day}",li\n`;
}

const HEADER = 'Time,Code,Message,User name\n';

describe('the status of a lake', () => {
  it('is none where there is neither a table nor a raw file', async () => {
    assert.equal(await lakeStatus(new MemoryStorage(), settings(), NOW), null);
  });

  it('tells rows by status, quarantine by reason and rejections from the log, and opens no data file', async () => {
    const storage = await lake();
    const reads: string[] = [];
    const watched = new Proxy(storage, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        return (path: string, ...rest: unknown[]) => {
          if (key === 'read') reads.push(path);
          return (value as (...given: unknown[]) => unknown).call(target, path, ...rest);
        };
      },
    });
    const found = await status(watched);
    assert.deepEqual(
      reads.filter((path) => path.endsWith('.parquet')),
      [],
    );
    const sum = Object.values(found.decode_statuses.rows ?? {}).reduce((total, rows) => total + rows, 0);
    assert.equal(sum, found.rows);
    assert.equal(found.quarantine?.rows_by_reason['time_unreadable'], 1);
    assert.deepEqual(
      found.rejected_files.map(({ path }) => path),
      ['raw/readme.txt'],
    );
    assert.ok((found.rejected_files[0]?.reason ?? '') !== '');
    assert.equal(Object.values(found.quarantine?.files_by_reason ?? {})[0], 1);
  });

  it('says why each file waits', async () => {
    const storage = await lake();
    storage.put('raw/day.csv', minutes(0, 3), YESTERDAY);
    storage.put('raw/readme.txt', 'no export either\n', YESTERDAY);
    storage.put('raw/new.csv', minutes(0, 1), new Date(NOW - 60_000));
    storage.put('raw/never.csv', minutes(5, 1), YESTERDAY);
    const tried = { path: 'raw/tried.csv', size: 0, modified: YESTERDAY.toISOString(), etag: null };
    storage.put('raw/tried.csv', '', YESTERDAY);
    for await (const { path, etag } of storage.list('raw/'))
      if (path === tried.path) Object.assign(tried, { etag: etag ?? null });
    const mark = { begun_at: tried.modified, files: [tried], tries: 2, counted: 1, error: 'StorageFault EIO' };
    storage.put(`quarantine/attempts/${'0'.repeat(32)}.json`, JSON.stringify(mark));
    const { waiting_files: waiting } = await status(storage);
    assert.deepEqual(Object.fromEntries(waiting.map(({ path, reason }) => [path.slice(4), reason])), {
      'day.csv': 'replaced',
      'readme.txt': 'rejected_before',
      'new.csv': 'settling',
      'never.csv': 'never_tried',
      'tried.csv': 'failed',
    });
    const failed = waiting.find(({ reason }) => reason === 'failed');
    assert.match(failed?.explanation ?? '', /^tried 2 times; the last failed with StorageFault EIO; after \d+ tries /);
    assert.ok(storage.paths('quarantine/attempts/').length === 1, 'nothing was removed');
  });

  it('says that a file waits for a setting to be put right', async () => {
    const storage = await lake();
    const zoned = `${HEADER}2026-03-01 10:00:00,92042,x,li\n`;
    storage.put('raw/a.csv', zoned, YESTERDAY);
    await ingest(storage, { timeZone: 'Europe/Zurich' }, ['raw/a.csv']);
    storage.files.delete('raw/readme.txt');
    storage.put('raw/b.csv', zoned, YESTERDAY);
    const { waiting_files: waiting } = await status(storage, { timeZone: 'Asia/Tokyo' });
    assert.deepEqual(
      waiting.map(({ path, reason }) => [path, reason]),
      [['raw/b.csv', 'setting_differs']],
    );
    assert.match(waiting[0]?.explanation ?? '', /Europe\/Zurich.*Asia\/Tokyo/);
  });

  it('says what is newest of each instance', async () => {
    const storage = new MemoryStorage();
    const options = { instances: 'emea/=EMEA,apac/=APAC,none/=None' };
    storage.put('raw/emea/a.csv', HEADER + dayRecord('2026-03-02'), new Date(NOW - 5 * 86_400_000));
    storage.put('raw/apac/a.csv', HEADER + dayRecord('2026-04-04'), YESTERDAY);
    await ingest(storage, options);
    const { freshness } = await status(storage, options);
    const told = freshness.map((each) => [each.instance, each.newest_event, each.newest_event_is, each.newest_file]);
    assert.deepEqual(told, [
      ['EMEA', '2026-03-02T10:00:00.000Z', 'hour', 'raw/emea/a.csv'],
      ['APAC', '2026-04-04T10:00:00.000Z', 'hour', 'raw/apac/a.csv'],
      ['None', null, null, null],
    ]);
  });

  it('says which days have no event between days that have', async () => {
    const storage = new MemoryStorage();
    const days = ['2026-02-27', '2026-02-28', '2026-03-02', '2026-03-29', '2026-03-30'];
    storage.put('raw/a.csv', HEADER + days.map(dayRecord).join(''), YESTERDAY);
    await ingest(storage);
    const { event_days: found } = await status(storage);
    assert.deepEqual(found, {
      ...{ first: '2026-02-27', last: '2026-03-30', days: 5 },
      gaps: [
        { from: '2026-03-01', to: '2026-03-01', days: 1 },
        { from: '2026-03-03', to: '2026-03-28', days: 26 },
      ],
    });
  });

  it('tells the last verifications, and that they are not known where the quarantine cannot be read', async () => {
    const storage = await lake();
    assert.deepEqual((await status(storage)).last_verifications, []);
    const found = await verify(storage);
    const ended = { ...found, deep: true, newestOnly: false, filesLeft: 0, by: null };
    await recordVerification({ storage, host: HOST }, ended);
    const { last_verifications: last, quarantine_files: files } = await status(storage);
    assert.deepEqual(
      last?.map(({ deep, problems }) => [deep, problems]),
      [[true, {}]],
    );
    assert.equal(files, 2, 'a record of a verification is none of them');
    const refusing = new Proxy(storage, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (key !== 'list') return typeof value === 'function' ? value.bind(target) : value;
        return (prefix: string, options?: object) => {
          if (prefix.startsWith('quarantine/verifications')) throw new UnreadableFile('list', prefix, 'no right to it');
          return target.list(prefix, options);
        };
      },
    });
    assert.equal((await status(refusing)).last_verifications, null);
  });
});

describe('the status of a lake for people', () => {
  it('tells first what is newest and what waits, and no more than fits', async () => {
    const storage = await lake();
    for (let file = 0; file < 50; file++) storage.put(`raw/more-${file}\u202e.csv`, minutes(0, 1), YESTERDAY);
    const text = statusText('lake', await status(storage));
    const order = [
      'newest event',
      'waiting: ',
      'verified last: never',
      'decode_status',
      'quarantine',
      'events of',
      'data files',
    ];
    const places = order.map((each) => text.indexOf(each));
    assert.ok(
      places.every((place) => place >= 0),
      text,
    );
    assert.deepEqual(
      places.toSorted((a, b) => a - b),
      places,
    );
    assert.match(text, /… and 30 more \(--json lists them all\)/);
    assert.ok(!text.includes('\u202e'));
    assert.ok(text.split('\n').length < 80);
  });

  it('says where rows by status are not known, and how to ask for them', async () => {
    const storage = await lake();
    const unknown = { ...(await status(storage)), decode_statuses: { rows: null, from: null } };
    assert.match(statusText('lake', unknown), /not known from the log.*GROUP BY ALL"/);
  });

  it('names what was replaced before anybody read it, the oldest first, until its record is deleted', async () => {
    const storage = await lake();
    const found = { etag: 'new', size: 1, modified: '2026-05-31T12:00:00.000Z' };
    for (const [day, how] of [
      ['02', 'same_length'],
      ['01', 'shorter'],
    ] as const) {
      const at = `2026-05-${day}T10:00:00.000Z`;
      const content = {
        path: `raw/${day}\u202e.csv`,
        etag: 'old',
        size: 9_000,
        written_at: at,
        how,
        found,
        noticed_at: at,
      };
      assert.equal(await recordReplaced(storage, content), true);
    }
    const { replaced_unread: replaced } = await status(storage);
    assert.deepEqual(
      replaced?.map(({ how }) => how),
      ['shorter', 'same_length'],
    );
    const text = statusText('lake', await status(storage));
    assert.match(
      text,
      /2 contents replaced before anybody read them; export that time again\n {2}replaced unread: raw\/01\S*\.csv, 9\.0 kB of 2026-05-01 10:00 UTC\n/,
    );
    assert.match(text, /raw\/02\S*\.csv, .* UTC, which may be what is there now\n/);
    assert.ok(!text.includes('\u202e'));
    for await (const { path } of storage.list('quarantine/replaced/')) await storage.delete(path);
    assert.ok(!('replaced_unread' in (await status(storage))));
  });
});
