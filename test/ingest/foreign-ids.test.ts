import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { readChunks, UnreadableDataFile } from '../../src/lake/data-file-reading.ts';
import { forEachId } from '../../src/lake/known-ids.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { hyparquetWriter, rewriteForeign } from '../maintenance/foreign-files.ts';
import { EVENTS, ingest, LANDED_AT, minutes, onlyReport, settings, snapshotOf } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

const FOREIGN: Readonly<Record<string, unknown>> = {
  'a UUID': '0b9f3a52-1111-2222-3333-444444444444',
  nothing: null,
  'a name': 'li.wei@corp.example',
  'upper case': 'A'.repeat(32),
};

async function foreignLake(uid: unknown): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  storage.put('raw/a.csv', minutes(0, 3), LANDED_AT);
  await ingest(storage);
  const engine = hyparquetWriter({ values: { event_uid: () => uid } });
  await rewriteForeign(storage, await snapshotOf(storage), engine, encodeURI);
  return storage;
}

describe('rows of another engine whose event_uid is none of ours', () => {
  for (const [what, uid] of Object.entries(FOREIGN)) {
    it(`(${what}) keep no file of that day out`, async () => {
      const storage = await foreignLake(uid);
      storage.put('raw/b.csv', minutes(1, 5), LANDED_AT);
      const report = onlyReport(await ingest(storage, {}, ['raw/b.csv']));
      assert.deepEqual([report.outcome, report.committed], ['ingested', 5]);
    });

    it(`(${what}) are an error of the file for whoever needs its ids, without quoting it`, async () => {
      const storage = await foreignLake(uid);
      const [file] = (await snapshotOf(storage)).files.values();
      assert.ok(file);
      await assert.rejects(
        forEachId(storage, EVENTS, file, () => undefined),
        (error) => error instanceof UnreadableDataFile && !error.message.includes(String(uid ?? 'null')),
      );
    });
  }

  it('are problems that a verification finds', async () => {
    const storage = await foreignLake(FOREIGN['a UUID']);
    const { problems } = await verifyLake(storage, settings(), { deep: true, head: null });
    assert.ok(problems.length > 0);
  });
});

describe('the chunks of a Parquet file', () => {
  it('hand on what their visitor throws, once', async () => {
    const storage = await foreignLake('x');
    const [file] = (await snapshotOf(storage)).files.values();
    assert.ok(file);
    const bytes = storage.content(`${EVENTS}/${file.path}`);
    let calls = 0;
    const visit = (): never => {
      calls++;
      throw new Error('seen');
    };
    await assert.rejects(
      readChunks({ file: Uint8Array.from(bytes).buffer, columns: ['code', 'event_uid', 'source_row'] }, visit),
      /^Error: seen$/,
    );
    assert.equal(calls, 1);
  });
});
