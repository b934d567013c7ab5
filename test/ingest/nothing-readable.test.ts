import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { ingest, LANDED_AT, onlyReport, sources, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { problems, verify } from '../verify/lake.ts';

const HEADER = 'time,code,message\n';
const GOOD = '2026-03-01T00:00:00Z,92042,"Created dashboard, ID=1, name=a"\n';

/** A lake that was given this file, and what became of it. */
async function given(content: string | Uint8Array, name = 'a.csv') {
  const storage = new MemoryStorage();
  storage.put(`raw/${name}`, content, LANDED_AT);
  return { storage, report: onlyReport(await ingest(storage)) };
}

describe('a file of which nothing can be read', () => {
  for (const [title, content, said] of [
    [
      'times of another kind',
      `${HEADER}yesterday,92042,x\n12 o'clock,92042,y\n`,
      /"yesterday" \(record 1\), "12 o'clock".*--time-format/,
    ],
    ['codes that are none', `${HEADER}2026-03-01T00:00:00Z,ninety,x\n`, /"ninety" \(record 1\)/],
    ['another number of cells', `${HEADER}2026-03-01T00:00:00Z;92042;x\n`, /column_count.*--delimiter/],
    // Of fewer lines, a word that is not UTF-8 says that the file is in another encoding.
    [
      'bytes that are not UTF-8',
      Buffer.from(`${HEADER}${'\n'.repeat(9)}2026-03-01T00:00:00Z,92042,caf\xe9\n`, 'latin1'),
      /--encoding/,
    ],
    ['times of the last century', `${HEADER}1999-03-01T00:00:00Z,92042,x\n`, /"1999-03-01T00:00:00Z"/],
  ] as const) {
    it(`for its ${title} is rejected with its first values and the likely setting`, async () => {
      const { storage, report } = await given(content);
      assert.deepEqual([report.outcome, report.reason], ['rejected', 'nothing_readable']);
      assert.match(report.explanation ?? '', said);
      assert.ok((report.explanation ?? '').length <= 500, report.explanation ?? '');
      assert.deepEqual(storage.paths('quarantine/rows/'), []);
      assert.equal(storage.paths('quarantine/files/').length, 1);
      const [source] = await sources(storage);
      assert.deepEqual([source?.['outcome'], source?.['reason']], ['rejected', 'nothing_readable']);
      assert.deepEqual(problems(await verify(storage, { deep: true })), []);
    });
  }

  it('goes in with a setting that reads it', async () => {
    const { storage } = await given(`${HEADER}01.03.2026 00:04,92042,x\n`);
    const report = onlyReport(await ingest(storage, { timeFormat: 'dd.MM.yyyy HH:mm' }));
    assert.deepEqual([report.outcome, report.committed], ['ingested', 1]);
    assert.deepEqual(problems(await verify(storage, { deep: true })), []);
  });

  it('keeps no file from going in beside it, whichever comes first', async () => {
    const storage = new MemoryStorage();
    for (const name of ['a.csv', 'c.csv']) storage.put(`raw/${name}`, `${HEADER}never,92042,${name}\n`, LANDED_AT);
    for (const name of ['b.csv', 'd.csv'])
      storage.put(`raw/${name}`, `${HEADER}${GOOD.replace('ID=1', `ID=${name}`)}`, LANDED_AT);
    const { reports } = await ingest(storage);
    assert.deepEqual(
      reports.map(({ outcome }) => outcome),
      ['rejected', 'ingested', 'rejected', 'ingested'],
    );
    assert.equal((await tableRows(storage)).length, 2);
    assert.deepEqual(problems(await verify(storage, { deep: true })), []);
  });

  it('is none where one record is good', async () => {
    const { report } = await given(`${HEADER}${GOOD}never,92042,x\nnever,92042,y\n`);
    assert.deepEqual([report.outcome, report.quarantined, report.warnings], ['ingested', 2, ['mostly_unreadable']]);
    assert.equal(report.advice.length, 1);
    assert.match(report.advice[0] ?? '', /"never" \(record 2\)/);
  });
});

describe('a file of no record', () => {
  for (const [title, content, warnings] of [
    ['that is empty', '', []],
    ['that is a header alone', HEADER, []],
    ['of empty lines after its header', `${HEADER}\n\n`, ['no_records']],
    ['of headers alone', `${HEADER}${HEADER}`, ['no_records', 'joined_exports']],
  ] as const) {
    it(`${title} is taken in${warnings.length > 0 ? ', with a warning' : ''}`, async () => {
      const { report } = await given(content);
      assert.deepEqual([report.outcome, report.rows], ['ingested', 0]);
      assert.deepEqual([...report.warnings].sort(), [...warnings].sort());
    });
  }
});
