import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { dateOfDay, dayOfDate } from '../../src/events/index.ts';
import { retentionBoundary } from '../../src/maintenance/retain.ts';
import { ingest, LANDED_AT, onlyReport, snapshotOf } from '../support/lake.ts';
import {
  besideOthers,
  DATES,
  days,
  endedAtEachWrite,
  events,
  isLocked,
  lastChange,
  ROWS_PER_DAY,
  retain,
  steps,
  threeDays,
} from './changes.ts';

const [FIRST = '', SECOND = '', THIRD = ''] = DATES;

function datesOf(rows: readonly string[]): string[] {
  return [...new Set(rows.map((row) => row.slice(0, 10)))];
}

describe('retention', () => {
  it('removes whole days before the boundary in one bracket, and says what went', async () => {
    const storage = await threeDays();
    const before = await snapshotOf(storage);
    const retention = await retain(storage, THIRD);
    assert.deepEqual(datesOf(await events(storage)), [THIRD]);
    assert.deepEqual([retention.before, retention.files, retention.rows], [THIRD, 2, 2 * ROWS_PER_DAY]);
    assert.equal(retention.version, before.version + 2);
    assert.deepEqual(await steps(storage, before.version + 1), ['unlock', 'retain', 'lock']);
    assert.deepEqual(await lastChange(storage), { kind: 'retain', before: THIRD, files: 2, rows: 2 * ROWS_PER_DAY });
    assert.ok(await isLocked(storage));
  });

  it('leaves raw, quarantine and data files where they are', async () => {
    const storage = await threeDays();
    const before = storage.paths().filter((path) => !path.includes('/_delta_log/'));
    await retain(storage, THIRD);
    for (const path of before) assert.ok(storage.files.has(path), path);
  });

  it('says as a dry run what would go, and writes nothing', async () => {
    const storage = await threeDays();
    const before = storage.paths();
    const retention = await retain(storage, THIRD, { dryRun: true });
    assert.deepEqual([retention.version, retention.rows], [null, 2 * ROWS_PER_DAY]);
    assert.deepEqual(storage.paths(), before);
  });

  it('makes no commit where nothing is old enough and the boundary stands', async () => {
    const storage = await threeDays();
    await retain(storage, SECOND);
    const { version } = await snapshotOf(storage);
    assert.equal((await retain(storage, SECOND)).version, null);
    assert.equal((await snapshotOf(storage)).version, version);
  });

  it('never moves its boundary back', async () => {
    const storage = await threeDays();
    await retain(storage, THIRD);
    const { version } = await snapshotOf(storage);
    const retention = await retain(storage, FIRST);
    assert.deepEqual([retention.before, retention.version], [THIRD, null]);
    assert.equal((await snapshotOf(storage)).version, version);
  });

  it('moves its boundary where nothing is old enough: such rows are not taken in any more', async () => {
    const storage = await threeDays();
    assert.notEqual((await retain(storage, FIRST)).version, null);
    storage.put('raw/old.csv', days('2026-02-28', FIRST), LANDED_AT);
    const report = onlyReport(await ingest(storage, {}, ['raw/old.csv']));
    assert.deepEqual([report.committed, report.duplicates, report.withheld], [0, ROWS_PER_DAY, ROWS_PER_DAY]);
  });

  it('withholds what is exported again', async () => {
    const storage = await threeDays();
    await retain(storage, THIRD);
    const kept = await events(storage);
    storage.put('raw/again.csv', days(...DATES), LANDED_AT);
    const report = onlyReport(await ingest(storage, {}, ['raw/again.csv']));
    assert.deepEqual([report.committed, report.duplicates, report.withheld], [0, ROWS_PER_DAY, 2 * ROWS_PER_DAY]);
    assert.deepEqual(await events(storage), kept);
  });

  it('ended at any of its writes is wholly there or not at all, and the next run locks the table', async () => {
    const lake = await threeDays();
    const all = await events(lake);
    const kept = all.filter((row) => row.startsWith(THIRD));
    const seen = new Set<number>();
    await endedAtEachWrite(
      lake,
      (storage) => retain(storage, THIRD),
      async (storage, ended) => {
        assert.ok(await isLocked(storage), ended);
        const rows = await events(storage);
        seen.add(rows.length);
        assert.deepEqual(rows, rows.length === kept.length ? kept : all, ended);
        await retain(storage, THIRD);
        assert.deepEqual(await events(storage), kept, ended);
      },
    );
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      [kept.length, all.length],
    );
  });

  it('goes through beside another writer, whenever that one steps in: it takes new rows in, and old ones do not stay', async () => {
    const lake = await threeDays();
    lake.put('raw/late.csv', days('2026-02-27', '2026-03-04'), LANDED_AT);
    const late = (storage: Parameters<typeof ingest>[0]) => ingest(storage, {}, ['raw/late.csv']);
    await besideOthers(
      lake,
      (storage) => retain(storage, THIRD),
      late,
      async (storage, moment) => {
        assert.ok(await isLocked(storage), moment);
        assert.deepEqual(datesOf(await events(storage)), [THIRD, '2026-03-04'], moment);
      },
    );
  });

  it('of two at once holds to the later boundary', async () => {
    const storage = await threeDays();
    await Promise.all([retain(storage, SECOND), retain(storage, THIRD), retain(storage, SECOND)]);
    assert.deepEqual(datesOf(await events(storage)), [THIRD]);
    assert.ok(await isLocked(storage));
    assert.equal((await retain(storage, SECOND)).before, THIRD);
  });
});

describe('a retention boundary', () => {
  const today = dayOfDate('2026-03-31') ?? 0;
  for (const [age, expected] of [
    ['0d', '2026-03-31'],
    ['90d', '2025-12-31'],
    ['1m', '2026-02-28'],
    ['13m', '2025-02-28'],
    ['2y', '2024-03-31'],
    ['25m', '2024-02-29'],
    ['2025-01-01', '2025-01-01'],
  ] as const) {
    it(`of ${age} on 2026-03-31 is ${expected}`, () => {
      const day = retentionBoundary(age, today);
      assert.equal(day === null ? null : dateOfDay(day), expected);
    });
  }
  for (const age of ['', 'd', '-1d', '1.5y', '1w', '90 d', '2025-02-29', '2025-1-1', '1y6m', '999999d', '1000y']) {
    it(`is not given by ${JSON.stringify(age)}`, () => assert.equal(retentionBoundary(age, today), null));
  }
});
