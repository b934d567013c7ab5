import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { replaceCoverage } from '../../src/lake/index.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { replay } from '../maintenance/changes.ts';
import { HOST, settings } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { compare, countsCsv, csv, events, found, rowsOf, takenIn } from './counted-lake.ts';

const ALL = events(0, 600);

async function problems(storage: MemoryStorage): Promise<string[]> {
  const result = await verifyLake(storage, settings(), { deep: true, head: null });
  return result.problems.map(({ kind, where }) => `${kind} ${where}`);
}

describe('audit_coverage', () => {
  it('is sealed like the other tables, and verified with them', async () => {
    const storage = new MemoryStorage();
    await takenIn(storage, { 'a.csv': csv(ALL.filter(({ at }) => at !== 200)) });
    await compare(storage, countsCsv(ALL));
    await compare(storage, null);
    assert.deepEqual(await problems(storage), []);
    assert.ok(storage.paths('evidence/audit_coverage/').length >= 3);
    assert.deepEqual(found(await compare(storage, null)), ['3 91011: 1 (not_exported 1)']);
  });

  it('is a problem where its rows do not add up', async () => {
    const storage = new MemoryStorage();
    await takenIn(storage, { 'a.csv': csv(ALL.filter(({ at }) => at !== 200)) });
    await compare(storage, countsCsv(ALL));
    const hidden = (await rowsOf(storage)).map((row) => (row.code === null ? row : { ...row, difference: 0 }));
    const record = { counts: [], table_version: 0, hours: 0, findings: 0, explained: 0 };
    await replaceCoverage({ storage, host: HOST }, record, () => hidden);
    assert.deepEqual(await problems(storage), ['row_differs curated/audit_coverage/']);
  });

  it('is not there while nothing was compared', async () => {
    const storage = new MemoryStorage();
    await takenIn(storage, { 'a.csv': csv(ALL) });
    assert.deepEqual(storage.paths('curated/audit_coverage'), []);
    assert.deepEqual(await problems(storage), []);
  });
});

describe('counts that cannot be gone by', () => {
  for (const [what, counts, expected] of [
    ['with a line that is none', 'time,code,count\n2026-03-01T00:00:00Z,92042,3\nnever,92042,3\n', /line 2/],
    ['with a count that is none', 'time,code,count\n2026-03-01T00:00:00Z,92042,some\n', /"some"/],
    ['with a header alone', 'time,code,count\n', /no line/],
    ['of one hour alone', 'time,code,count\n2026-03-01T03:00:00Z,92042,3\n', /one bucket/],
    [
      'by quarters of an hour',
      countsCsv(ALL, (time) => new Date(Math.floor(time / 9e5) * 9e5).toISOString()),
      /15 minutes/,
    ],
    [
      'by two hours',
      countsCsv(events(0, 900), (time) => new Date(Math.floor(time / 72e5) * 72e5).toISOString()),
      /2 hours.*1h/,
    ],
    [
      'by days',
      countsCsv(events(0, 5000), (time) => new Date(Math.floor(time / 864e5) * 864e5).toISOString()),
      /24 hours/,
    ],
    ['twice in one file', `${countsCsv(ALL)}${countsCsv(ALL).split('\n').slice(1).join('\n')}`, /twice/],
    ['of other columns', 'a,b,c\n1,2,3\n', /expected counts by hour and code/],
  ] as const) {
    it(`are refused as a whole: ${what}`, async () => {
      const storage = new MemoryStorage();
      await takenIn(storage, { 'a.csv': csv(ALL) });
      const { refused, findings } = await compare(storage, counts);
      assert.deepEqual([refused.length, findings.length], [1, 0]);
      assert.match(refused[0]?.reason ?? '', expected);
    });
  }

  it('are refused where their name says that they were cut', async () => {
    const storage = new MemoryStorage();
    await takenIn(storage, { 'a.csv': csv(ALL) });
    const { refused } = await compare(storage, countsCsv(ALL), { name: 'q/2026-06-02/a.truncated.csv' });
    assert.equal(refused.length, 1);
  });

  it('leave the hour of their last line unjudged where nothing says that it is whole', async () => {
    const storage = new MemoryStorage();
    await takenIn(storage, { 'a.csv': csv(ALL) });
    const lines = countsCsv(ALL).trimEnd().split('\n');
    // The line that is cut is of an hour in the middle.
    const middle = lines.splice(10, 1)[0]!;
    const cut = `${[...lines, middle.slice(0, -1)].join('\n')}`;
    assert.deepEqual(found(await compare(storage, cut)), []);
  });
});

describe('a finding', () => {
  it('names the replay where a raw file holds what the table lacks', async () => {
    const storage = new MemoryStorage();
    await takenIn(storage, {
      'a.csv': csv(ALL.filter(({ at }) => at < 180 || at >= 240)),
      'b.csv': csv(ALL.slice(180, 240)),
    });
    // Another engine removes a data file of the table.
    const log = storage.paths('curated/audit_events/_delta_log/').filter((path) => path.endsWith('.json'));
    const add = log
      .flatMap((path) => storage.content(path).toString().trim().split('\n'))
      .map((line) => JSON.parse(line) as { add?: { path: string; size: number; partitionValues: object } })
      .flatMap((action) => action.add ?? [])
      .at(-1)!;
    const remove = {
      remove: {
        path: add.path,
        dataChange: true,
        deletionTimestamp: 1,
        partitionValues: add.partitionValues,
        size: add.size,
      },
    };
    const next = String(log.length).padStart(20, '0');
    const lines = [{ commitInfo: { operation: 'DELETE', engineInfo: 'other' } }, remove];
    storage.put(
      `curated/audit_events/_delta_log/${next}.json`,
      lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    );
    const result = await compare(storage, countsCsv(ALL));
    assert.deepEqual(found(result), ['3 91011: 20 (lost 20)', '3 92042: 20 (lost 20)', '3 92043: 20 (lost 20)']);
    assert.equal(result.findings[0]?.heal, 'audit-lake replay --from 2026-03-01 --to 2026-03-01');
    await replay(storage);
    assert.deepEqual(found(await compare(storage, null)), []);
  });

  it('is told of lakes whose commits do not count hours, too', async () => {
    const storage = new MemoryStorage();
    const bad = csv(ALL.filter(({ at }) => at !== 300)).replace('"Did it, ID=d-200"', 'Did "it, ID=d-200');
    await takenIn(storage, { 'a.csv': bad });
    for (const path of storage.paths('curated/audit_events/_delta_log/')) {
      const text = storage.content(path).toString();
      storage.put(path, text.replace(/,"hours":\{[^}]*\}/g, ''));
    }
    for (const path of storage.paths('evidence/audit_events/')) storage.files.delete(path);
    assert.deepEqual(found(await compare(storage, countsCsv(ALL))), ['5 92042: 1 (not_exported 1)']);
  });
});
