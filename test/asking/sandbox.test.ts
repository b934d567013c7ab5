import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { answerOfLake } from '../../src/asking/answer.ts';
import type { AskedLake } from '../../src/asking/index.ts';
import { UsageError } from '../../src/present/usage-error.ts';
import { parseSettings } from '../../src/settings/index.ts';
import { openLake } from '../../src/storage/index.ts';
import { HEADER, record, run } from '../support/cli.ts';

let folder = '';
let lake = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  lake = join(folder, 'lake');
  await writeFile(join(folder, 'a.csv'), `${HEADER}${record('Created dashboard, ID=d-1, name=Sales')}no,record,x,y\n`);
  await writeFile(join(folder, 'secret'), 'SECRET\n');
  assert.equal((await run(['ingest', join(folder, 'a.csv'), '--lake', lake])).code, 0);
});

afterAll(() => rm(folder, { recursive: true }));

function asked(): AskedLake {
  const settings = parseSettings({ environment: {}, options: { lake } });
  return { settings, storage: openLake(settings), signal: new AbortController().signal, tell: () => undefined };
}

const query = (sql: string, ...rest: string[]) => run(['query', '--json', sql, '--lake', lake, ...rest]);

describe('a query', () => {
  it('reads the views, in any statement that reads', async () => {
    for (const sql of [
      'SELECT count(*) FROM audit_events',
      'WITH a AS (SELECT * FROM audit_events) SELECT count(*) FROM a;',
      '/* a comment */ FROM audit_events SELECT code',
      'DESCRIBE audit_events',
      'SUMMARIZE SELECT code FROM audit_events',
      'SHOW TABLES',
      'EXPLAIN SELECT * FROM audit_events',
      'EXPLAIN ANALYZE SELECT * FROM audit_events',
      'SELECT reason FROM quarantine_rows',
      "SELECT current_setting('TimeZone')",
      'FROM range(3)',
      "SELECT * FROM json_each('[1]')",
      'FROM duckdb_columns()',
      'FROM (PIVOT audit_events ON code USING count(*) GROUP BY instance)',
    ]) {
      await assert.doesNotReject(answerOfLake(asked(), sql), sql);
    }
  });

  it('reads no other file, writes none, fetches nothing and changes no setting', async () => {
    const secret = join(folder, 'secret');
    const raw = join(lake, 'raw/a.csv');
    const before = await readFile(raw, 'utf8');
    for (const sql of [
      `SELECT * FROM read_text('${secret}')`,
      `SELECT * FROM read_csv('${secret}')`,
      `SELECT * FROM '${secret}'`,
      `SELECT * FROM read_blob('${raw}')`,
      `SELECT * FROM glob('${folder}/*')`,
      `SELECT * FROM sniff_csv('${secret}')`,
      `FROM read_text('${lake}/curated/../../secret')`,
      `SELECT * FROM query('FROM read_text(''${secret}'')')`,
      "SELECT * FROM read_csv('https://127.0.0.1:1/x.csv')",
      `COPY (SELECT 1) TO '${raw}'`,
      `COPY (SELECT 1) TO '${raw}' (USE_TMP_FILE false)`,
      `EXPLAIN ANALYZE COPY (SELECT 1) TO '${raw}'`,
      `EXPLAIN /* x */ ANALYZE COPY (SELECT 1) TO '${raw}'`,
      `ATTACH '${folder}/new.db'`,
      `EXPORT DATABASE '${folder}/export'`,
      'INSTALL httpfs',
      'LOAD httpfs',
      'SET enable_external_access = true',
      'RESET lock_configuration',
      "SET VARIABLE audit_events_files = ['x']",
      'PRAGMA enable_profiling',
      'CREATE TABLE x AS SELECT 1',
      'CREATE OR REPLACE VIEW audit_events AS SELECT 1',
      'DROP VIEW audit_events',
      'CALL enable_logging()',
      'FROM enable_logging()',
      'SELECT * FROM (SELECT 1 AS a, (SELECT count(*) FROM Enable_Logging()) AS b)',
      'WITH a AS (FROM disable_logging()) FROM a',
      'EXPLAIN ANALYZE FROM enable_logging()',
      'FROM enable_profiling()',
      "FROM query('FROM enable_logging()')",
      'PIVOT (FROM enable_logging()) ON x USING count(*)',
      'PRAGMA database_list',
      'FROM force_checkpoint()',
      'FROM truncate_duckdb_logs()',
      'BEGIN',
      'PREPARE p AS SELECT 1',
    ]) {
      await assert.rejects(answerOfLake(asked(), sql), (error) => {
        assert.ok(error instanceof UsageError, `${sql}: ${String(error)}`);
        return !error.message.includes('SECRET');
      });
    }
    assert.equal(await readFile(raw, 'utf8'), before);
    assert.deepEqual((await readdir(folder)).sort(), ['a.csv', 'lake', 'secret']);
    assert.match(
      (await query('INSTALL httpfs')).stderr,
      /expected a statement that reads .*found \w+; query --unrestricted/,
    );
    for (const sql of [
      `COPY (SELECT 1) TO '${raw}'`,
      `/* x */ copy audit_events TO 'x.csv'`,
      'FROM enable_logging()',
    ]) {
      assert.match((await query(sql)).stderr, /^audit-lake: expected a statement that reads /);
    }
    assert.match((await query(`SELECT * FROM read_text('${secret}')`)).stderr, /query --unrestricted lifts that/);
  });

  it('does what it is told to with --unrestricted', async () => {
    const secret = join(folder, 'secret');
    const { code, stdout } = await query(`SELECT content FROM read_text('${secret}')`, '--unrestricted');
    assert.deepEqual([code, JSON.parse(stdout)], [0, [{ content: 'SECRET\n' }]]);
  });

  it('takes no name for a pattern', async () => {
    const [odd, plain] = [join(folder, 'la[k]?*e'), join(folder, 'lakxxe')];
    await mkdir(odd);
    await cp(lake, join(odd, 'lake'), { recursive: true });
    await cp(lake, join(plain, 'lake'), { recursive: true });
    await writeFile(
      join(folder, 'b.csv'),
      HEADER + record('Created dashboard, ID=d-2, name=Mallory', '2026-03-01T11:00:00Z'),
    );
    const ask = (place: string) =>
      run(['query', '--json', 'SELECT object_name FROM audit_events', '--lake', join(place, 'lake')]);
    assert.equal((await ask(odd)).stdout, '[{"object_name":"Sales"}]\n');
    // The other lake has another file under the same name.
    const day = 'lake/curated/audit_events/event_date=2026-03-01';
    const [file = ''] = await readdir(join(odd, day));
    const other = join(folder, 'other');
    assert.equal((await run(['ingest', join(folder, 'b.csv'), '--lake', other])).code, 0);
    const [theirs = ''] = await readdir(join(other, day.slice('lake/'.length)));
    await rename(join(other, day.slice('lake/'.length), theirs), join(plain, day, file));
    assert.equal((await ask(odd)).stdout, '[{"object_name":"Sales"}]\n');
    for (const name of ['la[k]?*e', 'lakxxe', 'other', 'b.csv']) await rm(join(folder, name), { recursive: true });
  });

  it('follows no link to a data file', async () => {
    const linked = join(folder, 'linked');
    await cp(lake, linked, { recursive: true });
    const day = join(linked, 'curated/audit_events/event_date=2026-03-01');
    const [file = ''] = await readdir(day);
    await rename(join(day, file), join(folder, 'outside.parquet'));
    await symlink(join(folder, 'outside.parquet'), join(day, file));
    const { code, stderr } = await run(['query', 'SELECT count(*) FROM audit_events', '--lake', linked]);
    assert.equal(code, 3);
    assert.match(stderr, /it is a link, and none is followed/);
    await rm(linked, { recursive: true });
    await rm(join(folder, 'outside.parquet'));
  });
});
