import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { ingest, LANDED_AT, minutes, outcomes, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { faulty } from '../support/store-faults.ts';

describe('a file that changes while its batch is read', () => {
  /** Five files, of which the third becomes something else whenever it is about to be read. */
  function changing(contents: readonly (string | null)[]) {
    const storage = new MemoryStorage();
    for (let file = 0; file < 5; file++) storage.put(`raw/${file}.csv`, minutes(100 * file, 10), LANDED_AT);
    const rest = [...contents];
    const racing = faulty(storage, ({ operation, path }) => {
      const next = operation === 'read' && path === 'raw/2.csv' ? rest.shift() : undefined;
      if (next === null) storage.files.delete(path);
      else if (next !== undefined) storage.put(path, next, LANDED_AT);
      return 'passes';
    });
    return { storage, racing };
  }

  const OTHERS = [
    '0.csv: ingested 10/0/0',
    '1.csv: ingested 10/0/0',
    '3.csv: ingested 10/0/0',
    '4.csv: ingested 10/0/0',
  ];

  for (const [title, contents, expected] of [
    ['is read as what it is now, after the others', [minutes(200, 12)], '2.csv: ingested 12/0/0'],
    ['and again is left to the next run', [minutes(200, 12), minutes(200, 14)], '2.csv: skipped 0/0/0'],
    ['and is gone then is skipped', [null], '2.csv: skipped 0/0/0'],
    ['into no export is rejected', ['a,b\n'], '2.csv: rejected 0/0/0'],
  ] as const) {
    it(title, async () => {
      const { storage, racing } = changing(contents);
      const run = await ingest(racing);
      assert.deepEqual(outcomes(run), OTHERS.toSpliced(2, 0, expected));
      const { committed } = run.reports[2]!;
      assert.equal((await tableRows(storage)).length, 40 + committed);
      await ingest(storage);
      const held = storage.files.get('raw/2.csv')?.content.toString().match(/d-/g)?.length ?? 0;
      assert.equal((await tableRows(storage)).length, 40 + held);
    });
  }
});
