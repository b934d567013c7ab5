import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { ingest, LANDED_AT, onlyReport } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

const CELLS = '2026-03-01T00:04:19.707Z,90214,User li@corp.example is locked';

async function reportOf(text: string, path = 'raw/a.csv', options = {}) {
  const storage = new MemoryStorage();
  storage.put(path, Buffer.from(text), LANDED_AT);
  const { outcome, warnings, accountColumns } = onlyReport(await ingest(storage, options));
  assert.equal(outcome, 'ingested');
  return { isSaid: warnings.includes('actor_not_named'), accountColumns };
}

describe('a file without an actor', () => {
  it('names the columns that hold addresses', async () => {
    for (const by of ['Performed by', 'ユーザー名', 'd', 'a,b']) {
      const text = `time,code,message,"${by}",note\n${CELLS},ana@corp.example,x\n${CELLS},,x\n`;
      assert.deepEqual(await reportOf(text), { isSaid: true, accountColumns: [by] });
    }
    const two = `time,code,message,By,For\n${CELLS},ana@corp.example,bo@corp.example\n`;
    assert.deepEqual((await reportOf(two)).accountColumns, ['By', 'For']);
    const json = JSON.stringify([{ time: '2026-03-01T00:00:00Z', code: 90214, message: 'x', by: 'a@b.example' }]);
    assert.deepEqual((await reportOf(json, 'raw/a.json')).accountColumns, ['by']);
  });

  it('says nothing where no column holds addresses only, or one is the actor’s', async () => {
    for (const text of [
      `time,code,message\n${CELLS}\n`,
      `time,code,message,By\n${CELLS},\n`,
      `time,code,message,By\n${CELLS},ana@corp.example\n${CELLS},system\n`,
      `time,code,message,user name,By\n${CELLS},ana,bo@corp.example\n`,
    ])
      assert.deepEqual(await reportOf(text), { isSaid: false, accountColumns: undefined });
    const named = await reportOf(`time,code,message,By\n${CELLS},ana@corp.example\n`, 'raw/a.csv', {
      columnAliases: 'actor_name=By',
    });
    assert.equal(named.isSaid, false);
  });
});
