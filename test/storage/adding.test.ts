import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { type DataAction, type Emulator, FAULTS, startEmulator } from 'adls-emulator';
import { describe, it } from 'vitest';
import { addingOnly } from '../../src/storage/adding-only.ts';
import { adlsStorage } from '../../src/storage/adls.ts';
import { AccessDenied, readAll, type Storage } from '../../src/storage/index.ts';
import { accountAt, quickHost, ZONES } from '../support/adls-case.ts';
import { bytes, collect, inPieces, pattern } from './case.ts';

const FOLDER = 'landed/nql/';

/** The role of what lands files: it may add blobs below its folder, and read them; a listing names no path. */
function mayAdd(_: string, { container, path, action }: DataAction): boolean {
  return container === 'raw' && path.startsWith(FOLDER) && (action === 'add' || action === 'read');
}

interface Given {
  readonly emulator: Emulator;
  readonly storage: Storage;
}

/** A storage of somebody who has that role and no other. */
async function withRole(body: (given: Given) => Promise<void>): Promise<void> {
  await using emulator = await startEmulator({ containers: ZONES, permits: mayAdd });
  const storage = adlsStorage(accountAt(`https://${emulator.account}.dfs.core.windows.net/`), {
    addsOnly: true,
    host: quickHost(),
    httpClient: emulator.httpClient,
    credential: { getToken: async () => ({ token: 'any', expiresOnTimestamp: Date.now() + 3_600_000 }) },
  });
  await body({ emulator, storage });
}

const scratch = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('audit-lake-land-'));

describe('whoever may only add files', () => {
  for (const size of [0, 1, 9_000_000, 40_000_000]) {
    it(`puts ${size} bytes by one request that makes a new blob`, () =>
      withRole(async ({ emulator, storage }) => {
        const content = pattern(size);
        assert.equal(await storage.create(`raw/${FOLDER}a.csv`, inPieces(content, 1_000_000)), 'created');
        const [put, ...others] = emulator.requests;
        assert.deepEqual([put?.operation, put?.headers['if-none-match'], others], ['PutBlob', '*', []]);
        assert.equal(Buffer.compare(await readAll(storage, `raw/${FOLDER}a.csv`), content), 0);
        assert.deepEqual(await scratch(), []);
      }));
  }

  it('finds a name taken, although a denial is all that it is told', () =>
    withRole(async ({ emulator, storage }) => {
      emulator.store.put(emulator.account, `raw/${FOLDER}a.csv`, bytes('other'));
      assert.equal(await storage.create(`raw/${FOLDER}a.csv`, bytes('mine')), 'exists');
      assert.ok(emulator.requests.some(({ operation, status }) => operation === 'PutBlob' && status === 403));
      assert.equal(Buffer.from(await readAll(storage, `raw/${FOLDER}a.csv`)).toString(), 'other');
    }));

  for (const size of [4, 40_000_000]) {
    it(`knows a file of ${size} bytes for its own where the answer was lost`, () =>
      withRole(async ({ emulator, storage }) => {
        emulator.faults.add({ operation: 'PutBlob', fault: FAULTS.lostAnswer() });
        assert.equal(await storage.create(`raw/${FOLDER}a.csv`, inPieces(pattern(size), 1_000_000)), 'created');
      }));
  }

  it('sends a long file once more where the service is busy', () =>
    withRole(async ({ emulator, storage }) => {
      emulator.faults.add({ operation: 'PutBlob', fault: FAULTS.busy() });
      const content = pattern(40_000_000);
      assert.equal(await storage.create(`raw/${FOLDER}a.csv`, inPieces(content, 1_000_000)), 'created');
      assert.equal(Buffer.compare(await readAll(storage, `raw/${FOLDER}a.csv`), content), 0);
    }));

  it('is denied everything else', () =>
    withRole(async ({ emulator, storage }) => {
      emulator.store.put(emulator.account, `raw/${FOLDER}a.csv`, bytes('first'));
      const tries: Readonly<Record<string, () => Promise<unknown>>> = {
        'a file beside its folder': () => storage.create('raw/exports/a.csv', bytes('x')),
        'a file of the table': () => storage.create('curated/audit_events/a.parquet', bytes('x')),
        'a piece of evidence': () => storage.create('evidence/audit_events/1.json', bytes('x')),
        'a file in quarantine': () => storage.create('quarantine/a.json', bytes('x')),
        'replacing a file': () => storage.replace(`raw/${FOLDER}a.csv`, bytes('second')),
        'deleting a file': () => storage.delete(`raw/${FOLDER}a.csv`),
        'reading beside its folder': () => readAll(storage, 'raw/exports/b.csv'),
        'a listing': () => collect(storage.list(`raw/${FOLDER}`)),
      };
      for (const [title, attempt] of Object.entries(tries)) await assert.rejects(attempt, AccessDenied, title);
      assert.deepEqual(
        [...new Set(emulator.requests.map(({ status }) => status))].filter((status) => status !== 404),
        [403],
      );
    }));

  it('hands on what its source fails with, and leaves nothing on disk', () =>
    withRole(async ({ emulator, storage }) => {
      const failing = async function* () {
        yield pattern(40_000_000);
        throw new RangeError('cut off');
      };
      await assert.rejects(storage.create(`raw/${FOLDER}a.csv`, failing()), /cut off/);
      assert.deepEqual(emulator.requests, []);
      assert.deepEqual(await scratch(), []);
    }));
});

describe('a storage that only adds', () => {
  it('refuses whatever is not looking at a file of its zone, or creating one, before anything is asked', async () => {
    await using emulator = await startEmulator({ containers: ZONES });
    const { blobUrl, connectionString } = emulator;
    const storage = addingOnly(adlsStorage(accountAt(blobUrl), { connectionString }), 'raw/');
    assert.equal(await storage.create('raw/a.csv', bytes('a')), 'created');
    assert.equal((await storage.head('raw/a.csv'))?.size, 1);
    emulator.requests.length = 0;
    const tries: readonly (() => Promise<unknown>)[] = [
      () => storage.replace('raw/a.csv', bytes('b')),
      () => storage.delete('raw/a.csv'),
      () => collect(storage.list('raw/')),
      ...['curated/', 'quarantine/', 'evidence/', 'raw2/'].flatMap((zone) => [
        () => storage.create(`${zone}a`, bytes('a')),
        () => storage.head(`${zone}a`),
        () => readAll(storage, `${zone}a`),
        () => storage.replace(`${zone}a`, bytes('a')),
        () => storage.delete(`${zone}a`),
      ]),
    ];
    for (const attempt of tries) await assert.rejects(attempt, AccessDenied);
    assert.equal(await storage.removeAbandoned(new Date(8.64e15)), 0);
    assert.deepEqual(emulator.requests, []);
  });
});
