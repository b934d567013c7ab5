import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { CATALOGUE, CATALOGUE_ORDER, CATALOGUE_VERSION, catalogueVersionOf } from '../../src/catalogue/index.ts';
import { type Catalogue, publishCodes } from '../../src/lake/codes-table.ts';
import { version as digestVersion } from '../../src/lake/content-transaction.ts';
import { CODES_TABLE, type Storage, wrapStorage } from '../../src/storage/index.ts';
import { commit, LostRace, openTable, type Snapshot } from '../../src/table/index.ts';
import { HOST, ingest } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { verify } from '../verify/lake.ts';

/** A catalogue that has lost its last `missing` rows, at a place among the versions. */
function catalogue(missing: number, order: number): Catalogue {
  const rows = CATALOGUE.slice(0, CATALOGUE.length - missing);
  return { rows, version: catalogueVersionOf(rows), order };
}

const OLDER = catalogue(2, 3);
const NEWER = catalogue(1, 4);

/** The run of a program that has this catalogue; whether it told of a newer one. */
async function run(storage: Storage, of: Catalogue): Promise<boolean> {
  let isTold = false;
  await publishCodes({ storage, host: HOST }, { onNewerCatalogue: () => (isTold = true) }, of);
  return isTold;
}

async function standing(storage: Storage): Promise<Snapshot> {
  const snapshot = await openTable(storage, CODES_TABLE);
  assert.ok(snapshot);
  return snapshot;
}

const isOf = ({ transactions }: Snapshot, { version }: Catalogue): boolean =>
  transactions.get('catalogue')?.version === digestVersion(version);

/** What a program does that knows nothing of places: the catalogue is its own, whatever it was. */
async function published(storage: Storage, { version }: Catalogue): Promise<void> {
  const snapshot = await standing(storage);
  const commitInfo = { timestamp: HOST.now(), operation: 'WRITE', txnId: HOST.randomId() };
  const txn = { appId: 'catalogue', version: digestVersion(version), lastUpdated: HOST.now() };
  assert.equal((await commit(storage, snapshot, [{ commitInfo }, { txn }])).outcome, 'committed');
}

describe('two catalogues on one lake', () => {
  for (const [what, first, second] of [
    ['older first', OLDER, NEWER],
    ['newer first', NEWER, OLDER],
  ] as const) {
    it(`agree on the newer one, however often both run: ${what}`, async () => {
      const storage = new MemoryStorage();
      for (let runs = 0; runs < 3; runs++) {
        await run(storage, first);
        await run(storage, second);
      }
      const snapshot = await standing(storage);
      assert.ok(isOf(snapshot, NEWER));
      assert.equal(snapshot.version, first === OLDER ? 2 : 1, 'one commit for each that was news');
      assert.equal(snapshot.files.size, 1);
    });
  }

  it('tell whoever has the older one, and nobody else', async () => {
    const storage = new MemoryStorage();
    assert.deepEqual(
      [await run(storage, OLDER), await run(storage, NEWER), await run(storage, NEWER), await run(storage, OLDER)],
      [false, false, false, true],
    );
  });

  it('of one place leave what is there', async () => {
    const storage = new MemoryStorage();
    const twin = { ...OLDER, order: NEWER.order };
    for (const each of [NEWER, twin, NEWER, twin]) await run(storage, each);
    const snapshot = await standing(storage);
    assert.ok(isOf(snapshot, NEWER));
    assert.equal(snapshot.version, 1);
  });
});

describe('a lake from before versions had places', () => {
  it('is brought up to the catalogue of today, and is not rewritten where it has that', async () => {
    const storage = new MemoryStorage();
    await run(storage, OLDER);
    const other = catalogue(5, 0);
    await published(storage, other);
    await run(storage, NEWER);
    assert.ok(isOf(await standing(storage), NEWER));
    await published(storage, other);
    const { version } = await standing(storage);
    await run(storage, other);
    assert.equal((await standing(storage)).version, version);
  });

  it('whose program comes back loses audit_codes to the newer one again', async () => {
    const storage = new MemoryStorage();
    await run(storage, NEWER);
    await published(storage, OLDER);
    await run(storage, NEWER);
    assert.ok(isOf(await standing(storage), NEWER));
  });
});

describe('publishing a catalogue', () => {
  it('ends where others commit without end, and leaves no file behind', async () => {
    const storage = new MemoryStorage();
    await run(storage, OLDER);
    const contested = wrapStorage(storage, {
      create: async (path, content) => {
        if (path.includes('_delta_log')) await published(storage, OLDER);
        return storage.create(path, content);
      },
    });
    await assert.rejects(run(contested, NEWER), LostRace);
    const files = storage.paths().filter((path) => path.startsWith(CODES_TABLE) && path.endsWith('.parquet'));
    assert.equal(files.length, 1);
  });

  it('is verified by an older program as what it is: newer than its own', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/1.csv', 'time,code,message\n2026-03-01T00:00:00Z,90211,x\n', new Date());
    await ingest(storage);
    const newer = { ...catalogue(1, CATALOGUE_ORDER + 1) };
    assert.notEqual(newer.version, CATALOGUE_VERSION);
    await run(storage, newer);
    await ingest(storage);
    assert.ok(isOf(await standing(storage), newer), 'the ingest of today leaves it');
    const { problems, notes } = await verify(storage, { deep: true });
    assert.deepEqual(problems, []);
    assert.match(notes.map(({ explanation }) => explanation).join('\n'), /a newer catalogue than this program has/);
  });
});
