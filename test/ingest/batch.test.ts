import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { ingestPaths, type Observer, type Run } from '../../src/ingest/index.ts';
import { commitInfoOf } from '../../src/table/index.ts';
import { readCommits } from '../../src/table/log.ts';
import {
  EVENTS,
  HOST,
  ingest,
  LANDED_AT,
  messages,
  minuteMessages,
  minutes,
  settings,
  snapshotOf,
  sources,
  tableRows,
} from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { type Call, faulty, watched } from '../support/store-faults.ts';
import { goodExports } from './exports.ts';

const HEADER = 'time,code,message,user name\n';
const DAY = 24 * 60;

/** Something that a file of a folder can be. */
interface Kind {
  readonly name: string;
  readonly content: string | Uint8Array;
}

const KINDS: readonly Kind[] = [
  { name: 'good.csv', content: minutes(0, 40) },
  { name: 'same.csv', content: minutes(0, 40) },
  { name: 'overlapping.csv', content: minutes(30, 40) },
  { name: 'equal-records.csv', content: HEADER + minutes(0, 1).slice(HEADER.length).repeat(3) },
  { name: 'two-days.csv', content: minutes(DAY - 5, 10) },
  { name: 'other-days.csv.gz', content: gzipSync(minutes(40 * DAY, 60)) },
  { name: 'empty.csv', content: '' },
  { name: 'header-only.csv', content: HEADER },
  {
    name: 'broken-rows.csv',
    content: `${minutes(60, 20)}broken\n${minutes(0, 2).slice(HEADER.length)}yesterday,1,x,y\n`,
  },
  { name: 'all-broken.csv', content: `${HEADER}broken\n` },
  { name: 'no-actor.csv', content: minutes(100, 5).replaceAll(/,(user name|li)$/gm, '') },
  { name: 'no-export.csv', content: 'a,b,c\n1,2,3\n' },
  { name: 'binary.csv', content: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]) },
  { name: 'cut-off.csv.gz', content: gzipSync(minutes(0, 400)).subarray(0, 600) },
  { name: 'lines.jsonl', content: '{"time":"2026-03-01T00:10:00Z","code":92042,"message":"x"}\n{"time":1}\n' },
];

function lakeOf(kinds: readonly Kind[]): MemoryStorage {
  const storage = new MemoryStorage(512);
  for (const [index, { name, content }] of kinds.entries()) {
    storage.put(`raw/${String(index).padStart(3, '0')}-${name}`, content, LANDED_AT);
  }
  return storage;
}

/** The reports of a run of its own for each file. */
async function oneByOne(
  storage: MemoryStorage,
  options: Readonly<Record<string, string>> = {},
): Promise<Run['reports']> {
  const reports = [];
  for (const path of storage.paths('raw/')) reports.push(...(await ingest(storage, options, [path])).reports);
  return reports;
}

/** The same lake by one commit per file and by one for all: what is in it does not tell which. */
async function checkSame(single: MemoryStorage, options: Readonly<Record<string, string>> = {}): Promise<void> {
  const batched = single.copy();
  const expected = await oneByOne(single, options);
  const { reports, snapshot } = await ingest(batched, options, batched.paths('raw/'));
  assert.deepEqual(reports, expected);
  assert.equal(snapshot.version, 1);
  assert.deepEqual(await tableRows(batched), await tableRows(single));
  assert.deepEqual(await sources(batched), await sources(single));
  assert.deepEqual(batched.paths('quarantine/'), single.paths('quarantine/'));
  for (const path of batched.paths('quarantine/')) assert.deepEqual(batched.content(path), single.content(path));
  const versions = async (storage: MemoryStorage) =>
    [...(await snapshotOf(storage)).transactions].map(([appId, { version }]) => `${appId} ${version}`).sort();
  assert.deepEqual(await versions(batched), await versions(single));
}

/** A folder of `count` small hourly exports. */
function hours(count: number): MemoryStorage {
  const storage = new MemoryStorage();
  for (let hour = 0; hour < count; hour++)
    storage.put(`raw/${String(hour).padStart(5, '0')}.csv`, minutes(60 * hour, 3));
  return storage;
}

describe('many small files in one commit', () => {
  it('of all kinds are the rows, counts, quarantine and records of as many commits', async () => {
    await checkSame(lakeOf(KINDS));
    await checkSame(lakeOf(KINDS.toReversed()), { instances: '000-=acme' });
  });

  it('in whatever mixture and order', async () => {
    const mixture = fc.array(
      fc.oneof(
        fc.constantFrom(...KINDS),
        goodExports(8).map(({ stored, extension }) => ({ name: `drawn${extension}`, content: stored })),
      ),
      { minLength: 2, maxLength: 7 },
    );
    await fc.assert(
      fc.asyncProperty(mixture, (kinds) => checkSame(lakeOf(kinds))),
      { numRuns: 20 },
    );
  });

  it('share data files: one per day, not one per file', async () => {
    const storage = hours(24 * 4);
    await ingest(storage);
    const { files, version } = await snapshotOf(storage);
    assert.deepEqual([files.size, version], [4, 1]);
    assert.equal((await tableRows(storage)).length, 3 * 96);
  });

  it('are named in the history as long as they are few, and counted then', async () => {
    const words = async (storage: MemoryStorage) => {
      await ingest(storage);
      return (await readCommits(storage, EVENTS, 1)).map(({ actions }) => commitInfoOf(actions)?.userMetadata);
    };
    assert.deepEqual(await words(lakeOf(KINDS.slice(0, 2))), [
      'ingested: raw/000-good.csv; ingested: raw/001-same.csv',
    ]);
    assert.deepEqual(await words(hours(5)), ['ingested 5 files']);
    assert.deepEqual(await words(lakeOf(KINDS)), ['ingested 10 files, rejected 5']);
  });

  it('are as many as a commit may hold; a large file has one of its own, and the order stays', async () => {
    const storage = new MemoryStorage();
    const large = `${HEADER}${'x'.repeat(100)}\n`.padEnd(4 * 2 ** 20 + 1, '\n');
    storage.put('raw/00010-large.csv', large, LANDED_AT);
    for (const [path, { content }] of hours(300).files) storage.put(path, content, LANDED_AT);
    const { reports } = await ingest(storage);
    assert.deepEqual(
      reports.map(({ path }) => path),
      storage.paths('raw/'),
    );
    const commits = await readCommits(storage, EVENTS, 1);
    const perCommit = commits.map(
      ({ actions }) => (commitInfoOf(actions)?.['sources'] as unknown[] | undefined)?.length,
    );
    assert.deepEqual(perCommit, [10, 1, 256, 34]);
    const recorded = await sources(storage);
    assert.deepEqual(
      recorded.map(({ path }) => path),
      storage.paths('raw/'),
    );
  });

  it('one of them named twice goes in once', async () => {
    const storage = lakeOf(KINDS.slice(0, 2));
    const [first = '', second = ''] = storage.paths('raw/');
    const { reports } = await ingest(storage, {}, [first, second, first]);
    assert.deepEqual(
      reports.map(({ path, outcome, reason }) => [path, outcome, reason]),
      [
        [first, 'ingested', null],
        [second, 'ingested', null],
        [first, 'skipped', 'already_ingested'],
      ],
    );
  });

  it('are told of as they are read, and reported once they are committed', async () => {
    const storage = lakeOf(KINDS.slice(0, 3));
    const seen: string[] = [];
    const observer: Observer = {
      onFile: (path) => seen.push(`reads ${path.slice(8)}`),
      onReport: ({ path, committed }) => seen.push(`${path.slice(8)} ${committed}`),
    };
    const watching = faulty(storage, ({ operation, path }) => {
      if (operation === 'create' && path.startsWith(`${EVENTS}/_delta_log/`)) seen.push('commits');
      return 'passes';
    });
    await ingest(storage, {}, []);
    await ingestPaths({ storage: watching, host: HOST }, settings(), storage.paths('raw/'), { observer, named: false });
    assert.deepEqual(seen, [
      'reads good.csv',
      'reads same.csv',
      'reads overlapping.csv',
      'commits',
      'good.csv 40',
      'same.csv 0',
      'overlapping.csv 30',
    ]);
  });
});

describe('a folder of thousands of files', () => {
  /** Calls of the store while these files go in, and while they are passed over by a second run. */
  async function callsOf(storage: MemoryStorage): Promise<{ readonly first: Call[]; readonly second: Call[] }> {
    await ingest(storage, {}, []);
    const first = watched(storage);
    await ingest(first.storage);
    const second = watched(storage);
    await ingest(second.storage);
    return { first: first.calls, second: second.calls };
  }

  it('asks the store twice for each file, and once when it is in', async () => {
    const [few, many] = [await callsOf(hours(24)), await callsOf(hours(96))];
    // Each day has a data file to write; the rest is the same for every commit.
    assert.equal(many.first.length - few.first.length, 2 * 72 + 3);
    assert.equal(many.second.length - few.second.length, 72);
  });

  it('of which none is an export: each is read once', async () => {
    const rejects = (count: number) => lakeOf(Array.from({ length: count }, () => KINDS[11]!));
    const [few, many] = [await callsOf(rejects(10)), await callsOf(rejects(60))];
    assert.equal(many.first.length - few.first.length, 3 * 50, 'a look, a reading, a record');
    assert.equal(many.second.length - few.second.length, 2 * 50, 'a look, and why');
  });

  it('goes on where it was ended between two commits', async () => {
    const storage = hours(300);
    const dying = faulty(storage, ({ operation, path }) =>
      operation === 'create' && path.endsWith('_events/_delta_log/00000000000000000002.json') ? 'fails' : 'passes',
    );
    await assert.rejects(ingest(dying));
    assert.equal((await sources(storage)).length, 256);
    const { storage: watching, calls } = watched(storage);
    const run = await ingest(watching);
    const read = calls.filter(({ operation, path }) => operation === 'read' && path.startsWith('raw/'));
    assert.equal(read.length, 300 - 256);
    assert.equal(run.reports.filter(({ reason }) => reason === 'already_ingested').length, 256);
    assert.equal((await tableRows(storage)).length, 900);
  });

  it('taken by two runs at once goes in once', async () => {
    const storage = hours(300);
    const other = ingest(storage, {}, storage.paths('raw/').toReversed());
    const runs = [await ingest(storage), await other];
    const reports = runs.flatMap((run) => run.reports);
    assert.equal(reports.filter(({ outcome }) => outcome === 'ingested').length, 300);
    assert.equal(reports.filter(({ reason }) => reason === 'already_ingested').length, 300);
    assert.equal((await sources(storage)).length, 300);
    const all = Array.from({ length: 300 }, (_, hour) => minuteMessages(60 * hour, 3)).flat();
    assert.deepEqual(await messages(storage), all.sort());
  });
});

describe('a batch with a quarantine file that another try left', () => {
  it('names the one of its own, and the others are as they would be', async () => {
    const storage = lakeOf(KINDS.slice(0, 9));
    const [broken = ''] = storage.paths('raw/').filter((path) => path.endsWith('broken-rows.csv'));
    const expected = storage.copy();
    await ingest(expected);
    const [quarantine = ''] = expected.paths('quarantine/rows/');
    storage.put(quarantine, 'other content');
    const { reports } = await ingest(storage);
    assert.equal(reports.find(({ path }) => path === broken)?.quarantined, 2);
    const named = (await sources(storage)).flatMap((source) => (source['quarantine'] as { path: string } | null) ?? []);
    assert.deepEqual(
      named.map(({ path }) => path),
      [quarantine.replace('.jsonl', `-${LANDED_AT.getTime()}.jsonl`)],
    );
    assert.deepEqual(storage.content(named[0]!.path), expected.content(quarantine));
    assert.deepEqual(await tableRows(storage), await tableRows(expected));
    assert.equal(storage.paths(`${EVENTS}/event_date`).length, (await snapshotOf(storage)).files.size, 'no orphans');
  });
});

it('an export in no order of dates in the middle of a batch changes nothing for the others', async () => {
  const times = Array.from(
    { length: 1200 },
    (_, index) => new Date(Date.UTC(2025, 0, 1 + ((index * 7) % 300), 5, 0, index % 60)),
  );
  const lines = times.map(
    (time, index) => `${time.toISOString()},92042,"Created dashboard, ID=s-${index}, name=n",li\n`,
  );
  const kinds = [KINDS[0]!, { name: 'scattered.csv', content: HEADER + lines.join('') }, KINDS[2]!, KINDS[8]!];
  await checkSame(lakeOf(kinds));
});
