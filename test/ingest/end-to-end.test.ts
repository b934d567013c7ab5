import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { Random } from '../../samples/random.ts';
import { CURRENT_CODES, sampleMessage } from '../../samples/values.ts';
import { EVENT_COLUMNS } from '../../src/events/index.ts';
import { ingestPaths } from '../../src/ingest/index.ts';
import { readAll, type Storage } from '../../src/storage/index.ts';
import { type Row, readWithArrow, readWithDuckdb, readWithHyparquet, type Value } from '../parquet/readers.ts';
import {
  byOrigin,
  EVENTS,
  HOST,
  ingest,
  LANDED_AT,
  onLocalLake,
  onlyReport,
  settings,
  snapshotOf,
  tableRows,
} from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { expectedRows } from './expectation.ts';
import { type ExportFile, everyTemplate, exportFile, goodExports } from './exports.ts';

/** Columns that no export of well-written messages fills: what is odd, and what classic logs alone have. */
const IDLE = new Set<string>(['text_flags', 'decode_detail', 'roles', 'duration_ms', 'component', 'category']);

async function expectedOf(storage: Storage, file: ExportFile, path: string, instance: string | null): Promise<Row[]> {
  const info = await storage.head(path);
  assert.ok(info !== null);
  return expectedRows({ path, etag: info.etag, landedAt: info.lastModified, text: file.text, instance });
}

/** Every data file's rows, as one reader gives them, in the order of the records. */
async function rowsBy(storage: Storage, read: (bytes: Uint8Array) => Row[] | Promise<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { path, partitionValues } of (await snapshotOf(storage)).files.values()) {
    const found = await read(await readAll(storage, `${EVENTS}/${path}`));
    rows.push(...found.map((row) => ({ ...row, event_date: partitionValues['event_date'] ?? null })));
  }
  return rows.sort(byOrigin);
}

/** With the columns in the table's order, so that a difference is easily seen. */
function ordered(rows: readonly Row[]): Row[] {
  return rows.map((row) => Object.fromEntries(EVENT_COLUMNS.map(({ name }) => [name, row[name] ?? null])));
}

describe('an export becomes rows', () => {
  for (const [title, file] of [
    ['plain CSV', exportFile(everyTemplate(), 0)],
    ['gzip', exportFile(everyTemplate(), 1)],
    ['gzip in three members', exportFile(everyTemplate(), 3)],
  ] as const) {
    it(
      `${title}: three independent readers find every value of every template`,
      onLocalLake(async (storage) => {
        const path = `raw/acme/export${file.extension}`;
        await storage.create(path, file.stored, { modified: LANDED_AT });
        const run = await ingest(storage, { instances: 'acme/=acme-eu' });
        const expected = await expectedOf(storage, file, path, 'acme-eu');
        const report = onlyReport(run);
        assert.deepEqual([report.rows, report.committed], [expected.length, expected.length]);
        assert.deepEqual(ordered(await rowsBy(storage, readWithHyparquet)), expected);
        assert.deepEqual(ordered(await rowsBy(storage, readWithDuckdb)), expected);
        assert.deepEqual(ordered(await rowsBy(storage, readWithArrow)), expected);
        for (const { name } of EVENT_COLUMNS.filter((column) => !IDLE.has(column.name))) {
          assert.ok(
            expected.some((row) => row[name] !== null),
            `no template fills ${name}, so nothing was compared`,
          );
        }
      }),
    );
  }

  it('of any layout, with any text: every column of every row, value for value', async () => {
    await fc.assert(
      fc.asyncProperty(
        goodExports(25),
        fc.constantFrom(null, 'acme'),
        fc.constantFrom('snappy', 'zstd'),
        async (file, instance, codec) => {
          const storage = new MemoryStorage(97);
          const path = `raw/x${file.extension}`;
          storage.put(path, file.stored, LANDED_AT);
          const report = onlyReport(
            await ingest(storage, { codec, ...(instance !== null && { instances: `=${instance}` }) }),
          );
          const expected = await expectedOf(storage, file, path, instance);
          assert.deepEqual(ordered(await tableRows(storage)), expected);
          assert.equal(report.committed, expected.length);
          const statuses = Object.entries(report.statuses).filter(([, count]) => count > 0);
          assert.deepEqual(Object.fromEntries(statuses), countBy(expected, 'decode_status'));
          assert.deepEqual({ ...report.families }, countBy(expected, 'family'));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('also where hundreds of dates come in no order: a file or few per date, the same bytes each time', async () => {
    const random = new Random(5);
    const lines = Array.from({ length: 3000 }, (_, index) => {
      const time = new Date(Date.UTC(2025, 0, 1) + random.whole(0, 199) * 86_400_000 + index).toISOString();
      const message = random.chance(0.02) ? 'x'.repeat(40_000) : sampleMessage(random.pick(CURRENT_CODES), random);
      return `${time},${92042 + random.whole(0, 2)},"${message.replaceAll('"', '""')}",${random.pick(['', 'li'])},,t${index % 7}\n`;
    });
    const file = exportFile(`time,code,message,user name,user uid,tenant\n${lines.join('')}`, 0);
    const [one, other] = [new MemoryStorage(4096), new MemoryStorage()];
    for (const storage of [one, other]) {
      storage.put('raw/x.csv', file.stored, LANDED_AT);
      await ingest(storage);
    }
    assert.deepEqual(ordered(await tableRows(one)), await expectedOf(one, file, 'raw/x.csv', null));
    assert.deepEqual(contents(one), contents(other));
    assert.ok((await snapshotOf(one)).files.size < 350, 'small files would slow every reader');
  });

  it('where the byte order mark comes in pieces, out of gzip members of one byte', async () => {
    const text = '\ufefftenant,time,code,message\nacme,2026-03-01T00:00:00Z,92042,x\n';
    const bytes = Buffer.from(text);
    const members = [bytes.subarray(0, 1), bytes.subarray(1, 2), bytes.subarray(2)];
    const storage = new MemoryStorage(7);
    storage.put('raw/x.csv.gz', Buffer.concat(members.map((member) => gzipSync(member))), LANDED_AT);
    await ingest(storage);
    assert.equal((await tableRows(storage))[0]?.['unmapped'], '{"export":{"tenant":"acme"}}');
  });

  it('with statistics that contain every value', async () => {
    await fc.assert(
      fc.asyncProperty(goodExports(25), async (file) => {
        const storage = new MemoryStorage();
        storage.put(`raw/x${file.extension}`, file.stored, LANDED_AT);
        const { snapshot } = await ingest(storage);
        for (const { path, stats, size } of snapshot.files.values()) {
          const bytes = storage.content(`${EVENTS}/${path}`);
          assert.equal(size, bytes.length);
          checkStatistics(String(stats), await readWithHyparquet(bytes));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('that are the same bytes in two lakes, and so is the quarantine: no clock and no chance is in them', async () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom('"', '\n', '\xff', 'x')), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(goodExports(25), damage, async (file, damages) => {
        const stored = file.extension === '.csv' ? damaged(file.stored, damages) : file.stored;
        const [one, other] = [new MemoryStorage(1000), new MemoryStorage(7)];
        for (const storage of [one, other]) storage.put(`raw/x${file.extension}`, stored, LANDED_AT);
        await ingest(one);
        const later = { ...HOST, now: () => Date.now() + 1e9, random: () => 0.5 };
        await ingestPaths({ storage: other, host: later }, settings(), [`raw/x${file.extension}`], { named: true });
        assert.deepEqual(contents(one), contents(other));
        assert.ok(contents(one).length > 0);
      }),
      { numRuns: 40 },
    );
  });
});

/** Data and quarantine files: path without the random part of the name, and SHA-256. */
function contents(storage: MemoryStorage): [string, string][] {
  return [...storage.paths('curated/'), ...storage.paths('quarantine/')]
    .filter((path) => !path.includes('_delta_log'))
    .map((path) => [path.replace(/-[0-9a-f]{32}\./, '.'), hash('sha256', storage.content(path), 'hex')]);
}

function damaged(stored: Uint8Array, damages: readonly (readonly [number, string])[]): Uint8Array {
  const bytes = Buffer.from(stored);
  const first = bytes.indexOf('\n') + 1;
  for (const [at, character] of damages) {
    if (first < bytes.length) bytes[first + (at % (bytes.length - first))] = character.charCodeAt(0);
  }
  return bytes;
}

function countBy(rows: readonly Row[], column: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const key = String(row[column] ?? 'unknown');
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** Delta's promise to readers: they skip a file whose bounds exclude what they look for. */
function checkStatistics(stats: string, rows: readonly Row[]): void {
  const { numRecords, minValues, maxValues, nullCount } = JSON.parse(stats) as {
    readonly numRecords: number;
    readonly minValues: Readonly<Record<string, string | number>>;
    readonly maxValues: Readonly<Record<string, string | number>>;
    readonly nullCount: Readonly<Record<string, number>>;
  };
  assert.equal(numRecords, rows.length);
  assert.ok('event_time' in minValues && 'code' in minValues && 'source_file' in maxValues);
  for (const [name, nulls] of Object.entries(nullCount)) {
    const values = rows.map((row) => row[name] ?? null);
    assert.equal(nulls, values.filter((value) => value === null).length, name);
    for (const value of values) {
      if (value === null) continue;
      assert.ok(name in minValues, `${name} has values and no lower bound`);
      assert.ok(compare(minValues[name]!, value, 0n) <= 0, `${name}: ${minValues[name]} > ${value}`);
      if (name in maxValues)
        assert.ok(compare(maxValues[name]!, value, 999n) >= 0, `${name}: ${maxValues[name]} < ${value}`);
    }
  }
}

/** Timestamps are floored to milliseconds, so an upper bound stands for all of its millisecond. */
function compare(bound: string | number, value: Value, slackMicros: bigint): number {
  if (typeof bound === 'number') return bound - Number(value);
  if (typeof value === 'bigint') return Number(BigInt(Date.parse(bound)) * 1000n + slackMicros - value);
  return Buffer.compare(Buffer.from(bound), Buffer.from(String(value)));
}
