import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { sealCommits } from '../../src/evidence/index.ts';
import { LAKE_TABLES, type LakeColumn, type LakeTable, openTables, statesOf, TABLES } from '../../src/lake/index.ts';
import { personColumns } from '../../src/lake/lake-table.ts';
import { vacuumLake } from '../../src/maintenance/index.ts';
import { createTable, type Snapshot, tableProperties } from '../../src/table/index.ts';
import { verifyLake, verifyNewest } from '../../src/verify/index.ts';
import { nameJudge } from '../../src/verify/zone-names.ts';
import { HOST, settings } from '../support/lake.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';
import { lake, notes, problems } from '../verify/lake.ts';

/*
 * What must not compile. The type check fails where one of these lines does: each expects an error on the line after it.
 */

// @ts-expect-error a column of a table of the lake that does not say whose its values are
const UNSAID: LakeColumn = { name: 'reviewer', type: 'string', nullable: true, comment: '', list: false };

const { columns: _, ...WITHOUT_COLUMNS } = TABLES.codes;
// @ts-expect-error a table that does not declare its columns, and so not whose they are
const NO_COLUMNS: LakeTable = WITHOUT_COLUMNS;

const PLAIN = {
  ...TABLES.codes,
  columns: [{ name: 'reviewer', type: 'string', nullable: true, comment: '' }],
} as const;
// @ts-expect-error a table whose columns are those of any Delta table
const OF_NOBODY_KNOWN: LakeTable = PLAIN;

/** A table that the next version may bring. */
const REVIEWS: LakeTable = {
  name: 'audit_reviews',
  path: 'curated/audit_reviews',
  columns: [
    { name: 'review_id', type: 'string', nullable: false, comment: '', person: 'none', list: false },
    { name: 'reviewer', type: 'string', nullable: true, comment: '', person: 'name', list: false },
    { name: 'participants', type: 'string', nullable: true, comment: '', person: 'id', list: true },
    { name: 'text', type: 'string', nullable: true, comment: '', person: 'mentioned', list: false },
  ],
  partitionColumns: [],
  dayColumn: null,
  configuration: tableProperties({ appendOnly: false, statisticsColumns: ['review_id'] }),
  isAppendOnly: false,
  isOriginal: false,
  prepare: (context) => createTable(context, REVIEWS),
};

const WITH_REVIEWS = [...LAKE_TABLES, REVIEWS];

async function withReviews(): Promise<{ storage: MemoryStorage; reviews: Snapshot }> {
  const storage = await lake();
  const reviews = await REVIEWS.prepare({ storage, host: HOST }, {});
  assert.ok(reviews);
  await sealCommits(storage, reviews);
  return { storage, reviews };
}

const OPTIONS = { deep: true, head: null } as const;

describe('the list of the lake’s tables', () => {
  it('does not compile with a table that does not say whose its columns are', () => {
    assert.equal([UNSAID, NO_COLUMNS, OF_NOBODY_KNOWN].length, 3);
  });

  it('has each table under its own name and path, the last part of which is the name', () => {
    for (const pick of ['name', 'path'] as const)
      assert.equal(new Set(LAKE_TABLES.map((table) => table[pick])).size, LAKE_TABLES.length);
    for (const { name, path, dayColumn, partitionColumns } of LAKE_TABLES) {
      assert.ok(path.endsWith(`/${name}`));
      assert.ok(dayColumn === null ? partitionColumns.length === 0 : partitionColumns[0] === dayColumn);
    }
  });

  it('is what opening goes through', async () => {
    const tables = await openTables(await lake());
    assert.ok(tables);
    assert.deepEqual(
      statesOf(tables).map(({ table, snapshot }) => [table, snapshot.path]),
      LAKE_TABLES.filter((table) => table.isOptional !== true).map((table) => [table, table.path]),
    );
  });

  it('says of each table which columns can tell whose a row is', () => {
    assert.deepEqual(personColumns(REVIEWS), { single: ['reviewer'], lists: ['participants'], freeText: ['text'] });
    assert.deepEqual(personColumns(TABLES.codes), { single: [], lists: [], freeText: [] });
    assert.ok(personColumns(TABLES.events).single.includes('actor_name'));
  });
});

describe('a table that a later version brings', () => {
  it('is verified like the others, and its chain has its head', async () => {
    const { storage } = await withReviews();
    const given = { ...OPTIONS, tables: WITH_REVIEWS };
    const steps: string[] = [];
    const result = await verifyLake(storage, settings(), {
      ...given,
      observer: { onStep: (name) => steps.push(name) },
    });
    assert.deepEqual(
      [problems(result), notes(result)],
      [[], notes(await verifyLake(await lake(), settings(), OPTIONS))],
    );
    assert.ok(steps.includes('log of audit_reviews'));
    assert.equal((result.heads as Record<string, { version: number } | null>)['audit_reviews']?.version, 0);
    assert.equal(
      (await verifyNewest(storage, { commits: 5, isTimeUp: () => false, tables: WITH_REVIEWS })).heads.size,
      3,
    );
  });

  it('is found out where its log, its evidence or the name of a file of it is not what it was', async () => {
    const { storage } = await withReviews();
    const given = { ...OPTIONS, tables: WITH_REVIEWS };
    storage.put('curated/audit_reviews/metadata/1.json', '{}');
    storage.put('evidence/audit_reviews/x.json', '{}');
    storage.put('curated/audit_reviews/_delta_log/00000000000000000000.json', '{}');
    const found = problems(await verifyLake(storage, settings(), given));
    for (const expected of [
      'unknown_name curated/audit_reviews/metadata/1.json',
      'unknown_name evidence/audit_reviews/x.json',
      'commit_edited curated/audit_reviews/_delta_log/00000000000000000000.json',
    ])
      assert.ok(found.includes(expected), `${expected} is not among ${found.join(', ')}`);
  });

  it('may be missing from a lake of an earlier version, and no other may', async () => {
    const given = { ...OPTIONS, tables: WITH_REVIEWS };
    assert.deepEqual(problems(await verifyLake(await lake(), settings(), given)), []);
    const original = [...LAKE_TABLES, { ...REVIEWS, isOriginal: true }];
    assert.deepEqual(problems(await verifyLake(await lake(), settings(), { ...OPTIONS, tables: original })), [
      'commit_missing curated/audit_reviews/_delta_log/00000000000000000000.json',
    ]);
  });

  it('gives its files the names that the zone knows', () => {
    const [kindOf, without] = [nameJudge(WITH_REVIEWS), nameJudge()];
    for (const [path, kind] of [
      ['curated/audit_reviews/part-1.parquet', 'data'],
      ['curated/audit_reviews/_delta_log/00000000000000000001.json', 'commit'],
      ['evidence/audit_reviews/00000000000000000001.json', 'evidence'],
    ] as const) {
      assert.equal(kindOf(path).kind, kind);
      assert.ok(['foreign', 'problem'].includes(without(path).kind));
    }
  });

  it('is vacuumed with the others', async () => {
    const { storage, reviews } = await withReviews();
    storage.put('curated/audit_reviews/part-1.parquet', 'left behind', new Date(0));
    const tables = await openTables(storage);
    assert.ok(tables);
    const states = [...statesOf(tables).map(({ snapshot }) => snapshot), reviews];
    const { tables: vacuumed } = await vacuumLake({ storage, host: HOST }, states, { dryRun: true });
    assert.deepEqual(
      vacuumed.map(({ table, files }) => [table, files.length]),
      [
        ['curated/audit_events', 0],
        ['curated/audit_codes', 0],
        ['curated/audit_reviews', 1],
      ],
    );
  });
});
