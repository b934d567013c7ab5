import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { ingest, LANDED_AT, minutes, onlyReport, outcomes, sources } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { type Fate, faulty, watched } from '../support/store-faults.ts';
import { CopiedLake, problems, verify } from '../verify/lake.ts';

async function lakeWith(...contents: readonly string[]): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  for (const content of contents) {
    storage.put('raw/export.csv', content, LANDED_AT);
    await ingest(storage);
  }
  return storage;
}

const earlierOf = async (storage: MemoryStorage) => (await sources(storage)).at(-1)?.['earlier'];

describe('a raw file that took the place of another', () => {
  it('is taken in as a new one, with a warning and what was there before on record', async () => {
    const storage = await lakeWith(minutes(0, 5));
    const [first] = await sources(storage);
    storage.put('raw/export.csv', minutes(3, 5), LANDED_AT);
    const run = await ingest(storage);
    assert.deepEqual(outcomes(run), ['export.csv: ingested 3/2/0']);
    assert.deepEqual(onlyReport(run).warnings, ['raw_replaced']);
    const { etag, size, sha256 } = first ?? {};
    assert.deepEqual(await earlierOf(storage), { etag, size, sha256, replaced: true });
    const { notes, problems: found } = await verify(storage, { deep: true });
    assert.deepEqual(found, []);
    assert.ok(notes.some(({ kind }) => kind === 'raw_replaced'));
  });

  it('is told as well where the one before, or it itself, is no export', async () => {
    for (const contents of [
      ['no export\n', minutes(0, 5)],
      [minutes(0, 5), 'no export\n'],
    ]) {
      const storage = await lakeWith(contents[0]!);
      storage.put('raw/export.csv', contents[1]!, LANDED_AT);
      assert.deepEqual(onlyReport(await ingest(storage)).warnings, ['raw_replaced']);
    }
  });

  it('is compared with the one just before it', async () => {
    const storage = await lakeWith(minutes(0, 5), minutes(10, 5), minutes(0, 5));
    const recorded = (await sources(storage)).map(({ earlier }) => (earlier as { size: number } | undefined)?.size);
    assert.deepEqual(recorded, [undefined, minutes(0, 5).length, minutes(10, 5).length]);
  });

  it('while it waited to be read, and is shorter, is told too', async () => {
    const storage = await lakeWith();
    storage.put('raw/export.csv', minutes(0, 9), LANDED_AT);
    let isReplaced = false;
    const racing = faulty(storage, ({ operation, path }): Fate => {
      if (!isReplaced && operation === 'read' && path === 'raw/export.csv') {
        isReplaced = true;
        storage.put('raw/export.csv', minutes(20, 3), LANDED_AT);
      }
      return 'passes';
    });
    assert.deepEqual(onlyReport(await ingest(racing)).warnings, ['raw_replaced']);
    const { size, replaced } = (await earlierOf(storage)) as { size: number; replaced: boolean };
    assert.deepEqual([size, replaced], [minutes(0, 9).length, true]);
  });
});

describe('a raw file with the content that it had before', () => {
  it('under a new ETag counts as duplicates, is on record as the same, and verification does not call it replaced', async () => {
    const storage = CopiedLake.of(await lakeWith(minutes(0, 5)));
    const run = await ingest(storage);
    assert.deepEqual(outcomes(run), ['export.csv: ingested 0/5/0']);
    assert.deepEqual(onlyReport(run).warnings, []);
    assert.equal(((await earlierOf(storage)) as { replaced: boolean }).replaced, false);
    const verification = await verify(storage, { deep: true });
    assert.deepEqual(problems(verification), []);
    assert.deepEqual(
      verification.notes.filter(({ kind }) => kind === 'raw_replaced'),
      [],
    );
  });
});

describe('the look for what was there before', () => {
  it('costs nothing where every path is new, and each commit once where none is', async () => {
    const storage = new MemoryStorage();
    for (let file = 0; file < 6; file++) {
      storage.put(`raw/${file}.csv`, minutes(file * 10, 5), LANDED_AT);
      await ingest(storage);
    }
    const evidenceReads = async (lake: MemoryStorage) => {
      const { storage: watching, calls } = watched(lake);
      await ingest(watching);
      const read = calls.filter(
        ({ operation, path }) => operation === 'read' && path.startsWith('evidence/audit_events/'),
      );
      return read.map(({ path }) => path);
    };
    const fresh = storage.copy();
    fresh.put('raw/new.csv', minutes(100, 5), LANDED_AT);
    const usual = (await evidenceReads(fresh)).length;
    for (let file = 0; file < 6; file++) storage.put(`raw/${file}.csv`, minutes(file * 10, 6), LANDED_AT);
    const all = await evidenceReads(storage);
    assert.ok(all.length <= usual + 6, all.join('\n'));
  });
});
