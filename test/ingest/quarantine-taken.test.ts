import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'vitest';
import { readAll } from '../../src/storage/index.ts';
import { MOST_TRIES } from '../../src/table/index.ts';
import { ingest, land, minutes, onLocalLake, onlyReport, sources } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { watched } from '../support/store-faults.ts';

test(
  'a quarantine file left by a crash holds other records once the time of the raw file has changed: both stay, the commit names its own',
  onLocalLake(async (storage, root) => {
    const csv = `${minutes(0, 3)}2026-04-10T00:00:00Z,92042,late,li\nsoon,92042,garbage,li\n`;
    await land(storage, 'a.csv', csv);
    const touch = (time: string) => utimes(join(root, 'raw/a.csv'), new Date(time), new Date(time));
    await touch('2026-04-01T00:00:00Z');
    const failing = { ...storage, create: storage.create.bind(storage) };
    failing.create = async (path, content, options) => {
      if (path.includes('_delta_log/00000000000000000001')) throw new Error('crash before the commit');
      return await storage.create(path, content, options);
    };
    for (const method of ['list', 'head', 'read', 'replace', 'delete'] as const) {
      Object.assign(failing, { [method]: storage[method].bind(storage) });
    }
    await assert.rejects(ingest(failing), /crash/);
    await touch('2026-05-01T00:00:00Z');

    assert.equal(onlyReport(await ingest(storage)).quarantined, 1);
    const [source] = await sources(storage);
    const named = source?.['quarantine'] as { path: string; sha256: string; rows: number };
    const stored = await readAll(storage, named.path);
    assert.equal(createHash('sha256').update(stored).digest('hex'), named.sha256);
    assert.equal(Buffer.from(stored).toString().trim().split('\n').length, named.rows);
  }),
);

test('more files than races are endured, all with a quarantine name that is taken, come in at once', async () => {
  const storage = new MemoryStorage();
  const count = MOST_TRIES + 50;
  const land = (time: string) => {
    for (let file = 0; file < count; file++) {
      const csv = `${minutes(file, 1)}2026-04-10T00:00:00Z,92042,late ${file},li\nsoon,92042,garbage,li\n`;
      storage.put(`raw/${file}.csv`, csv, new Date(time));
    }
  };
  land('2026-04-01T00:00:00Z');
  await ingest(storage);
  for (const path of storage.paths()) if (!/^(raw|quarantine)\//.test(path)) storage.files.delete(path);
  const left = new Set(storage.paths('quarantine/'));
  assert.equal(left.size, count);
  land('2026-05-01T00:00:00Z');
  const reading = watched(storage);
  const { reports } = await ingest(reading.storage);
  assert.ok(reports.every(({ outcome, quarantined }) => outcome === 'ingested' && quarantined === 1));
  const reads = reading.calls.filter(({ operation, path }) => operation === 'read' && path.startsWith('raw/'));
  assert.ok(reads.length <= 2 * count + 1, `${reads.length} reads of ${count} files`);
  for (const source of await sources(storage)) {
    const named = source['quarantine'] as { path: string; sha256: string };
    assert.ok(!left.has(named.path));
    assert.equal(createHash('sha256').update(storage.content(named.path)).digest('hex'), named.sha256);
  }
});
