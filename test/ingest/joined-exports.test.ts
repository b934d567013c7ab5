import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { ingest, LANDED_AT, onlyReport, outcomes, sources, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

const HEADER = 'time,code,message,user name\n';

function lake(files: Readonly<Record<string, string>>): MemoryStorage {
  const storage = new MemoryStorage();
  for (const [name, content] of Object.entries(files)) storage.put(`raw/${name}`, content, LANDED_AT);
  return storage;
}

/** A record of the day and event of these numbers. */
function record(day: number, event: number): string {
  const date = new Date(Date.UTC(2026, 2, 1) + day * 86_400_000).toISOString();
  return `${date},92042,"Created dashboard, ID=d${event}, name=n",li\n`;
}

async function uids(storage: MemoryStorage): Promise<unknown[]> {
  return (await tableRows(storage)).map((row) => row['event_uid']).sort();
}

describe('exports joined in one file', () => {
  it('give the events that they give apart, with the same ids, be their days sorted or not', async () => {
    const event = fc.tuple(fc.nat(40), fc.nat(2)).map(([day, number]) => record(day, number));
    const exported = fc.array(event, { maxLength: 60 }).map((records) => HEADER + records.join(''));
    await fc.assert(
      fc.asyncProperty(fc.array(exported, { minLength: 1, maxLength: 3 }), async (exports) => {
        const joined = lake({ 'all.csv': exports.join('') });
        const apart = lake(Object.fromEntries(exports.map((text, at) => [`${at}.csv`, text])));
        const report = onlyReport(await ingest(joined));
        await ingest(apart);
        assert.deepEqual(await uids(joined), await uids(apart));
        assert.equal(report.rows, report.committed + report.duplicates);
        assert.equal(report.repeatedHeaders, exports.length - 1);
      }),
      { numRuns: 60 },
    );
  });

  it('are recorded with where each begins, and rows go on being counted', async () => {
    const [a, b, c] = [record(0, 1), record(1, 2), record(2, 3)];
    const storage = lake({ 'all.csv': `${HEADER}${a}${b}${HEADER}${b}${c}` });
    const run = await ingest(storage);
    assert.deepEqual(outcomes(run), ['all.csv: ingested 3/1/0']);
    assert.deepEqual(onlyReport(run).warnings, ['joined_exports']);
    const [source] = await sources(storage);
    assert.equal(source?.['repeated_headers'], 1);
    assert.deepEqual(source?.['parts'], [
      { row: 1, offset: 0, records: 2, identity_columns: ['actor_name'] },
      { row: 3, offset: HEADER.length + a.length + b.length, records: 2, identity_columns: ['actor_name'] },
    ]);
    assert.deepEqual(
      (await tableRows(storage)).map((row) => Number(row['source_row'])),
      [1, 2, 4],
    );
  });

  it('with other identity columns are refused, or read each by its own, which is told', async () => {
    const second = `code,message,user id,extra,time\n92042,"Created dashboard, ID=d9, name=n",u-1,x,2026-03-05T00:00:00Z\n`;
    const storage = lake({ 'all.csv': `${HEADER}${record(0, 1)}${second}` });
    const refused = onlyReport(await ingest(storage));
    assert.deepEqual([refused.outcome, refused.reason], ['rejected', 'identity_differs']);
    const report = onlyReport(await ingest(storage, {}, undefined, true));
    assert.deepEqual(report.warnings, ['identity_columns_changed', 'joined_exports']);
    assert.deepEqual(
      (await tableRows(storage)).map((row) => [row['actor_name'], row['actor_id'], row['unmapped']]),
      [
        ['li', null, null],
        [null, 'u-1', '{"export":{"extra":"x"}}'],
      ],
    );
  });

  it('keep their extra columns apart where their rows are sorted by date on disk', async () => {
    const days = Array.from({ length: 400 }, (_, at) => (at * 37) % 60);
    const first = `time,code,message,a\n${days.map((day) => record(day, 1).replace('li', 'x')).join('')}`;
    const second = `time,code,message,b,c\n${days.map((day) => record(day, 2).replace('li', 'y,z')).join('')}`;
    const storage = lake({ 'all.csv': first + second });
    await ingest(storage);
    for (const row of await tableRows(storage)) {
      const expected = Number(row['source_row']) <= 400 ? { a: 'x' } : { b: 'y', c: 'z' };
      assert.deepEqual(JSON.parse(String(row['unmapped'])), { export: expected });
    }
  });

  it('are no success where nothing, or hardly anything, could be read', async () => {
    const bad = 'yesterday,1,m,n\n';
    const storage = lake({ '1.csv': `${HEADER}${bad}${bad}`, '2.csv': `${HEADER}${bad}${bad}${record(0, 1)}` });
    const { reports } = await ingest(storage);
    assert.deepEqual(
      reports.map(({ outcome, reason, warnings }) => [outcome, reason, warnings]),
      [
        ['rejected', 'nothing_readable', []],
        ['ingested', null, ['mostly_unreadable']],
      ],
    );
  });
});

describe('a file whose own time is wrong', () => {
  const content = HEADER + record(0, 1) + record(1, 2);

  for (const year of [1970, 1980, 2010, 2400]) {
    it(`of ${year} says so, stops no other, and goes in once its time is corrected`, async () => {
      const storage = lake({ 'good.csv': HEADER + record(3, 4) });
      storage.put('raw/wrong.csv', content, new Date(Date.UTC(year, 0, 1)));
      const run = await ingest(storage);
      assert.deepEqual(outcomes(run), ['good.csv: ingested 1/0/0', 'wrong.csv: rejected 0/0/0']);
      const report = run.reports[1];
      assert.equal(report?.reason, 'file_time_implausible');
      assert.match(report?.explanation ?? '', new RegExp(`the file's own time is ${year}-01-01T00:00:00`));
      assert.equal((await ingest(storage)).reports[1]?.reason, 'rejected_before');
      storage.put('raw/wrong.csv', content, LANDED_AT);
      assert.deepEqual(outcomes(await ingest(storage))[1], 'wrong.csv: ingested 2/0/0');
    });
  }

  it('is not blamed for a few records that are later than it', async () => {
    const storage = lake({ 'a.csv': content.replace('2026-03-01', '2026-08-01') + record(3, 3) });
    assert.deepEqual(outcomes(await ingest(storage)), ['a.csv: ingested 2/0/1']);
  });
});

describe('limits of a file', () => {
  const content = HEADER + record(0, 1) + record(1, 2) + record(2, 3);

  it('on its records and days reject it, with the setting to raise', async () => {
    for (const [setting, reason, name] of [
      ['maxRecords', 'too_many_records', /AUDIT_LAKE_MAX_RECORDS/],
      ['maxDays', 'too_many_days', /AUDIT_LAKE_MAX_DAYS/],
    ] as const) {
      const storage = lake({ 'a.csv': HEADER + record(7, 7), 'b.csv': content });
      const { reports } = await ingest(storage, { [setting]: '2' });
      assert.deepEqual(
        reports.map(({ outcome }) => outcome),
        ['ingested', 'rejected'],
      );
      assert.equal(reports[1]?.reason, reason);
      assert.match(reports[1]?.explanation ?? '', name);
      assert.deepEqual(outcomes(await ingest(storage, { [setting]: '3' }))[1], 'b.csv: ingested 3/0/0');
    }
  });

  it('warn of many days before they refuse it', async () => {
    const report = onlyReport(await ingest(lake({ 'b.csv': content }), { maxDays: '20' }));
    assert.deepEqual(report.warnings, ['many_days']);
  });
});
