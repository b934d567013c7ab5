import assert from 'node:assert/strict';
import { cp, readdir, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import type { FileReport, Run } from '../../src/ingest/index.ts';
import { openTables } from '../../src/lake/index.ts';
import { readAll, type Storage } from '../../src/storage/index.ts';
import type { Snapshot } from '../../src/table/index.ts';
import { queryWithDuckdb, type Row } from '../parquet/readers.ts';
import {
  byOrigin,
  EVENTS,
  ingest,
  land,
  onLocalLake,
  onlyReport,
  outcomes,
  snapshotOf,
  tableRows,
} from '../support/lake.ts';

const FIRST_VERSION = fileURLToPath(new URL('../fixtures/tables/first-version', import.meta.url));
/** What the fixture holds: rows of the table, by raw file. */
const OLD_ROWS = { 'day-1.csv': 39, 'day-1-again.csv': 20, 'audit-2026-03-02T10-hourly.csv': 50 };
const HEADER = 'time,code,message,user name';

describe('a table that the first version wrote', () => {
  it(
    'holds what it held then, and nothing of it is taken in again, although a copy has other file times',
    onOldLake(async (storage, root) => {
      const later = new Date('2031-01-01T00:00:00Z');
      for (const name of await readdir(join(root, 'raw'))) await utimes(join(root, 'raw', name), later, later);
      const run = await ingest(storage);
      assert.deepEqual(run.reports.map(reason), [
        ['raw/audit-2026-03-02T10-hourly.csv', 'skipped', 'already_ingested'],
        ['raw/day-1-again.csv', 'skipped', 'already_ingested'],
        ['raw/day-1.csv', 'skipped', 'already_ingested'],
        ['raw/readme.csv', 'skipped', 'rejected_before'],
      ]);
      assert.deepEqual(rowsBySource(await tableRows(storage)), OLD_ROWS);
    }),
  );

  it(
    'goes on: new rows beside the old ones, which stay as they are, value for value',
    onOldLake(async (storage) => {
      const before = await tableRows(storage);
      const files = await contents(storage);
      await land(storage, 'new.csv', exportOf(created('2026-03-01T00:30:00Z', 1), created('2026-03-09T00:00:00Z', 2)));
      assert.deepEqual(outcomes(await ingestNew(storage, 'new.csv')), ['new.csv: ingested 2/0/0']);
      const after = await tableRows(storage);
      assert.deepEqual(
        after.filter((row) => row['source_file'] !== 'raw/new.csv'),
        before,
      );
      assert.equal(after.length, before.length + 2);
      for (const [path, bytes] of files) assert.deepEqual(await readAll(storage, path), bytes, path);
    }),
  );

  it(
    'is what windows that overlap it are compared with',
    onOldLake(async (storage, root) => {
      const lines = await oldLines(root);
      const window = [...lines.slice(30, 60), created('2026-03-01T00:41:00Z', 1), ...lines.slice(85)];
      await land(storage, 'window.csv', exportOf(...window));
      await land(storage, 'copy.csv', await readFile(join(root, 'raw/day-1.csv')));
      const run = await ingestNew(storage, 'window.csv', 'copy.csv');
      assert.deepEqual(outcomes(run), [
        `window.csv: ingested 1/${window.length - 1}/0`,
        `copy.csv: ingested 0/${OLD_ROWS['day-1.csv']}/0`,
      ]);
      const ids = (await tableRows(storage)).map((row) => row['event_uid']);
      assert.equal(new Set(ids).size, ids.length);
      assert.equal(ids.length, sum(Object.values(OLD_ROWS)) + 1);
    }),
  );

  it(
    'keeps what was rejected as it stands until somebody asks for it by name, and then says why',
    onOldLake(async (storage) => {
      const report = onlyReport(await ingestNew(storage, 'readme.csv'));
      assert.deepEqual([report.outcome, report.reason], ['rejected', 'header_not_understood']);
      assert.match(report.explanation ?? '', /expected columns for time, code and message/);
      await land(storage, 'readme.csv', exportOf(created('2026-03-03T00:00:00Z', 1)));
      assert.deepEqual(outcomes(await ingest(storage)).at(-1), 'readme.csv: ingested 1/0/0');
    }),
  );

  it(
    'has its schema only ever added to: every field keeps its place, its type and whether it may be null',
    onOldLake(async (storage) => {
      const before = await openOld(storage);
      await land(storage, 'new.csv', exportOf(created('2026-03-03T00:00:00Z', 1)));
      await ingestNew(storage, 'new.csv');
      const after = await openOld(storage);
      for (const table of ['events', 'codes'] as const) {
        const old = fieldsOf(before[table]);
        assert.ok(old.length > 20);
        assert.deepEqual(fieldsOf(after[table]).slice(0, old.length), old);
        const { id, partitionColumns, createdTime } = before[table].metadata;
        assert.partialDeepStrictEqual(after[table].metadata, { id, partitionColumns, createdTime });
        assert.partialDeepStrictEqual(after[table].metadata.configuration, before[table].metadata.configuration);
      }
      assert.deepEqual(after.events.protocol, before.events.protocol);
    }),
  );

  it(
    'reads in DuckDB over the active files as it reads here, old files and new ones together',
    onOldLake(async (storage, root) => {
      await land(storage, 'new.csv', exportOf(created('2026-03-01T00:30:00Z', 1), created('2026-03-09T00:00:00Z', 2)));
      await ingestNew(storage, 'new.csv');
      const files = [...(await snapshotOf(storage)).files.keys()];
      const found = await queryWithDuckdb(join(root, EVENTS), (table) => {
        const list = files.map((file) => `'${table}/${file}'`).join(', ');
        return `SELECT * REPLACE (event_date::VARCHAR AS event_date)
          FROM read_parquet([${list}], union_by_name = true, hive_partitioning = true)`;
      });
      assert.deepEqual(found.sort(byOrigin), await tableRows(storage));
    }),
  );
});

/** Runs a test on a copy of the old lake. */
function onOldLake(body: (storage: Storage, root: string) => Promise<void>): () => Promise<void> {
  return onLocalLake(async (storage, root) => {
    await cp(FIRST_VERSION, root, { recursive: true });
    await body(storage, root);
  });
}

function ingestNew(storage: Storage, ...names: string[]): Promise<Run> {
  return ingest(
    storage,
    {},
    names.map((name) => `raw/${name}`),
  );
}

function reason({ path, outcome, reason: why }: FileReport) {
  return [path, outcome, why];
}

function rowsBySource(rows: readonly Row[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const name = String(row['source_file']).slice('raw/'.length);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** The bytes of every file of both tables, logs included. */
async function contents(storage: Storage): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for await (const { path } of storage.list('curated/')) found.set(path, await readAll(storage, path));
  return found;
}

/** The records that the old table holds, in the order they came in. */
async function oldLines(root: string): Promise<string[]> {
  const texts = await Promise.all(
    ['day-1.csv', 'audit-2026-03-02T10-hourly.csv'].map((name) => readFile(join(root, 'raw', name), 'utf8')),
  );
  return texts.flatMap((text) => text.trimEnd().split('\n').slice(1));
}

async function openOld(storage: Storage): Promise<{ readonly events: Snapshot; readonly codes: Snapshot }> {
  const tables = await openTables(storage);
  assert.ok(tables !== null);
  return tables;
}

function fieldsOf({ metadata }: Snapshot): readonly object[] {
  const { fields } = JSON.parse(metadata.schemaString) as {
    fields: { name: string; type: string; nullable: boolean }[];
  };
  return fields.map(({ name, type, nullable }) => ({ name, type, nullable }));
}

function exportOf(...records: readonly string[]): string {
  return `${[HEADER, ...records].join('\n')}\n`;
}

function created(time: string, number: number): string {
  return `${time},92042,"Created dashboard, ID=new-${number}, name=Sales",li.wei@corp.example`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
