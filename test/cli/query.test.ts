import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { EVENT_COLUMNS } from '../../src/events/index.ts';
import { VIEWS } from '../../src/views/index.ts';
import { assertVisible, HEADER, record, run } from '../support/cli.ts';
import { SOURCES } from '../support/program.ts';

/** Loaded before the program: a machine on which DuckDB is not installed. */
const HOOKS = `import { registerHooks } from 'node:module';
registerHooks({
  resolve(name, context, next) {
    if (name.startsWith('@duckdb/')) throw Object.assign(new Error(name + ' is not there'), { code: 'ERR_MODULE_NOT_FOUND' });
    return next(name, context);
  },
});`;
const WITHOUT_DUCKDB = `--import=data:text/javascript,${encodeURIComponent(HOOKS)}`;

let folder = '';
let lake = '';
let empty = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "query o'clock-"));
  [lake, empty] = [join(folder, 'lake'), join(folder, 'empty')];
  const file = join(folder, 'a.csv');
  const hostile = 'Created dashboard, ID=d-2, name=\u202egnp.exe\u202c \u001b[2J\u200b';
  await writeFile(
    file,
    HEADER +
      record('Created dashboard, ID=d-1, name=日本') +
      record(hostile, '2026-03-02T23:59:59.999999Z') +
      record('Created user, id=u-1, name=Li, roles_granted=[Ops, Admin]', '2026-03-03T00:00:00Z', 91012),
  );
  const header = join(folder, 'header.csv');
  await writeFile(header, HEADER);
  await Promise.all([run(['ingest', file, '--lake', lake]), run(['ingest', header, '--lake', empty])]);
});

afterAll(() => rm(folder, { recursive: true }));

const query = (sql: string, ...rest: string[]) => run(['query', sql, '--lake', lake, ...rest]);

describe('audit-lake query', () => {
  for (const pivot of [
    'PIVOT (SELECT code, event_date FROM audit_events) ON code USING count(*) ORDER BY ALL',
    'PIVOT (SELECT code, event_date FROM audit_events) ON code USING count(*) ORDER BY ALL; ',
    'WITH days AS (PIVOT (SELECT code, event_date FROM audit_events) ON code USING count(*)) FROM days ORDER BY ALL -- all',
  ]) {
    it(`takes ${pivot.slice(0, 5)}… for the one statement that it is`, async () => {
      const { code, stdout, stderr } = await query(pivot, '--json');
      assert.deepEqual([code, stderr], [0, '']);
      assert.deepEqual(JSON.parse(stdout), [
        { event_date: '2026-03-01', 91012: 0, 92042: 1 },
        { event_date: '2026-03-02', 91012: 0, 92042: 1 },
        { event_date: '2026-03-03', 91012: 1, 92042: 0 },
      ]);
    });
  }

  it('explains a PIVOT, and takes two', async () => {
    const one = 'PIVOT (SELECT code FROM audit_events) ON code USING count(*)';
    const explained = await query(`EXPLAIN ${one}`);
    assert.deepEqual([explained.code, explained.stderr], [0, '']);
    assert.match(explained.stdout, /physical_plan/);
    assert.equal(JSON.parse((await query(`${one}; ${one}`, '--json')).stdout).length, 2);
    for (const sql of [`SELECT 1) FROM (${one}`, `CREATE TABLE t AS ${one}`]) {
      const { code, stdout } = await query(sql);
      assert.deepEqual([code, stdout], [2, ''], sql);
    }
  });

  it('says what to do where DuckDB is not installed, and so does ask', async () => {
    for (const args of [
      ['query', 'SELECT 1'],
      ['ask', '5'],
    ]) {
      const { code, stdout, stderr } = await run([...args, '--lake', lake], {
        node: [WITHOUT_DUCKDB],
        program: SOURCES,
      });
      assert.deepEqual([code, stdout], [2, ''], args[0]);
      assert.match(
        stderr,
        /^audit-lake: query, ask and tour need DuckDB \(@duckdb\/node-api\), which cannot be loaded here: .*not there\. Run npm ci again.*docs\/query\.md/,
      );
    }
  });

  it('answers over audit_events as a table, and says how many rows', async () => {
    const { code, stdout, stderr } = await query(
      'SELECT code, object_name, error FROM audit_events ORDER BY event_time LIMIT 1',
    );
    assert.equal(code, 0);
    assert.equal(stderr, '');
    assert.deepEqual(stdout.split('\n'), [
      ' code  object_name  error',
      '─────  ───────────  ─────',
      '92042  日本         ∅',
      '1 row',
      '',
    ]);
  });

  it('--json prints an array of objects, verbatim', async () => {
    const { code, stdout } = await query(
      'SELECT event_date, event_time, roles_granted, message FROM audit_events ORDER BY event_time DESC LIMIT 2',
      '--json',
    );
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout), [
      {
        event_date: '2026-03-03',
        event_time: '2026-03-03 00:00:00+00',
        roles_granted: ['Ops', 'Admin'],
        message: 'Created user, id=u-1, name=Li, roles_granted=[Ops, Admin]',
      },
      {
        event_date: '2026-03-02',
        event_time: '2026-03-02 23:59:59.999999+00',
        roles_granted: null,
        message: 'Created dashboard, ID=d-2, name=\u202egnp.exe\u202c \u001b[2J\u200b',
      },
    ]);
  });

  it('spells out characters that could deceive on a terminal', async () => {
    const { stdout } = await query('SELECT object_name FROM audit_events WHERE text_flags IS NOT NULL');
    assertVisible(stdout);
    assert.ok(stdout.includes('\\u{202e}gnp.exe\\u{202c} \\u{1b}[2J\\u{200b}'), stdout);
  });

  it('has every view, beside the tables as they stand', async () => {
    const { stdout } = await query(
      'SELECT table_name, column_name, data_type FROM information_schema.columns ORDER BY ordinal_position',
      '--json',
    );
    const columns = JSON.parse(stdout) as Record<string, string>[];
    assert.deepEqual(
      [...new Set(columns.map((column) => column['table_name']!))].sort(),
      [...Object.keys(VIEWS), 'audit_codes_table', 'audit_events_table'].sort(),
    );
    const types = {
      string: 'VARCHAR',
      int32: 'INTEGER',
      int64: 'BIGINT',
      timestamp: 'TIMESTAMP WITH TIME ZONE',
      date: 'DATE',
    };
    const stored = columns.filter((column) => column['table_name'] === 'audit_events_table');
    assert.deepEqual(
      stored.map((column) => [column['column_name'], column['data_type']]),
      EVENT_COLUMNS.map(({ name, type }) => [name, types[type]]),
    );
  });

  it('answers over the quarantine, and prints its text as it prints any', async () => {
    const bad = join(folder, 'bad.csv');
    const other = join(folder, 'quarantined');
    await writeFile(bad, `${HEADER}yesterday,92042,\u001b[2J\u202eexe,li\n${record('x')}`);
    const ingested = await run(['ingest', bad, '--lake', other]);
    assert.equal(ingested.code, 0);
    assertVisible(ingested.stdout);
    assert.match(ingested.stdout, /"yesterday" \(record 1\)/);
    const { stdout } = await run(['query', 'SELECT record, raw FROM quarantine_rows', '--lake', other]);
    assertVisible(stdout);
    assert.match(stdout, /1 +yesterday,92042,\\u\{1b\}\[2J\\u\{202e\}exe,li/);
  });

  it('answers over a table without rows', async () => {
    const { code, stdout } = await run(['query', 'SELECT * FROM audit_events', '--lake', empty, '--json']);
    assert.deepEqual([code, stdout], [0, '[]\n']);
  });

  it('describes a view with what each column means, also inside the sandbox', async () => {
    const rows = JSON.parse((await query('DESCRIBE audit_events', '--json')).stdout);
    const names = Object.values(VIEWS.audit_events.columns).map(({ name }) => name);
    assert.deepEqual(
      rows.map(({ column_name: name }: Record<string, unknown>) => name),
      names,
    );
    assert.ok(rows.every(({ comment }: Record<string, unknown>) => typeof comment === 'string' && comment !== ''));
    const sql = "SELECT comment FROM duckdb_columns() WHERE table_name = 'audit_codes' AND column_name = 'code'";
    const [code] = JSON.parse((await query(sql, '--json')).stdout);
    assert.match(code.comment, /^Audit code; with source_system/);
    const other = JSON.parse((await query('DESCRIBE SELECT 1 AS one', '--json')).stdout);
    assert.ok(!('comment' in other[0]));
  });

  it('says what is wrong with the SQL and exits with 2', async () => {
    const { code, stdout, stderr } = await query('SELECT nothing FROM nowhere');
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^audit-lake: there is no view nowhere; views: [^\n]*\n$/);
    assert.match(
      stderr,
      /views: audit_events, audit_event_items, audit_codes, audit_events_ocsf, quarantine_rows, quarantine_files/,
    );
    assert.ok(!/\n\s+at /.test(stderr));
  });

  it('takes SQL that begins with a comment, from a file, and from standard input', async () => {
    const sql = '-- how many\nSELECT count(*) AS n FROM audit_events';
    const file = join(folder, 'how-many.sql');
    await writeFile(file, `\ufeff${sql};\n`);
    for (const found of [
      await query(sql, '--json'),
      await run(['query', '--json', '--lake', lake, '--', sql]),
      await run(['query', '-f', file, '--json', '--lake', lake]),
      await run(['query', '-', '--json', '--lake', lake], { input: sql }),
    ]) {
      assert.deepEqual([found.code, found.stdout, found.stderr], [0, '[{"n":3}]\n', '']);
    }
  });

  it('shows the answer of each statement, in the formats that hold several', async () => {
    const sql = "SELECT 1 AS a; SELECT 'x;y' AS b";
    assert.equal((await query(sql)).stdout, 'a\n─\n1\n1 row\n\nb\n───\nx;y\n1 row\n');
    assert.equal((await query(sql, '--json')).stdout, '[[{"a":1}],[{"b":"x;y"}]]\n');
    const refused = await query(sql, '--format', 'csv');
    assert.deepEqual([refused.code, refused.stdout], [2, '']);
    assert.match(refused.stderr, /^audit-lake: csv holds one answer, found 2 statements; [^\n]*\n$/);
  });

  it('checks every statement before the first runs', async () => {
    for (const second of ['DROP VIEW audit_events', 'SELECT nothing FROM audit_events', 'SELEKT 2']) {
      const { code, stdout } = await query(`SELECT 1; ${second}`);
      assert.deepEqual([code, stdout], [2, ''], second);
    }
  });

  it('says in one line that there is nothing to run', async () => {
    for (const [args, message] of [
      [[''], /found none: the text is empty, or only a comment/],
      [['-- nothing'], /found none: the text is empty, or only a comment/],
      [[], /expected SQL, found none/],
      [['SELECT 1', '-f', join(folder, 'x.sql')], /expected SQL or --file, found both/],
      [['-f', join(folder, 'x.sql')], /expected a file with SQL, found none that can be read/],
    ] as const) {
      const { code, stdout, stderr } = await run(['query', ...args, '--lake', lake]);
      assert.deepEqual([code, stdout, stderr.split('\n').length], [2, '', 2], stderr);
      assert.match(stderr, message);
    }
  });

  it('says how to make a table where there is none, and makes nothing', async () => {
    const { code, stderr } = await run(['query', 'SELECT 1', '--lake', join(folder, 'nowhere')]);
    assert.equal(code, 2);
    assert.match(stderr, /audit-lake ingest FILE --lake/);
  });

  it('reads the files that the log names and no others', async () => {
    await writeFile(
      join(lake, 'curated/audit_events/event_date=2026-03-01/part-00000-orphan.snappy.parquet'),
      'no parquet',
    );
    const { stdout } = await query('SELECT count(*) AS n FROM audit_events', '--json');
    assert.equal(stdout, '[{"n":3}]\n');
  });
});

describe('audit-lake status', () => {
  it('says what the lake holds and what waits', async () => {
    await writeFile(join(lake, 'raw/later.csv'), HEADER);
    const { code, stdout } = await run(['status', '--lake', lake, '--json']);
    assert.equal(code, 0);
    const { bytes, program_version, tables, ...rest } = JSON.parse(stdout);
    const { asked_at, raw_bytes, waiting_files, freshness, ...status } = rest;
    assert.ok(raw_bytes > 0 && Date.parse(asked_at) > 0);
    assert.deepEqual(
      waiting_files.map(({ path, reason }: Record<string, unknown>) => [path, reason]),
      [['raw/later.csv', 'settling']],
    );
    assert.deepEqual(
      freshness.map((each: Record<string, unknown>) => [
        each['newest_event'],
        each['newest_file'],
        each['newest_file_state'],
      ]),
      [['2026-03-03T00:00:00.000Z', 'raw/later.csv', 'waiting']],
    );
    assert.ok(bytes > 1000);
    assert.match(program_version, /^\d+\.\d+\.\d+$/);
    assert.deepEqual(
      (tables as { table: string; version: number }[]).map(({ table, version }) => [table, version]),
      [
        ['audit_events', 1],
        ['audit_codes', 1],
      ],
    );
    assert.deepEqual(status, {
      raw_files: 2,
      waiting: ['raw/later.csv'],
      rejected: [],
      rejected_files: [],
      unreadable: [],
      last_verifications: [],
      event_days: { first: '2026-03-01', last: '2026-03-03', days: 3, gaps: [] },
      decode_statuses: { rows: { decoded: 3 }, from: 'statistics' },
      quarantine: { rows_by_reason: {}, files_by_reason: {}, from_versions: [0, 1] },
      table_version: 1,
      data_files: 3,
      rows: 3,
      first_event_date: '2026-03-01',
      last_event_date: '2026-03-03',
      quarantine_files: 0,
      withdrawn: [],
      ways: {
        by_way: [{ way: 'exporter', files: 1, rows: 3, newest_hour: '2026-03-03T00:00:00.000Z' }],
        overlaps: [],
        from_versions: null,
      },
      instances: [
        {
          instance: null,
          prefixes: [],
          time_zone: null,
          time_formats: [],
          time_digits: 6,
          columns: { time: 'time', code: 'code', message: 'message', actor_name: 'user name' },
        },
      ],
    });
    const human = await run(['status', '--lake', lake]);
    assert.match(human.stdout, /rows +3\n/);
    assert.match(human.stdout, /waiting: raw\/later\.csv\n/);
  });

  it('says that it does not know how many rows there are where statistics do not tell', async () => {
    const other = join(folder, 'other');
    await cp(lake, other, { recursive: true });
    const log = join(other, 'curated/audit_events/_delta_log');
    const line = (await readFile(join(log, `${'1'.padStart(20, '0')}.json`), 'utf8'))
      .split('\n')
      .find((each) => each.startsWith('{"add"'));
    const { stats, ...add } = JSON.parse(line ?? '').add;
    const actions = [{ commitInfo: { operation: 'OPTIMIZE' } }, { add: { ...add, dataChange: false } }];
    await writeFile(
      join(log, `${'2'.padStart(20, '0')}.json`),
      actions.map((each) => `${JSON.stringify(each)}\n`).join(''),
    );
    const { stdout } = await run(['status', '--lake', other, '--json']);
    assert.equal(JSON.parse(stdout).rows, null);
    assert.match(
      (await run(['status', '--lake', other])).stdout,
      /rows +not known: files of another engine came without/,
    );
  });

  it('says that there is no lake, and how to make one', async () => {
    const { code, stderr } = await run(['status', '--lake', join(folder, 'nowhere'), '--json']);
    assert.equal(code, 2);
    assert.match(stderr, /no lake in .*nowhere yet; make one with: audit-lake ingest/);
  });
});
