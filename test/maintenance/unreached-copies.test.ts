import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { openTables, statesOf, type TableState } from '../../src/lake/index.ts';
import { codecOf } from '../../src/lake/reading-plan.ts';
import { compactLake, eraseLake, retainLake } from '../../src/maintenance/duties.ts';
import { COPY_KINDS, type UnreachedCopy, unreachedCopies } from '../../src/maintenance/unreached-copies.ts';
import type { Storage } from '../../src/storage/index.ts';
import { createTable, writeCheckpoint } from '../../src/table/index.ts';
import { EVENTS, HOST, ingest, LANDED_AT, settings, snapshotOf } from '../support/lake.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';
import { DANA, DANAS_PER_DAY, DATES, days, erase, threeDays } from './changes.ts';

async function states(storage: Storage): Promise<TableState[]> {
  const tables = await openTables(storage);
  assert.ok(tables);
  return statesOf(tables);
}

async function copiesIn(storage: MemoryStorage, values: readonly string[] = DANA): Promise<Map<string, UnreachedCopy>> {
  const tables = await states(storage);
  const { rawFiles, dataFiles } = await erase(storage, values, { dryRun: true });
  const isCount = (path: string) => path.startsWith('raw/landed/counts/');
  const known = { values, rawFiles, isCount, dataFiles, quarantine: [], local: ['/home/somebody/.cache/x'] };
  const copies = await unreachedCopies(storage, tables, known);
  assert.deepEqual(
    copies.map(({ kind }) => kind),
    Object.keys(COPY_KINDS),
    'every kind has its place',
  );
  return new Map(copies.map((copy) => [copy.kind, copy]));
}

describe('the copies that an erasure does not reach', () => {
  it('are each counted and named, or said to be counted by nobody', async () => {
    const storage = await threeDays();
    storage.put('raw/waiting.csv', days('2026-03-09'), LANDED_AT);
    storage.put('raw/landed/counts/trail/2026-03-09/1.csv', 'hour,code,n\n', LANDED_AT);
    for (const [name, by] of [...DANA, 'somebody'].entries()) {
      const record = JSON.stringify({ verification: 1, by: { name: by, kind: 'claimed' } });
      storage.put(`quarantine/verifications/20260309T000000Z-0000000${name}.json`, record);
    }
    const before = storage.copy();
    const copies = await copiesIn(storage);
    const counts = [...copies.values()].map(({ kind, count }) => [kind, count]);
    assert.deepEqual(Object.fromEntries(counts), {
      ...{ raw_files: 3, other_raw_files: 1, quarantine_files: 0, data_files: DATES.length },
      ...{ log_files: 2, checkpoints: 0, evidence: 0, verifications: DANA.length, erased_lists: 0, local_copies: 1 },
      ...{ masked_answers: 0, answers: null, other_engines: null, backups: null, sources: null },
    });
    for (const name of copies.get('data_files')?.names ?? []) assert.ok(storage.paths().includes(name), name);
    assert.deepEqual(storage.paths(), before.paths(), 'and nothing was written');
  });

  it('are, after the erasure, the data files before it, its list, and checkpoints', async () => {
    const storage = await threeDays();
    const old = [...(await snapshotOf(storage)).files.keys()].map((path) => `${EVENTS}/${path}`).sort();
    const { list } = await erase(storage);
    await writeCheckpoint(storage, await snapshotOf(storage), new Date(HOST.now()));
    const copies = await copiesIn(storage);
    assert.deepEqual(copies.get('data_files')?.names, old);
    assert.deepEqual(copies.get('erased_lists')?.names, [list?.path]);
    assert.equal(copies.get('checkpoints')?.count, 1);
  });

  it('include what names them in a path: commits and evidence', async () => {
    const storage = await threeDays();
    storage.put('raw/of-zoe.csv', days('2026-03-08'), LANDED_AT);
    await ingest(storage, {}, ['raw/of-zoe.csv']);
    const copies = await copiesIn(storage, ['zoe']);
    assert.deepEqual(copies.get('evidence')?.names, ['evidence/audit_events/00000000000000000003.json']);
    assert.deepEqual(copies.get('log_files')?.names, [`${EVENTS}/_delta_log/00000000000000000003.json`]);
  });

  it('find a bound that was cut off, and one with quotes', async () => {
    const storage = await threeDays();
    const long = `${'a'.repeat(40)}@corp.example`;
    const line = (name: string) => `2026-03-08T01:00:00Z,92042,"Created dashboard, ID=d, name=x","${name}"`;
    storage.put('raw/long.csv', ['time,code,message,user name', line(long), ''].join('\n'), LANDED_AT);
    await ingest(storage, {}, ['raw/long.csv']);
    assert.equal((await copiesIn(storage, [long])).get('log_files')?.count, 1);
    storage.put('raw/quoted.csv', ['time,code,message,user name', line('da""na'), ''].join('\n'), LANDED_AT);
    await ingest(storage, {}, ['raw/quoted.csv']);
    assert.equal((await copiesIn(storage, ['da"na'])).get('log_files')?.count, 1);
  });
});

describe('a change of the lake', () => {
  const codec = codecOf(settings());
  const options = { reason: 'test', dryRun: true };

  it('is made in each table that has something for it', async () => {
    const tables = await states(await threeDays());
    const storage = await threeDays();
    const erasures = await eraseLake({ storage, host: HOST }, tables, { ...options, values: DANA, codec });
    assert.deepEqual(
      erasures.map(({ table, result }) => [table, result.rows]),
      [['audit_events', DATES.length * DANAS_PER_DAY]],
    );
    const retentions = await retainLake({ storage, host: HOST }, tables, { ...options, before: 20_514 });
    assert.deepEqual(
      retentions.map(({ table }) => table),
      ['audit_events'],
    );
    assert.equal((await compactLake({ storage, host: HOST }, tables, { codec, dryRun: true })).length, 1);
  });

  it('fails where a table has a person’s column or days, and nobody says how it is made there', async () => {
    const storage = await threeDays();
    const tables = await states(storage);
    const [, codes] = tables;
    assert.ok(codes);
    const reviewer = {
      name: 'reviewer',
      type: 'string',
      nullable: true,
      comment: '',
      person: 'name',
      list: false,
    } as const;
    const table = { ...codes.table, name: 'audit_reviews', path: 'curated/audit_reviews', columns: [reviewer] };
    const reviews = { table, snapshot: await createTable({ storage, host: HOST }, { ...table, configuration: {} }) };
    const erasing = eraseLake({ storage, host: HOST }, [...tables, reviews], { ...options, values: DANA, codec });
    await assert.rejects(erasing, /audit_reviews.*how erase is done in it, since columns of it are a person’s/);
    const daily = { ...reviews, table: { ...table, dayColumn: 'day' } };
    const retaining = retainLake({ storage, host: HOST }, [...tables, daily], { ...options, before: 20_514 });
    await assert.rejects(retaining, /how retain is done in it, since its rows have days \(day\)/);
    const nobody = { ...reviews, table: { ...table, columns: [{ ...reviewer, person: 'none' as const }] } };
    assert.equal(
      (await eraseLake({ storage, host: HOST }, [...tables, nobody], { ...options, values: DANA, codec })).length,
      1,
    );
  });
});
