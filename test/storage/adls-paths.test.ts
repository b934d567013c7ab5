import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { adlsStorage } from '../../src/storage/adls.ts';
import {
  comparePaths,
  FileNotFound,
  InvalidPath,
  localStorage,
  readAll,
  type StorageFault,
  UnreadableFile,
} from '../../src/storage/index.ts';
import { routeRaw } from '../../src/storage/route.ts';
import { accountAt, driverOn, onEmulator } from '../support/adls-case.ts';
import { bytes, paths, pattern, text } from './case.ts';

describe('ADLS: where paths are', () => {
  it(
    'a container for each zone, a folder for each zone, or one zone alone',
    onEmulator(async ({ emulator, storage }) => {
      const inAccount = (path: string): boolean => emulator.store.file(emulator.account, path) !== null;
      emulator.store.container(emulator.account, 'exports');
      await storage.create('raw/a/b', bytes('x'));
      assert.ok(inAccount('raw/a/b'));
      await driverOn(emulator, '/exports/some%20folder').create('raw/a/b', bytes('x'));
      assert.ok(inAccount('exports/some folder/raw/a/b'));
      const zone = driverOn(emulator, '/exports/audit', { onlyZone: 'raw' });
      await zone.create('raw/a/b', bytes('x'));
      assert.ok(inAccount('exports/audit/a/b'));
      assert.deepEqual(await paths(zone.list('raw/')), ['raw/a/b']);
      const whole = driverOn(emulator, '/exports', { onlyZone: 'raw' });
      assert.deepEqual(await paths(whole.list('raw/')), ['raw/audit/a/b', 'raw/some folder/raw/a/b']);
      const bare = driverOn(emulator, '', { onlyZone: 'raw' });
      assert.deepEqual(await paths(bare.list('raw/a')), ['raw/a/b']);
    }),
  );

  it(
    'are told apart by raw or not where these are two places',
    onEmulator(
      async ({ emulator }) => {
        const { connectionString } = emulator.of('landing');
        const url = `${emulator.of('landing').blobUrl}/raw`;
        const raw = adlsStorage(accountAt(url), { connectionString, onlyZone: 'raw' });
        const lake = routeRaw(raw, driverOn(emulator));
        for (const path of ['raw/a', 'curated/a', 'raw2/a'])
          assert.equal(await lake.create(path, bytes(path)), 'created');
        assert.ok(emulator.store.file('landing', 'raw/a') !== null);
        assert.equal(emulator.store.file('auditlake', 'raw/a'), null);
        assert.ok(emulator.store.file('auditlake', 'curated/a') !== null);
        for (const path of ['raw/a', 'curated/a']) {
          assert.equal(text(await readAll(lake, path)), path);
          assert.deepEqual(await paths(lake.list(path)), [path]);
          await lake.replace(path, bytes('new'), { ifMatch: (await lake.head(path))?.etag ?? '' });
          await lake.delete(path);
          assert.equal(await lake.head(path), null);
        }
        assert.equal(await lake.removeAbandoned(new Date()), 0);
      },
      { accounts: ['auditlake', 'landing'] },
    ),
  );

  it(
    'is the ETag without its quotes, as events have it',
    onEmulator(async ({ emulator, storage }) => {
      await storage.create('raw/a', bytes('x'));
      const etag = (await storage.head('raw/a'))?.etag;
      assert.match(etag ?? '', /^0x[0-9A-F]+$/);
      assert.equal(emulator.store.file(emulator.account, 'raw/a')?.etag, etag);
    }),
  );

  it(
    'takes large content in one piece as well, in blocks that nobody sees before the last',
    onEmulator(async ({ emulator }) => {
      const storage = driverOn(emulator);
      const content = pattern(33 * 2 ** 20 + 1);
      assert.equal(await storage.create('raw/a', content), 'created');
      assert.equal(Buffer.compare(await readAll(storage, 'raw/a'), content), 0);
      const written = emulator.requests.filter(({ method }) => method === 'PUT').map(({ operation }) => operation);
      assert.deepEqual(written, [...Array(5).fill('PutBlock'), 'PutBlockList']);
      emulator.requests.length = 0;
      assert.equal(await storage.create('raw/a', content), 'exists');
      assert.deepEqual(
        emulator.requests.map(({ method }) => method),
        ['HEAD'],
        'what is there already is not sent again',
      );
    }),
  );

  it(
    'refuses to write what Azure would not keep as it is',
    onEmulator(async ({ emulator, storage }) => {
      for (const path of ['raw/a.', 'raw/a./b', 'raw/a\u0001', 'raw/a\u007f', `raw/${'n'.repeat(1025)}`]) {
        await assert.rejects(storage.create(path, bytes('x')), InvalidPath, path);
        await assert.rejects(storage.replace(path, bytes('x')), InvalidPath, path);
      }
      await assert.rejects(storage.create('Not_A-container/a', bytes('x')), /can be no container/);
      assert.equal(emulator.requests.length, 0);
      const longest = `raw/${'n'.repeat(200)}/${'n'.repeat(823)}`;
      assert.equal(await storage.create(longest, bytes('x')), 'created');
    }),
  );
});

describe('ADLS: order of a listing', () => {
  const name = fc.oneof(
    fc.constantFrom(
      '0',
      '00',
      '00.json',
      '00-x',
      '1',
      '10',
      '2',
      'a',
      'a.b',
      'a!',
      'ab',
      'B',
      '_x',
      'ä',
      '\u{ffee}',
      '😀',
    ),
    fc.string({ unit: fc.constantFrom('0', '1', '-', '.x', 'a', ' '), minLength: 1, maxLength: 4 }),
  );
  const file = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `raw/${names.join('/')}`);

  it(
    'is that of bytes, whatever is asked for',
    onEmulator(
      async ({ emulator, storage }) => {
        await fc.assert(
          fc.asyncProperty(
            fc.uniqueArray(file, { maxLength: 12 }),
            file,
            file,
            fc.nat(12),
            async (files, from, within, cut) => {
              const { containers } = emulator.store.account(emulator.account);
              containers.delete('raw');
              emulator.store.container(emulator.account, 'raw');
              // A path below a file can be none.
              const made = files.filter((path) => !files.some((other) => path.startsWith(`${other}/`)));
              for (const path of made) emulator.store.put(emulator.account, path, bytes('x'));
              const prefix = within.slice(0, Math.max(4, cut));
              const expected = made
                .filter((path) => path.startsWith(prefix) && comparePaths(path, from) > 0)
                .sort(comparePaths);
              assert.deepEqual(await paths(storage.list(prefix, { after: from })), expected);
            },
          ),
          { numRuns: 120 },
        );
      },
      { pageSize: 3 },
    ),
  );

  it(
    'is found from the middle of a long log without what comes before',
    onEmulator(async ({ emulator }) => {
      const storage = driverOn(emulator);
      const commit = (version: number): string =>
        `curated/audit_events/_delta_log/${String(version).padStart(20, '0')}.json`;
      for (let version = 0; version < 10_000; version++) {
        emulator.store.put(emulator.account, commit(version), bytes('x'));
      }
      emulator.store.put(emulator.account, 'curated/audit_events/_delta_log/_last_checkpoint', bytes('x'));
      emulator.requests.length = 0;
      const found = await paths(storage.list('curated/audit_events/_delta_log/', { after: commit(9_995) }));
      assert.deepEqual(found, [
        ...[9_996, 9_997, 9_998, 9_999].map(commit),
        'curated/audit_events/_delta_log/_last_checkpoint',
      ]);
      const asked = emulator.requests.map(({ query }) => query['beginFrom']);
      assert.deepEqual(asked, ['00000000000000009995']);
    }),
  );

  it(
    'asks for some folders ahead, and for no more when it is left',
    onEmulator(async ({ emulator, storage }) => {
      for (let day = 10; day < 60; day++) {
        for (const part of ['a', 'b']) emulator.store.put(emulator.account, `raw/${day}/${part}`, bytes('x'));
      }
      const expected = Array.from({ length: 100 }, (_, index) => `raw/${10 + (index >> 1)}/${'ab'[index % 2]}`);
      assert.deepEqual(await paths(storage.list('raw/')), expected);
      emulator.requests.length = 0;
      for await (const { path } of storage.list('raw/')) if (path === 'raw/11/a') break;
      assert.ok(emulator.requests.length <= 1 + 8 + 2, String(emulator.requests.length));
    }),
  );

  it(
    'asks for as many files and folders as fit into a page where their order does not matter, however deep they are',
    onEmulator(
      async ({ emulator, storage }) => {
        for (let hour = 0; hour < 300; hour++) {
          const path = `raw/2026/${hour % 12}/${hour % 25}/${hour}/export.csv`;
          emulator.store.put(emulator.account, path, bytes('x'));
        }
        emulator.requests.length = 0;
        assert.equal((await paths(storage.list('raw/', { anyOrder: true }))).length, 300);
        assert.equal(emulator.requests.length, Math.ceil((1 + 12 + 300 + 300 + 300) / 100));
      },
      { pageSize: 100 },
    ),
  );

  it(
    'has no folders, empty ones neither, and nothing of what is not written yet',
    onEmulator(async ({ emulator, storage }) => {
      await storage.create('raw/gone/a', bytes('x'));
      await storage.delete('raw/gone/a');
      await storage.create('raw/here', bytes('x'));
      assert.ok(emulator.store.account(emulator.account).containers.get('raw')?.find('gone') !== null);
      assert.deepEqual(await paths(storage.list('raw/')), ['raw/here']);
      assert.equal(await storage.head('raw/gone'), null);
      await storage.delete('raw/gone');
    }),
  );
});

describe('ADLS: a name that can be no path', () => {
  it(
    'is told of by a listing that goes on, or ends it where nobody listens',
    onEmulator(async ({ emulator, storage }) => {
      const odd = ['raw/a\\b', 'raw/folder/lone\ud800', 'raw/odd\\folder/'];
      for (const path of ['raw/0', ...odd.slice(0, 2), 'raw/odd\\folder/x', 'raw/folder/good', 'raw/z']) {
        emulator.store.put(emulator.account, path, bytes('x'));
      }
      for (const anyOrder of [false, true]) {
        const faults: StorageFault[] = [];
        const onFault = (fault: StorageFault) => faults.push(fault);
        const found = await paths(storage.list('raw/', { onFault, anyOrder }));
        assert.deepEqual(found.sort(comparePaths), ['raw/0', 'raw/folder/good', 'raw/z']);
        assert.deepEqual(
          faults.map(({ path }) => path.toWellFormed()).sort(),
          odd.map((path) => path.toWellFormed()).sort(),
        );
        assert.ok(faults.every((fault) => fault instanceof UnreadableFile && /rename it or move/.test(fault.detail)));
        await assert.rejects(paths(storage.list('raw/', { anyOrder })), UnreadableFile);
      }
      assert.deepEqual(await paths(storage.list('raw/z')), ['raw/z']);
    }),
  );
});

describe('the byte order of paths', () => {
  it('is that of their UTF-8 form', () => {
    const unit = fc.constantFrom('', 'a', 'b', '/', '.', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}');
    const path = fc.array(unit, { maxLength: 6 }).map((units) => units.join(''));
    fc.assert(
      fc.property(path, path, (a, b) => {
        assert.equal(comparePaths(a, b), Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});

describe('a raw zone elsewhere', () => {
  it('may be a folder of its own', async () => {
    const lake = routeRaw(localStorage('/nowhere/exports', { onlyZone: 'raw' }), localStorage('/nowhere/lake'));
    for (const path of ['raw/a', 'curated/a']) await assert.rejects(readAll(lake, path), FileNotFound);
  });
});
