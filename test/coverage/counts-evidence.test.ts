import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { replaceCoverage } from '../../src/lake/index.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { HOST, settings } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { compare, countsCsv, csv, events, rowsOf, takenIn } from './counted-lake.ts';

const ALL = events(0, 600);
const COUNTS = 'raw/landed/counts/audit_counts/2026-06-02/a.csv';
const DAY = 86_400_000;

async function compared(): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  await takenIn(storage, { 'a.csv': csv(ALL) });
  await compare(storage, countsCsv(ALL));
  return storage;
}

async function verified(storage: MemoryStorage, now?: number) {
  const options = { deep: true, head: null, ...(now !== undefined && { now }) };
  const { problems, notes } = await verifyLake(storage, settings({ rawRetentionDays: '30' }), options);
  return { problems, notes: notes.filter(({ where }) => /counts|coverage/.test(where)) };
}

describe('the counts that hours were judged by', () => {
  it('are no matter where they lie as they were', async () => {
    const storage = await compared();
    assert.deepEqual(await verified(storage, Date.parse('2026-06-03')), { problems: [], notes: [] });
  });

  it('are a problem where they were changed', async () => {
    const storage = await compared();
    storage.put(COUNTS, countsCsv(ALL).replace(',20\n', ',19\n'), new Date('2026-06-02T00:00:00Z'));
    const { problems } = await verified(storage, Date.parse('2026-06-03'));
    assert.deepEqual(
      problems.map(({ kind, where }) => [kind, where]),
      [['raw_altered', COUNTS]],
    );
    assert.match(problems[0]?.explanation ?? '', /8 hours/);
  });

  it('are a problem where they are gone, until their retention is over', async () => {
    const storage = await compared();
    storage.files.delete(COUNTS);
    const landed = Date.parse('2026-06-02');
    const early = await verified(storage, landed + 29 * DAY);
    assert.deepEqual(
      early.problems.map(({ kind, where }) => [kind, where]),
      [['raw_missing', COUNTS]],
    );
    const later = await verified(storage, landed + 100 * DAY);
    assert.deepEqual(
      later.notes.map(({ kind, where }) => [kind, where]),
      [['raw_expired', COUNTS]],
    );
  });
});

describe('hours', () => {
  for (const path of ['curated/x', 'raw/../evidence/x', 'nowhere']) {
    it(`that name counts outside the raw zone are a problem: ${path}`, async () => {
      const storage = await compared();
      const rows = (await rowsOf(storage)).map((row) => ({ ...row, counts_file: row.counts_file && path }));
      const record = { counts: [], table_version: 0, hours: 0, findings: 0, explained: 0 };
      await replaceCoverage({ storage, host: HOST }, record, () => rows);
      const { problems } = await verified(storage, Date.parse('2026-06-03'));
      assert.deepEqual(
        problems.map(({ kind, where }) => [kind, where]),
        [['row_differs', 'curated/audit_coverage/']],
      );
    });
  }
});

describe('comparisons', () => {
  it('that are gone with their evidence are noticed by the counts that are left', async () => {
    const storage = await compared();
    for (const zone of ['curated/audit_coverage/', 'evidence/audit_coverage/'])
      for (const path of storage.paths(zone)) storage.files.delete(path);
    const { problems, notes } = await verified(storage, Date.parse('2026-06-03'));
    assert.deepEqual(problems, []);
    assert.deepEqual(
      notes.map(({ kind, where }) => [kind, where]),
      [['not_provable', 'curated/audit_coverage/']],
    );
  });
});
