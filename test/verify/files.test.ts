import assert from 'node:assert/strict';
import { beforeAll, describe, it } from 'vitest';
import { CATALOGUE } from '../../src/catalogue/index.ts';
import { retainTable } from '../../src/maintenance/retain.ts';
import { EVENTS, HOST, ingest, LANDED_AT, minutes, snapshotOf } from '../support/lake.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';
import { CopiedLake, dataFiles, edit, flip, lake, log, notes, problems, reseal, verify } from './lake.ts';

let whole: MemoryStorage;

beforeAll(async () => {
  whole = await lake();
});

describe('verifying the files', () => {
  for (const [name, harm, expected] of [
    [
      'a bit of a data file is flipped',
      (lake, [file]) => flip(lake, file ?? ''),
      ([file]) => `data_file_altered ${file}`,
    ],
    [
      'a data file is deleted',
      (lake, [, file]) => lake.files.delete(file ?? ''),
      ([, file]) => `data_file_missing ${file}`,
    ],
    [
      'a data file is cut off',
      (lake, [file = '']) => lake.put(file, lake.content(file).subarray(0, -1)),
      ([file]) => `data_file_altered ${file}`,
    ],
    [
      'a data file is put in place of another',
      (lake, [first = '', second = '']) => lake.put(first, lake.content(second)),
      ([file]) => `data_file_altered ${file}`,
    ],
    [
      'a quarantine file is edited',
      (lake) => edit(lake, lake.paths('quarantine/rows/')[0] ?? '', 'yesterday', 'yesterdaY'),
      () => `quarantine_altered ${whole.paths('quarantine/rows/')[0]}`,
    ],
    [
      'a quarantine file is deleted',
      (lake) => lake.files.delete(lake.paths('quarantine/files/')[0] ?? ''),
      () => `quarantine_missing ${whole.paths('quarantine/files/')[0]}`,
    ],
    ['a raw file is deleted', (lake) => lake.files.delete('raw/again.csv'), () => 'raw_missing raw/again.csv'],
    ['a raw file is altered', (lake) => edit(lake, 'raw/again.csv', 'li', 'lo'), () => 'raw_altered raw/again.csv'],
    [
      'a raw file is what it was before it was replaced',
      (lake) => lake.put('raw/day.csv', minutes(1400, 100)),
      () => 'raw_altered raw/day.csv',
    ],
    [
      'a raw file was never ingested',
      (lake) => lake.put('raw/new.csv', minutes(0, 1)),
      () => 'raw_not_ingested raw/new.csv',
    ],
  ] as [string, (lake: MemoryStorage, files: string[]) => unknown, (files: string[]) => string][]) {
    it(`says which, where ${name}`, async () => {
      const storage = whole.copy();
      const files = dataFiles(whole);
      harm(storage, files);
      assert.deepEqual(problems(await verify(storage)), [expected(files)]);
    });
  }

  it('names several in the order of their paths', async () => {
    const storage = whole.copy();
    const files = dataFiles(storage);
    for (const file of [...files].reverse()) storage.files.delete(file);
    assert.deepEqual(
      problems(await verify(storage)),
      files.map((file) => `data_file_missing ${file}`),
    );
  });

  it('counts what no commit names, and raw files that are excluded', async () => {
    const storage = whole.copy();
    storage.put(`${EVENTS}/event_date=2026-03-01/part-00000-abc.snappy.parquet`, 'left by a crash');
    storage.put('quarantine/rows/0123456789abcdef-01234567.jsonl', 'left by a crash');
    storage.put('raw/other/x.json', '{}');
    storage.put('raw/landed/counts/trail/2026-03-01/1.csv', 'hour,code,n\n');
    storage.put('raw/landed/counts/trail/2026-03-02/2.csv', '');
    const result = await verify(storage, { exclude: 'other/**' });
    assert.deepEqual(problems(result), []);
    // Of counts without a comparison nobody can tell whether one was removed.
    const unproved = 'not_provable curated/audit_coverage/';
    assert.deepEqual(notes(result), [
      `orphans ${EVENTS}/`,
      'orphans quarantine/',
      'raw_replaced raw/day.csv',
      unproved,
    ]);
    assert.equal(result.counts.raw_files_excluded, 1);
    assert.equal(result.counts.count_files, 2);
    assert.equal(result.counts.raw_files, 4);
  });

  it('takes a raw file that is gone for expired once its retention is over, and not a moment earlier', async () => {
    const storage = whole.copy();
    storage.files.delete('raw/again.csv');
    storage.files.delete('raw/readme.txt');
    const gone = ['raw/again.csv', 'raw/readme.txt'];
    const over = new Date(LANDED_AT.getTime() + 30 * 86_400_000);
    const expired = await verify(storage, { rawRetentionDays: '30', now: over });
    assert.deepEqual(problems(expired), []);
    assert.deepEqual(notes(expired), [`raw_expired ${gone[0]}`, 'raw_replaced raw/day.csv', `raw_expired ${gone[1]}`]);
    for (const [rawRetentionDays, now] of [
      ['30', new Date(over.getTime() - 1)],
      ['31', over],
      ['0', new Date('2100-01-01')],
    ] as const) {
      const found = problems(await verify(storage, { rawRetentionDays, now }));
      assert.deepEqual(
        found,
        gone.map((path) => `raw_missing ${path}`),
        `${rawRetentionDays} days at ${now.toISOString()}`,
      );
    }
  });

  it('accounts for all rows: what went in is in data files, duplicates and quarantine', async () => {
    const { counts } = await verify(whole);
    assert.equal(counts.rows, 100 + 5 + 50 + 20);
    assert.equal(counts.rows_of_codes, CATALOGUE.length);
    assert.equal(counts.quarantine_files, 2);
  });

  it('works on a copy of the lake, which has other ETags and times', async () => {
    const copy = CopiedLake.of(whole);
    const result = await verify(copy);
    assert.deepEqual(problems(result), []);
    assert.deepEqual(result.heads, (await verify(whole)).heads);
    edit(copy, 'raw/readme.txt', 'no', 'yes');
    edit(copy, 'raw/again.csv', 'li', 'lo');
    assert.deepEqual(problems(await verify(copy)), ['raw_altered raw/again.csv', 'raw_altered raw/readme.txt']);
  });

  it('finds a rejected file of the same length with other content, in a copy too', async () => {
    const copy = CopiedLake.of(whole);
    edit(copy, 'raw/readme.txt', 'no', 'ON');
    assert.deepEqual(problems(await verify(copy)), ['raw_altered raw/readme.txt']);
  });

  it('takes a rejected file for accounted for, whatever settings it was rejected with', async () => {
    const storage = whole.copy();
    await ingest(storage, { delimiter: ';' });
    assert.deepEqual(problems(await verify(storage)), []);
  });
});

const OURS = (rest: string) => `{"commitInfo":{"engineInfo":"nexthink-audit-lake","txnId":"x","sources":[]${rest}}}`;

describe('verifying what commits say of themselves', () => {
  for (const [name, version, from, to, expected] of [
    ['rows of a source do not add up', 4, '"rows":100,"committed":50', '"rows":101,"committed":50', 'counts_differ'],
    [
      'more rows are committed than data files hold',
      4,
      '"rows":100,"committed":50,"duplicates":50',
      '"rows":100,"committed":51,"duplicates":49',
      'counts_differ',
    ],
    ['the statistics of a file say other than the record', 4, 'numRecords\\":50', 'numRecords\\":51', 'counts_differ'],
    ['a data file is named by no record', 4, '"files":[{"path":"', '"files":[{"path":"x', 'file_not_named'],
    ['the record is no record', 4, '"sources":[', '"sources":[1,', 'file_not_named'],
  ] as const) {
    it(`finds it where ${name}, although the evidence follows`, async () => {
      const storage = whole.copy();
      edit(storage, log(version), from, to);
      reseal(storage);
      const found = problems(await verify(storage));
      assert.equal(found[0], `${expected} ${log(version)}`);
    });
  }

  for (const [name, lines] of [
    [
      'another engine moves the boundary of the retention',
      ['{"commitInfo":{"engineInfo":"Spark"}}', '{"txn":{"appId":"retained_from","version":99999}}'],
    ],
    ['the boundary is moved in our name', [OURS(''), '{"txn":{"appId":"retained_from","version":99999}}']],
    [
      'a retention is recorded outside a bracket',
      [
        OURS(',"change":{"kind":"retain","before":"2026-03-05"}'),
        `{"txn":{"appId":"retained_from","version":${Date.UTC(2026, 2, 5) / 86_400_000}}}`,
      ],
    ],
    ['a list of erased events comes from nowhere', [OURS(''), '{"txn":{"appId":"erased:raw/x","version":1}}']],
    ['a raw file is said to be in', [OURS(''), '{"txn":{"appId":"raw/new.csv","version":1}}']],
    [
      'another content of a raw file is said to be in',
      [OURS(''), '{"txn":{"appId":"whole:[\\"raw/new.csv\\",\\"e\\"]","version":1}}'],
    ],
    ['a whole name cannot be read', [OURS(''), '{"txn":{"appId":"whole:[","version":1}}']],
    ['a raw file is said to be rejected', [OURS(''), '{"txn":{"appId":"rejected:raw/new.csv","version":1}}']],
    ['the columns of an instance are set', [OURS(''), '{"txn":{"appId":"identity_columns:","version":1}}']],
  ] as const) {
    it(`finds it where ${name}, which keeps rows out of the table`, async () => {
      const storage = whole.copy();
      storage.put(log(6), `${lines.join('\n')}\n`);
      reseal(storage);
      assert.deepEqual(problems(await verify(storage)), [`transaction_unfounded ${log(6)}`]);
    });
  }

  it('finds rows withheld where nothing was erased and no retention is recorded', async () => {
    const storage = whole.copy();
    storage.put(log(6), `${OURS('')}\n{"txn":{"appId":"retained_from","version":99999}}\n`);
    storage.put('raw/later.csv', minutes(9000, 3));
    await ingest(storage);
    assert.deepEqual(problems(await verify(storage)), [`transaction_unfounded ${log(6)}`, `rows_withheld ${log(7)}`]);
  });

  it('finds nothing where rows are withheld by a retention of ours', async () => {
    const storage = whole.copy();
    const before = Date.UTC(2026, 2, 2) / 86_400_000;
    await retainTable({ storage, host: HOST }, await snapshotOf(storage), { before, reason: 'old', dryRun: false });
    storage.put('raw/later.csv', minutes(0, 3));
    await ingest(storage);
    const result = await verify(storage);
    assert.deepEqual(problems(result), []);
    assert.match(storage.content(log(9)).toString(), /"withheld":3/);
  });

  it('finds data removed without a bracket, and a bracket that is still open', async () => {
    const storage = whole.copy();
    const [path = ''] = dataFiles(storage).map((file) => file.slice(EVENTS.length + 1));
    const { size } = (await storage.head(`${EVENTS}/${path}`)) ?? { size: 0 };
    const info = '{"commitInfo":{"engineInfo":"nexthink-audit-lake","txnId":"x","change":{"kind":"erase"}}}';
    const remove = { remove: { path, dataChange: true, deletionTimestamp: 1, size } };
    storage.put(log(6), `${info}\n${JSON.stringify(remove)}\n`);
    reseal(storage);
    assert.deepEqual(problems(await verify(storage)), [`changed_outside_bracket ${log(6)}`]);

    const metaData = /^\{"metaData".*$/m.exec(storage.content(log(0)).toString())?.[0] ?? '';
    const unlocked = metaData
      .replace('\\"delta.appendOnly\\":\\"true\\"', '')
      .replace('"delta.appendOnly":"true"', '"delta.appendOnly":"false"');
    assert.notEqual(unlocked, metaData);
    const bracket =
      '{"commitInfo":{"engineInfo":"nexthink-audit-lake","txnId":"y","bracket":{"kind":"erase","step":"unlock"}}}';
    storage.put(log(7), storage.content(log(6)));
    storage.put(log(6), `${bracket}\n${unlocked}\n`);
    reseal(storage);
    assert.deepEqual(problems(await verify(storage)), [`open_bracket ${EVENTS}/_delta_log/`]);

    const lock = bracket.replace('unlock', 'lock');
    storage.put(log(8), `${lock}\n${metaData}\n`);
    reseal(storage);
    assert.deepEqual(problems(await verify(storage)), []);
    edit(storage, log(6), '"kind":"erase"', '"kind":"retain"');
    reseal(storage);
    assert.deepEqual(problems(await verify(storage)), [`changed_outside_bracket ${log(7)}`]);
  });
});

describe('verifying commits of other engines', () => {
  const foreign = '{"commitInfo":{"operation":"OPTIMIZE","engineInfo":"Spark"}}\n';

  /** A commit that puts the content of the first data file under another name. */
  async function moved(dataChange: boolean, rows = 5): Promise<MemoryStorage> {
    const storage = whole.copy();
    const [file = ''] = dataFiles(storage);
    const path = file.slice(EVENTS.length + 1);
    const add = {
      path: `${path}.moved`,
      partitionValues: { event_date: '2026-03-01' },
      modificationTime: 1,
      dataChange,
    };
    const size = storage.content(file).length;
    storage.put(`${file}.moved`, storage.content(file));
    const lines = [
      { remove: { path, dataChange, deletionTimestamp: 1, size } },
      { add: { ...add, size, stats: `{"numRecords":${rows}}` } },
    ];
    storage.put(log(6), `${foreign}${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
    reseal(storage);
    return storage;
  }

  const rowsOf = (storage: MemoryStorage) => {
    const [file = ''] = dataFiles(storage);
    return new RegExp(`"path":"${file.slice(EVENTS.length + 1)}","rows":(\\d+)`);
  };

  const rowsMoved = () => {
    const pattern = rowsOf(whole);
    const text = [1, 2, 3, 4, 5].map((version) => whole.content(log(version)).toString()).join('');
    return Number(pattern.exec(text)?.[1]);
  };

  it('are listed where they only rearranged rows', async () => {
    const result = await verify(await moved(false, rowsMoved()));
    assert.deepEqual(problems(result), []);
    assert.ok(notes(result).includes(`foreign_commit ${log(6)}`));
    assert.equal(result.counts.foreign_commits, 1);
  });

  /** The `add` of the first data file, with other statistics and under another name where one is given. */
  function addOf(storage: MemoryStorage, change: (stats: string) => string, suffix = ''): string {
    const [file = ''] = dataFiles(storage);
    const path = file.slice(EVENTS.length + 1);
    const commits = [1, 2, 3, 4, 5].flatMap((version) => storage.content(log(version)).toString().split('\n'));
    const { add } = JSON.parse(commits.find((line) => line.startsWith(`{"add":{"path":"${path}"`)) ?? '{}');
    return JSON.stringify({ add: { ...add, path: `${path}${suffix}`, dataChange: false, stats: change(add.stats) } });
  }

  it('may give a file new statistics, as long as they are true', async () => {
    const storage = whole.copy();
    storage.put(log(6), `${foreign}${addOf(storage, (stats) => stats.replace('"2026-', '"2025-'))}\n`);
    reseal(storage);
    const wider = await verify(storage);
    assert.deepEqual(problems(wider), []);
    assert.equal(wider.counts.rows, 175);
    flip(storage, dataFiles(storage)[0] ?? '');
    const altered = problems(await verify(storage));
    assert.ok(altered.includes(`data_file_altered ${dataFiles(storage)[0]}`), 'its SHA-256 is still known');
  });

  for (const [name, change] of [
    ['later lower bounds', (stats) => stats.replace(/("minValues":\{"event_time":")2026/, '$12027')],
    ['earlier upper bounds', (stats) => stats.replace(/("maxValues":\{"event_time":")2026/, '$12025')],
    ['a text bound that is too low', (stats) => stats.replace(/("maxValues":.*"action":")\w/, '$1A')],
    ['other numbers of nulls', (stats) => stats.replace(/("nullCount":\{"event_time":)0/, '$11')],
    ['a number of rows as text', () => '{"numRecords":"7"}'],
    ['a number of rows twice', (stats) => stats.replace('{', '{"numRecords":7,')],
    ['bounds of another type', (stats) => stats.replace(/("minValues":.*"code":)(\d+)/, '$1"$2"')],
    ['numbers of nulls as text', (stats) => stats.replace(/("nullCount":\{"event_time":)0/, '$1"0"')],
  ] as [string, (stats: string) => string][]) {
    it(`are a fault where they give a file ${name}, which hides its rows`, async () => {
      const storage = whole.copy();
      const [file = ''] = dataFiles(storage);
      assert.notEqual(addOf(storage, change), addOf(storage, String));
      storage.put(log(6), `${foreign}${addOf(storage, change)}\n`);
      reseal(storage);
      for (const deep of [false, true]) {
        assert.deepEqual(problems(await verify(storage, { deep })), [`statistics_wrong ${file}`]);
      }
      const copied = whole.copy();
      copied.put(`${file}.copy`, copied.content(file));
      const remove = { path: file.slice(EVENTS.length + 1), dataChange: false, deletionTimestamp: 1 };
      copied.put(log(6), `${foreign}${JSON.stringify({ remove })}\n${addOf(copied, change, '.copy')}\n`);
      reseal(copied);
      assert.deepEqual(problems(await verify(copied)), [`statistics_wrong ${file}.copy`]);
    });
  }

  it('are a fault where they changed data', async () => {
    assert.deepEqual(problems(await verify(await moved(true, rowsMoved()))), [`foreign_data_change ${log(6)}`]);
  });

  it('are a fault where the rows are not as many as before', async () => {
    const found = problems(await verify(await moved(false, rowsMoved() - 1)));
    assert.equal(found[0], `rows_not_conserved ${log(6)}`);
    assert.match(found[1] ?? '', /^data_file_altered .*\.moved$/, 'and the footer says what is right');
  });

  it('are read from their footers where the log was cleaned up or has no statistics', async () => {
    const storage = await moved(false, rowsMoved());
    edit(storage, log(6), /,"stats":"[^}]*}"/, '');
    reseal(storage);
    assert.deepEqual(problems(await verify(storage)), []);
    flip(storage, dataFiles(storage).find((path) => path.endsWith('.moved')) ?? '', 10);
    const path = dataFiles(storage).find((name) => name.endsWith('.moved')) ?? '';
    assert.deepEqual(problems(await verify(storage)), [`data_file_altered ${path}`], 'a column cannot be decoded');
    storage.put(path, Buffer.alloc(storage.content(path).length));
    assert.match(problems(await verify(storage)).at(-1) ?? '', /data_file_altered .*\.moved/);
  });

  it('are listed with what they changed of the properties', async () => {
    const storage = whole.copy();
    const metaData = /^\{"metaData".*$/m.exec(storage.content(log(0)).toString())?.[0] ?? '';
    storage.put(log(6), `${foreign}${metaData.replace('"delta.appendOnly":"true"', '"delta.appendOnly":"false"')}\n`);
    reseal(storage);
    const result = await verify(storage);
    assert.deepEqual(problems(result), [`open_bracket ${EVENTS}/_delta_log/`]);
    const changed = result.notes.find(({ kind }) => kind === 'metadata_changed');
    assert.match(changed?.explanation ?? '', /delta\.appendOnly from true to false/);
  });
});
