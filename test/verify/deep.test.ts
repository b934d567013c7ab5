import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { beforeAll, describe, it } from 'vitest';
import { CATALOGUE, CATALOGUE_VERSION } from '../../src/catalogue/index.ts';
import { dayOfDate } from '../../src/events/index.ts';
import { compactTable } from '../../src/maintenance/compact.ts';
import { eraseUser } from '../../src/maintenance/erase.ts';
import { replayTable } from '../../src/maintenance/replay.ts';
import { retainTable } from '../../src/maintenance/retain.ts';
import { snappy } from '../../src/parquet/index.ts';
import { hyparquetWriter, rewriteForeign } from '../maintenance/foreign-files.ts';
import { EVENTS, HOST, ingest, minutes, settings, snapshotOf } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import {
  CODES,
  CopiedLake,
  dataFiles,
  edit,
  flip,
  lake,
  log,
  notes,
  problems,
  reseal,
  sha256,
  verify,
} from './lake.ts';

let whole: MemoryStorage;

beforeAll(async () => {
  whole = await lake();
});

const deep = { deep: true };
const DAY = `${EVENTS}/event_date=2026-03-01/`;

/** A lake of one file whose table was made of another one; commits and evidence say that it was made of this one. */
async function forged(made: string, shown: string): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  storage.put('raw/a.csv', made);
  await ingest(storage);
  edit(storage, log(1), `"sha256":"${sha256(made)}"`, `"sha256":"${sha256(shown)}"`);
  if (made.length !== shown.length) edit(storage, log(1), `"size":${made.length}`, `"size":${shown.length}`);
  storage.put('raw/a.csv', shown);
  reseal(storage);
  return storage;
}

/** Puts bytes in place of others of that length in every data file that has them; commits, their statistics and evidence follow. */
function patch(storage: MemoryStorage, from: string, to: string): void {
  assert.equal(from.length, to.length);
  for (const path of dataFiles(storage)) {
    const old = storage.content(path);
    const patched = Buffer.from(old.toString('latin1').replaceAll(from, to), 'latin1');
    if (old.equals(patched)) continue;
    storage.put(path, patched);
    for (const commit of storage.paths(`${EVENTS}/_delta_log/`)) {
      const lines = storage.content(commit).toString().replaceAll(sha256(old), sha256(patched)).split('\n');
      const fit = lines.map((line) => (line.startsWith('{"add"') ? line.replaceAll(from, to) : line));
      storage.put(commit, fit.join('\n'));
    }
  }
  reseal(storage);
}

/** Has every commit say that older versions read its files. */
function recordVersions(storage: MemoryStorage, versions: Record<string, number>): void {
  for (const path of storage.paths(`${EVENTS}/_delta_log/`)) {
    const text = Object.entries(versions).reduce(
      (all, [name, version]) => all.replaceAll(new RegExp(`"${name}":\\d+`, 'g'), `"${name}":${version}`),
      storage.content(path).toString(),
    );
    storage.put(path, text);
  }
  reseal(storage);
}

async function etagOf(storage: MemoryStorage, path: string): Promise<string> {
  return (await storage.head(path))?.etag ?? '';
}

describe('verifying row by row from raw', () => {
  it('finds nothing where nothing was touched, and leaves no temporary files', async () => {
    const result = await verify(whole, deep);
    assert.deepEqual(problems(result), []);
    assert.equal(result.counts.rows_rebuilt, 5 + 50 + 20, 'and the 100 of the content that was replaced cannot be');
    assert.ok(notes(result).includes(`not_provable ${EVENTS}/`));
    assert.deepEqual(
      (await readdir(tmpdir())).filter((name) => name.startsWith('audit-lake-verify-')),
      [],
    );
  });

  it('works on a copy, with path, ETag, landing time and settings from the evidence', async () => {
    assert.deepEqual(problems(await verify(CopiedLake.of(whole), deep)), []);
    const storage = new MemoryStorage();
    storage.put('raw/eu/a.csv', minutes(0, 3).replaceAll(',', ';').replaceAll('d-', 'd,'));
    await ingest(storage, { delimiter: ';', instances: 'eu/=acme', timeZone: 'Europe/Zurich', codec: 'zstd' });
    const result = await verify(CopiedLake.of(storage), deep);
    assert.deepEqual(problems(result), []);
    assert.equal(result.counts.rows_rebuilt, 3);
  });

  it('takes settings that did not exist when a file was read as they are by default', async () => {
    const storage = whole.copy();
    edit(storage, log(1), '"maxCompressionRatio":1000', '"gone":1');
    reseal(storage);
    assert.deepEqual(problems(await verify(storage, deep)), []);
    edit(storage, log(1), '"header":true', '"header":7');
    reseal(storage);
    assert.deepEqual(problems(await verify(storage, deep))[0], `source_differs ${log(1)}`);
  });

  it('finds a planted message, which nothing else can once log and evidence follow', async () => {
    const storage = await forged(minutes(0, 5).replace('d-2', 'd-9'), minutes(0, 5));
    assert.deepEqual(problems(await verify(storage)), []);
    const result = await verify(storage, deep);
    assert.deepEqual(problems(result), [`row_missing ${DAY}`, `row_added ${DAY}`]);
    assert.match(result.problems[0]?.explanation ?? '', /^1 rows .*raw\/a\.csv, record 3/);
  });

  it('finds a changed value and names its column', async () => {
    const noted = minutes(0, 5).replace('user name', 'user name,note').replaceAll(',li\n', ',li,clean\n');
    const storage = await forged(noted.replace('li,clean', 'li,dirty'), noted);
    const result = await verify(storage, deep);
    assert.deepEqual(problems(result), [`row_differs ${DAY}`]);
    assert.match(result.problems[0]?.explanation ?? '', /^1 rows .*raw\/a\.csv, record 1\): unmapped$/);
  });

  it('finds rows that were left out, with counts that were made to fit', async () => {
    const storage = await forged(minutes(0, 4), minutes(0, 5));
    assert.deepEqual(problems(await verify(storage)), []);
    assert.deepEqual(problems(await verify(storage, deep)), [`source_differs ${log(1)}`, `row_missing ${DAY}`]);
  });

  it('finds rows that no raw file gives', async () => {
    const storage = await forged(minutes(0, 5), minutes(0, 4));
    assert.deepEqual(problems(await verify(storage, deep)), [`source_differs ${log(1)}`, `row_added ${DAY}`]);
  });

  it('finds a rejection that does not come again', async () => {
    const storage = whole.copy();
    storage.put('raw/readme.txt', minutes(0, 1));
    edit(storage, log(3), '"size":10,', `"size":${minutes(0, 1).length},`);
    const etag = (await storage.head('raw/readme.txt'))?.etag ?? '';
    storage.put(
      log(3),
      storage
        .content(log(3))
        .toString()
        .replace(/"etag":"[^"]*"/, `"etag":"${etag}"`),
    );
    reseal(storage);
    const result = await verify(storage, deep);
    const expected = [`transaction_unfounded ${log(3)}`, `source_differs ${log(3)}`, `row_missing ${DAY}`];
    // Two transactions hold the ETag.
    assert.deepEqual([...new Set(problems(result))], expected);
    const differing = result.problems.find(({ kind }) => kind === 'source_differs');
    assert.match(differing?.explanation ?? '', /it was rejected, and is ingested now/);
  });

  it('compares rows of another catalogue on the columns that do not come from it, and counts them', async () => {
    const storage = whole.copy();
    const other = `0${CATALOGUE_VERSION.slice(1)}`;
    patch(storage, 'dashboard.created', 'dashboard.CREATED');
    const changed = await verify(storage, deep);
    assert.deepEqual(new Set(problems(changed).map((problem) => problem.split(' ')[0])), new Set(['row_differs']));
    assert.match(changed.problems[0]?.explanation ?? '', /: event_name;/);

    patch(storage, CATALOGUE_VERSION, other);
    const result = await verify(storage, deep);
    assert.deepEqual(problems(result), []);
    assert.match(result.notes.find(({ kind }) => kind === 'other_catalogue')?.explanation ?? '', /^75 rows/);

    patch(storage, 'raw/again.csv', 'raw/other.csv');
    const lasting = await verify(storage, deep);
    assert.ok(
      problems(lasting).every((problem) => problem.startsWith('row_differs')),
      'the source is no matter of the catalogue',
    );
    assert.match(lasting.problems[0]?.explanation ?? '', /: source_file[;:]?/);
  });

  it('counts what an older decoder read otherwise, and finds what it cannot have changed', async () => {
    const storage = whole.copy();
    patch(storage, 'dashboard.created', 'dashboard.CREATED');
    assert.ok(problems(await verify(storage, deep)).every((problem) => problem.startsWith('row_differs')));

    recordVersions(storage, { decoder_version: 0 });
    const result = await verify(storage, deep);
    assert.deepEqual(problems(result), []);
    assert.match(result.notes.find(({ kind }) => kind === 'other_reader')?.explanation ?? '', /^75 rows/);

    patch(storage, 'raw/again.csv', 'raw/other.csv');
    const edited = await verify(storage, deep);
    assert.deepEqual(new Set(edited.problems.map(({ kind }) => kind)), new Set(['row_differs']));
    assert.match(edited.problems[0]?.explanation ?? '', /, source_file;/, 'the source is no matter of the decoder');
  });

  it('takes it that an older reader rejected what is read today, and nothing else of what it read as today', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/a.csv', minutes(0, 5));
    await ingest(storage);
    storage.put('raw/b.csv', 'no export\n');
    await ingest(storage);
    const [etag, shown] = [await etagOf(storage, 'raw/b.csv'), minutes(10, 2)];
    storage.put('raw/b.csv', shown);
    edit(storage, log(2), etag, await etagOf(storage, 'raw/b.csv'));
    edit(storage, log(2), '"size":10,', `"size":${shown.length},`);
    edit(storage, log(2), sha256('no export\n'), sha256(shown));
    reseal(storage);
    const kinds = async () => [...new Set((await verify(storage, deep)).problems.map(({ kind }) => kind))];
    assert.deepEqual(await kinds(), ['transaction_unfounded', 'source_differs', 'row_missing']);

    recordVersions(storage, { reader_version: 0 });
    assert.deepEqual(await kinds(), ['transaction_unfounded'], 'that of the edited ETag');
    const { notes: found } = await verify(storage, deep);
    const text = found.find(({ kind }) => kind === 'other_reader')?.explanation ?? '';
    assert.match(text, /^0 rows .*; of 1 raw files it recorded other counts: raw\/b\.csv/);

    patch(storage, 'd-3', 'd-9');
    assert.ok((await kinds()).includes('row_differs'));
  });

  it('says what cannot be proved where a raw file is gone, and proves the rest', async () => {
    const storage = whole.copy();
    storage.files.delete('raw/again.csv');
    const result = await verify(storage, deep);
    assert.deepEqual(problems(result), ['raw_missing raw/again.csv']);
    assert.match(result.notes.find(({ kind }) => kind === 'not_provable')?.explanation ?? '', /^150 rows/);
  });

  it('goes on where a data file is damaged', async () => {
    const storage = whole.copy();
    const [first = ''] = dataFiles(storage);
    flip(storage, first);
    storage.files.delete(dataFiles(storage).at(-1) ?? '');
    const found = problems(await verify(storage, deep));
    assert.ok(found.includes(`data_file_altered ${first}`));
    assert.ok(found.some((problem) => /^(row_differs|row_missing|rows_not_compared) /.test(problem)));
  });

  it('compares values, however another engine stores them, and names what cannot be decoded', async () => {
    const engine = hyparquetWriter({
      codec: 'GZIP',
      elements: {
        event_uid: { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 32 },
        code: { type: 'INT64' },
        source_row: { type: 'INT32' },
        message: { type: 'BYTE_ARRAY' },
      },
      values: {
        event_uid: (value) => Buffer.from(String(value)),
        code: (value) => BigInt(String(value)),
        source_row: Number,
        message: (value) => Buffer.from(String(value)),
      },
    });
    const storage = whole.copy();
    await rewriteForeign(storage, await snapshotOf(storage), engine, encodeURI);
    const result = await verify(storage, deep);
    assert.deepEqual(problems(result), []);
    assert.equal(result.counts.rows_rebuilt, (await verify(whole, deep)).counts.rows_rebuilt);
    // Files go by their days: one cannot be decoded, the other can.
    const broken = whole.copy();
    let files = 0;
    const local = {
      type: 'INT64',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' },
    } as const;
    const once = hyparquetWriter({ elements: { landed_at: local } });
    await rewriteForeign(broken, await snapshotOf(broken), (ours) => (files++ === 0 ? once : engine)(ours), encodeURI);
    const named = await verify(broken, deep);
    assert.equal(named.problems.length, 1);
    assert.match(problems(named)[0] ?? '', /^rows_not_compared /);
    assert.match(named.problems[0]?.explanation ?? '', /landed_at: expected timestamp, found INT64 TIMESTAMP/);
    assert.ok(named.counts.rows_rebuilt > 0);
  });

  it('compares audit_codes with the catalogue', async () => {
    const storage = whole.copy();
    const [path = ''] = storage.paths(`${CODES}/part-`);
    const old = storage.content(path);
    const text = CATALOGUE[0]?.meaning ?? '';
    const patched = Buffer.from(old.toString('latin1').replace(text, text.toUpperCase()), 'latin1');
    assert.notDeepEqual(patched, old);
    storage.put(path, patched);
    for (const commit of storage.paths(`${CODES}/_delta_log/`)) {
      storage.put(commit, storage.content(commit).toString().replaceAll(sha256(old), sha256(patched)));
    }
    reseal(storage, CODES);
    assert.deepEqual(problems(await verify(storage)), []);
    const result = await verify(storage, deep);
    assert.deepEqual(problems(result), [`row_differs ${CODES}/`]);
  });
});

describe('verifying row by row after maintenance', () => {
  const options = { reason: 'test', dryRun: false };

  /** A lake after everything that may be done to one. */
  async function maintained(): Promise<MemoryStorage> {
    const storage = whole.copy();
    await compactTable({ storage, host: HOST }, await snapshotOf(storage), { codec: snappy, dryRun: false });
    storage.put('raw/late.csv', minutes(1440, 200).replaceAll(',li\n', ',ana\n'));
    await ingest(storage);
    const erasure = await eraseUser({ storage, host: HOST }, await snapshotOf(storage), {
      ...options,
      values: ['ana'],
      codec: snappy,
    });
    assert.equal(erasure.rows, 200);
    storage.put('raw/late-again.csv', minutes(1440, 220).replaceAll(',li\n', ',ana\n'));
    await ingest(storage);
    const day = dayOfDate('2026-03-02');
    await replayTable({ storage, host: HOST }, settings(), await snapshotOf(storage), {
      ...options,
      scope: { from: day!, to: day! },
    });
    await retainTable({ storage, host: HOST }, await snapshotOf(storage), { ...options, before: day! });
    storage.put('raw/old.csv', minutes(0, 20));
    await ingest(storage);
    return storage;
  }

  it('finds nothing after compaction, erasure, replay and retention, also in a copy', async () => {
    const storage = await maintained();
    const result = await verify(storage, deep);
    assert.deepEqual(problems(result), []);
    assert.deepEqual(
      notes(result).filter((note) => !note.startsWith('orphans')),
      ['raw_replaced raw/day.csv', `not_provable ${EVENTS}/`],
    );
    assert.deepEqual(problems(await verify(CopiedLake.of(storage), deep)), []);
  });

  it('finds nothing after a replay with other settings, and rows carried over from a raw file that is gone', async () => {
    const storage = whole.copy();
    storage.files.delete('raw/again.csv');
    await replayTable({ storage, host: HOST }, settings({ maxRecordBytes: '2MiB' }), await snapshotOf(storage), {
      ...options,
      scope: null,
    });
    const result = await verify(storage, deep);
    assert.deepEqual(problems(result), ['raw_missing raw/again.csv']);
    storage.put('raw/again.csv', whole.content('raw/again.csv'));
    assert.deepEqual(problems(await verify(storage, deep)), []);
  });

  it('finds an erasure list that was edited', async () => {
    const storage = await maintained();
    const [list = ''] = storage.paths('quarantine/erased/');
    flip(storage, list);
    const found = problems(await verify(storage, deep));
    assert.equal(found[0], `quarantine_altered ${list}`);
    assert.ok(found.some((problem) => problem.startsWith('row_missing')));
  });

  it('finds erased rows that are back, although commits and evidence say that none was ever there', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/a.csv', minutes(0, 6).replace(',li\n', ',ana\n'));
    await ingest(storage);
    const [all = ''] = dataFiles(storage);
    await eraseUser({ storage, host: HOST }, await snapshotOf(storage), { ...options, values: ['ana'], codec: snappy });
    assert.deepEqual(problems(await verify(storage, deep)), []);
    const rest = dataFiles(storage).find((path) => path !== all) ?? '';
    const [before, after] = [storage.content(all), storage.content(rest)];
    storage.put(rest, before);
    edit(storage, log(3), sha256(after), sha256(before));
    edit(storage, log(3), `"size":${after.length}`, `"size":${before.length}`);
    edit(storage, log(3), '"rows":5', '"rows":6');
    edit(storage, log(3), '"numRecords\\":5', '"numRecords\\":6');
    storage.put(log(3), storage.content(log(3)).toString().replaceAll('"rows":1,', '"rows":0,'));
    reseal(storage);
    assert.deepEqual(problems(await verify(storage)), []);
    assert.deepEqual(problems(await verify(storage, deep)), [`statistics_wrong ${rest}`, `row_added ${DAY}`]);
  });
});
