import assert from 'node:assert/strict';
import { describe } from 'vitest';
import { comparePaths, type ListOptions, type Storage } from '../../src/storage/index.ts';
import { bytes, type Case, collect, paths } from './case.ts';

/** Prefix, order, `after`, many files. */
export function listingContract(name: string, check: Case): void {
  describe(`${name}: listing`, () => {
    check('is empty where nothing is', async ({ storage }) => {
      assert.deepEqual(await paths(storage.list('raw/')), []);
      assert.deepEqual(await paths(storage.list('raw/none/such')), []);
    });

    check('goes by prefix, not by folder, in byte order of the whole path', async ({ storage }) => {
      const made = ['a!', 'a-b', 'a.b', 'a/1', 'a/b/2', 'a0', 'aa', 'b', 'ä', 'Z', 'a/\u{ffff}', 'a/\u{10000}'];
      for (const path of made) await storage.create(`raw/${path}`, bytes(path));
      await storage.create('raw2/a', bytes('x'));
      const sorted = made.map((path) => `raw/${path}`).sort(comparePaths);
      assert.deepEqual(await paths(storage.list('raw/')), sorted);
      for (const prefix of ['raw/a', 'raw/a/', 'raw/a/b', 'raw/a.', 'raw/zz', 'raw/a/b/2']) {
        const expected = sorted.filter((path) => path.startsWith(prefix));
        assert.deepEqual(await paths(storage.list(prefix)), expected, prefix);
        assert.deepEqual(await unordered(storage, prefix), expected, `${prefix} in any order`);
        for (const after of [...sorted, 'raw/a/', 'raw/a/b', 'q', 'zzz', '']) {
          const rest = expected.filter((path) => comparePaths(path, after) > 0);
          assert.deepEqual(await paths(storage.list(prefix, { after })), rest, `${prefix} after ${after}`);
          assert.deepEqual(await unordered(storage, prefix, { after }), rest, `${prefix} after ${after} in any order`);
        }
      }
    });

    check('lists nothing of folders that it is not to go into', async ({ storage }) => {
      for (const path of ['a/1/x', 'a/2/b/y', 'a/2/z', 'a/3', 'c/1']) await storage.create(`raw/${path}`, bytes(path));
      const asked: string[] = [];
      const enter = (path: string): boolean => {
        asked.push(path);
        return !path.endsWith('/1/') && path !== 'raw/c/';
      };
      assert.deepEqual(await paths(storage.list('raw/', { enter })), ['raw/a/2/b/y', 'raw/a/2/z', 'raw/a/3']);
      assert.deepEqual([...new Set(asked)].sort(), ['raw/a/', 'raw/a/1/', 'raw/a/2/', 'raw/a/2/b/', 'raw/c/']);
      assert.deepEqual(await paths(storage.list('raw/a/2/', { enter: () => false })), ['raw/a/2/z']);
      asked.length = 0;
      assert.deepEqual(await unordered(storage, 'raw/', { enter }), ['raw/a/2/b/y', 'raw/a/2/z', 'raw/a/3']);
      assert.deepEqual([...new Set(asked)].sort(), ['raw/a/', 'raw/a/1/', 'raw/a/2/', 'raw/a/2/b/', 'raw/c/']);
      assert.deepEqual(await unordered(storage, 'raw/a/2/', { enter: () => false }), ['raw/a/2/z']);
    });

    check('tells of the folders that it passes through, in any order as in byte order', async ({ storage }) => {
      for (const path of ['a/1/x', 'a/2/b/y', 'c']) await storage.create(`raw/${path}`, bytes(path));
      const folders = async (options: ListOptions): Promise<string[]> => {
        const passed: string[] = [];
        await collect(storage.list('raw/', { ...options, onFolder: (path) => passed.push(path) }));
        return passed.sort();
      };
      const enter = (path: string): boolean => path !== 'raw/a/2/';
      for (const options of [{}, { enter }])
        assert.deepEqual(await folders({ ...options, anyOrder: true }), await folders(options));
    });

    check('agrees with head on size and time, and on the ETag where it has one', async ({ storage }) => {
      await storage.create('raw/a/b', bytes('12345'));
      const listed = await collect(storage.list('raw/'));
      const info = await storage.head('raw/a/b');
      const { etag, ...rest } = listed[0] ?? {};
      assert.deepEqual([listed.length, rest], [1, { path: 'raw/a/b', size: 5, lastModified: info?.lastModified }]);
      if (etag !== undefined) assert.equal(etag, info?.etag);
    });

    check('shows more than five thousand files, each once', async ({ storage, fill }) => {
      const expected = Array.from(
        { length: 5_100 },
        (_, index) => `raw/${index % 3}/${String(index).padStart(5, '0')}`,
      );
      await fill(expected);
      expected.sort(comparePaths);
      assert.deepEqual(await paths(storage.list('raw/')), expected);
      assert.deepEqual(await unordered(storage, 'raw/'), expected);
      const after = expected[5_050] ?? '';
      assert.deepEqual(await paths(storage.list('raw/', { after })), expected.slice(5_051));
    });

    check('lives with files that come and go while it runs', async ({ storage, another }) => {
      const stay = Array.from({ length: 40 }, (_, index) => `raw/stay/${index}`);
      const go = Array.from({ length: 40 }, (_, index) => `raw/go/${index}`);
      for (const path of [...stay, ...go]) await storage.create(path, bytes('x'));
      const seen: string[] = [];
      for await (const { path } of storage.list('raw/')) {
        seen.push(path);
        for (const gone of go.splice(0, 10)) await another.delete(gone);
      }
      assert.deepEqual(
        seen.filter((path) => path.startsWith('raw/stay/')),
        stay.sort(comparePaths),
      );
    });
  });
}

/** The paths of a listing in any order, put in order. */
async function unordered(storage: Storage, prefix: string, options: ListOptions = {}): Promise<string[]> {
  return (await paths(storage.list(prefix, { ...options, anyOrder: true }))).sort(comparePaths);
}
