import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { erasedTransaction } from '../../src/lake/index.ts';
import { commit } from '../../src/table/index.ts';
import { HOST, ingest, LANDED_AT, minutes, onlyReport, snapshotOf, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

const LIST = `quarantine/erased/${'0'.repeat(32)}.json`;
const LOCAL = minutes(0, 3).replaceAll(':00.000Z', ':00');

async function lake(content: string, options: Readonly<Record<string, string>> = {}): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  storage.put('raw/1.csv', content, LANDED_AT);
  await ingest(storage, options);
  return storage;
}

/** Puts on record that every event was erased. */
async function eraseAll(storage: MemoryStorage): Promise<void> {
  const uids = (await tableRows(storage)).map((row) => String(row['event_uid'])).sort();
  const list = Buffer.from(JSON.stringify({ event_uids: uids }));
  storage.put(LIST, list);
  const commitInfo = { operation: 'DELETE', txnId: HOST.randomId(), timestamp: 0 };
  await commit(storage, await snapshotOf(storage), [{ commitInfo }, { txn: erasedTransaction(LIST, list, 1) }]);
}

async function next(
  storage: MemoryStorage,
  content: string,
  options: Readonly<Record<string, string>> = {},
  changesIdentity = true,
) {
  const path = `raw/${storage.paths('raw/').length + 1}.csv`;
  storage.put(path, content, LANDED_AT);
  return onlyReport(await ingest(storage, options, [path], changesIdentity));
}

describe('events that get other ids than before', () => {
  const otherColumns = minutes(0, 3).replaceAll(/,(user name|li)$/gm, '');
  for (const [what, content, options] of [
    ['another actor column', otherColumns, {}],
    ['another instance', minutes(0, 3), { instances: '=acme' }],
  ] as const) {
    it(`by ${what} may be such as were erased, which is said once`, async () => {
      const storage = await lake(minutes(0, 3));
      await eraseAll(storage);
      const report = await next(storage, content, options);
      assert.equal(report.committed, 3);
      assert.ok(report.warnings.includes('erased_may_return'));
      const again = await next(storage, content.replaceAll('d-', 'e-'), options);
      assert.deepEqual([again.committed, again.warnings], [3, []]);
    });
  }

  it('are of no matter where nothing was erased, or nothing came in', async () => {
    const storage = await lake(minutes(0, 3));
    assert.deepEqual((await next(storage, minutes(5, 1), { instances: '=acme' })).warnings, []);
    await eraseAll(storage);
    const { committed, withheld, warnings } = await next(storage, minutes(0, 3), { instances: '' });
    assert.deepEqual([committed, withheld, warnings], [0, 3, []]);
  });

  it('since times are read with other settings are said to be so, where somebody says so, once for each change', async () => {
    const zurich = { timeZone: 'Europe/Zurich' };
    const utc = { timeZone: 'UTC' };
    const storage = await lake(LOCAL, zurich);
    const warningsOf = async (options: Readonly<Record<string, string>>) =>
      (await next(storage, LOCAL, options)).warnings.filter((warning) => warning === 'time_reading_changed').length;
    // Where nothing is set, the lake says what holds.
    assert.deepEqual(
      [
        await warningsOf(zurich),
        await warningsOf({}),
        await warningsOf(utc),
        await warningsOf({}),
        await warningsOf(zurich),
      ],
      [0, 0, 1, 0, 1],
    );
    // Each instance has its own.
    assert.deepEqual((await next(storage, LOCAL, { ...utc, instances: '7=acme' })).warnings, ['time_zone_assumed']);
  });
});
