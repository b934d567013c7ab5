import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { sparkQuarantine, sparkViews, VIEWS } from '../../src/views/index.ts';
import { AskedLake, HEADER, record } from './asked-lake.ts';

const script = (name: string) => readFileSync(path.join(import.meta.dirname, '../../infra', name), 'utf8');

describe('infra/duckdb', () => {
  let lake: AskedLake;

  beforeAll(async () => {
    lake = await AskedLake.of({
      'lists.csv': `${HEADER}${record(91012, 'Created user, id=u, name=Li, roles_granted=[Ops, "a, b"]')}yesterday,1,x,li\n`,
      'rejected.csv': 'a,b\n1,2\n',
    });
  });
  afterAll(() => lake.close());

  it('makes every view, with a macro in place of the delta extension', async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    try {
      await connection.run(
        "CREATE MACRO delta_scan(place) AS TABLE SELECT * FROM read_parquet(place || '/**/*.parquet', hive_partitioning = true, hive_types_autocast = true)",
      );
      // A path that is a pattern needs its own characters escaped.
      const zone = (name: string) => path.join(lake.folder, name).replaceAll(/[[*]/g, '[$&]');
      for (const name of ['curated', 'quarantine']) {
        await connection.run(`SET VARIABLE ${name} = '${zone(name).replaceAll("'", "''")}'`);
      }
      await connection.run(script('duckdb/views.sql'));
      await connection.run(script('duckdb/quarantine.sql'));
      // Which only a comparison makes.
      for (const { name } of Object.values(VIEWS).filter((view) => view.name !== 'audit_coverage')) {
        const sql = `SELECT * FROM ${name} ORDER BY ALL`;
        const found = await connection.runAndReadAll(sql);
        const expected = await lake.connection.runAndReadAll(sql);
        assert.deepEqual(
          [found.columnNames(), found.columnTypes().map(String), found.getRowsJson()],
          [expected.columnNames(), expected.columnTypes().map(String), expected.getRowsJson()],
          name,
        );
        assert.ok(found.currentRowCount > 0, name);
      }
    } finally {
      connection.closeSync();
    }
  });
});

describe('what Spark runs', () => {
  it('keeps apart quotes and backslashes of a comment, which are escapes to Spark', () => {
    const [events] = sparkViews();
    assert.ok(events!.includes("actor_name COMMENT 'Who did it: from the export\\'s own column.'"));
  });

  it('names the zone of the quarantine', () => {
    const locations = sparkQuarantine("abfss://q@a/o'clock").filter((statement) => statement.includes('LOCATION'));
    assert.deepEqual(
      locations.map((statement) => /LOCATION (.*)$/.exec(statement)?.[1]),
      ["'abfss://q@a/o\\'clock/rows'", "'abfss://q@a/o\\'clock/files'"],
    );
  });
});
