import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { localStorage, PreconditionFailed, readAll, type Storage, StorageFault } from '../../src/storage/index.ts';
import { guarded } from '../../src/storage/local-fault.ts';
import { bytes, paths, text } from './case.ts';
import { storageContract } from './contract.ts';

storageContract('local folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'lake-'));
  return {
    storage: localStorage(root),
    another: localStorage(root),
    fill: async (files) => {
      // Durability, which costs a disk access per file, is not what thousands of files are made for here.
      for (const file of files) {
        await mkdir(join(root, dirname(file)), { recursive: true });
        await writeFile(join(root, file), 'x');
      }
    },
    close: () => rm(root, { recursive: true }),
  };
});

const LONG_AGO = new Date('2020-01-01T00:00:00Z');

function onFolder(body: (storage: Storage, root: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const root = await mkdtemp(join(tmpdir(), 'lake-'));
    try {
      await mkdir(join(root, 'raw'));
      await body(localStorage(root), root);
    } finally {
      await rm(root, { recursive: true });
    }
  };
}

describe('local folder: identity', () => {
  it(
    'is the SHA-256 of the content, however the file came to be',
    onFolder(async (storage, root) => {
      const expected = createHash('sha256').update('content').digest('hex').slice(0, 32);
      await writeFile(join(root, 'raw/found'), 'content');
      await storage.create('raw/created', bytes('content'));
      await storage.replace('raw/replaced', bytes('content'));
      for (const path of ['raw/found', 'raw/created', 'raw/replaced']) {
        assert.equal((await storage.head(path))?.etag, expected, path);
        assert.equal((await localStorage(root).head(path))?.etag, expected, path);
      }
    }),
  );

  it(
    'follows a change in place at once, even of the same size within one tick of the clock',
    onFolder(async (storage, root) => {
      for (let round = 0; round < 30; round += 1) {
        await writeFile(join(root, 'raw/a'), `round ${String(round).padStart(3)}`);
        const etag = (await storage.head('raw/a'))?.etag ?? '';
        assert.equal(text(await readAll(storage, 'raw/a', { ifMatch: etag })), `round ${String(round).padStart(3)}`);
      }
    }),
  );

  it(
    'is not taken from memory for a file that was just touched: its time may not tell the next change',
    onFolder(async (storage, root) => {
      const touched = new Date();
      const etags = new Set<string | undefined>();
      for (const content of ['before', 'behind']) {
        await writeFile(join(root, 'raw/a'), content);
        await utimes(join(root, 'raw/a'), touched, touched);
        etags.add((await storage.head('raw/a'))?.etag);
      }
      assert.equal(etags.size, 2);
    }),
  );

  it(
    'changes with the size or the inode, though the time stays',
    onFolder(async (storage, root) => {
      const location = join(root, 'raw/a');
      const etags = new Set<string | undefined>();
      const look = async (): Promise<void> => {
        await utimes(location, LONG_AGO, LONG_AGO);
        etags.add((await storage.head('raw/a'))?.etag);
      };
      await writeFile(location, 'before');
      await look();
      await appendFile(location, '+');
      await look();
      await writeFile(join(root, 'raw/b'), 'behind+');
      await rename(join(root, 'raw/b'), location);
      await look();
      assert.equal(etags.size, 3);
    }),
  );

  it(
    'does not hash a settled file twice',
    onFolder(async (storage, root) => {
      const location = join(root, 'raw/a');
      await writeFile(location, 'before');
      await utimes(location, LONG_AGO, LONG_AGO);
      const etag = (await storage.head('raw/a'))?.etag;
      await writeFile(location, 'behind');
      await utimes(location, LONG_AGO, LONG_AGO);
      assert.equal((await storage.head('raw/a'))?.etag, etag, 'same inode, size and time: the remembered ETag');
      await utimes(location, LONG_AGO, new Date(LONG_AGO.getTime() + 1));
      assert.notEqual((await storage.head('raw/a'))?.etag, etag);
    }),
  );

  for (const [change, apply] of [
    ['grows', (location: string) => appendFile(location, 'more')],
    ['shrinks', (location: string) => truncate(location, 2_000_000)],
    ['is rewritten in place', (location: string) => writeFile(location, new Uint8Array(3_000_000).fill(9))],
  ] as const) {
    it(
      `rejects a pinned read of a file that ${change} meanwhile`,
      onFolder(async (storage, root) => {
        const location = join(root, 'raw/a');
        await writeFile(location, new Uint8Array(3_000_000));
        await utimes(location, LONG_AGO, LONG_AGO);
        const etag = (await storage.head('raw/a'))?.etag ?? '';
        await assert.rejects(async () => {
          let first = true;
          for await (const _ of storage.read('raw/a', { ifMatch: etag })) {
            if (first) await apply(location);
            first = false;
          }
        }, PreconditionFailed);
      }),
    );
  }
});

describe('local folder: times', () => {
  it(
    'keeps the time it is given to the millisecond',
    onFolder(async (storage) => {
      let made = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.date({ min: new Date(1), max: new Date('2100-01-01'), noInvalidDate: true }),
          async (modified) => {
            made += 1;
            await storage.create(`raw/${made}`, bytes('x'), { modified });
            assert.equal((await storage.head(`raw/${made}`))?.lastModified.getTime(), modified.getTime());
          },
        ),
        { numRuns: 200 },
      );
    }),
  );
});

describe('local folder: what is no plain file', () => {
  it(
    'reads through a link to a file, and writes over the link only',
    onFolder(async (storage, root) => {
      await writeFile(join(root, 'outside'), 'outside');
      await symlink(join(root, 'outside'), join(root, 'raw/link'));
      assert.equal(text(await readAll(storage, 'raw/link')), 'outside');
      assert.deepEqual(await paths(storage.list('raw/')), ['raw/link']);
      assert.equal(await storage.create('raw/link', bytes('mine')), 'exists');
      await storage.replace('raw/link', bytes('mine'));
      assert.equal(text(await readAll(storage, 'raw/link')), 'mine');
      assert.equal(await readFile(join(root, 'outside'), 'utf8'), 'outside');
    }),
  );

  it(
    'passes over broken links, linked folders and pipes',
    onFolder(async (storage, root) => {
      await symlink(join(root, 'nowhere'), join(root, 'raw/broken'));
      await symlink(root, join(root, 'raw/circle'));
      execFileSync('mkfifo', [join(root, 'raw/pipe')]);
      await storage.create('raw/file', bytes('x'));
      assert.deepEqual(await paths(storage.list('raw/')), ['raw/file']);
      for (const path of ['raw/broken', 'raw/circle', 'raw/pipe']) assert.equal(await storage.head(path), null, path);
    }),
  );

  it(
    'lists nothing rather than pass over a file whose name is no path',
    onFolder(async (storage, root) => {
      await writeFile(Buffer.concat([Buffer.from(join(root, 'raw/bad-')), Buffer.from([0xff])]), 'x');
      await assert.rejects(
        paths(storage.list('raw/')),
        (error) => error instanceof StorageFault && /UTF-8/.test(error.message),
      );
      assert.deepEqual(await paths(storage.list('raw/good')), []);
    }),
  );
});

describe('local folder: faults', () => {
  it(
    'leaves no staged file, whoever wins',
    onFolder(async (storage, root) => {
      await Promise.all(Array.from({ length: 8 }, () => storage.create('raw/a', bytes('x'))));
      await storage.replace('raw/a', bytes('y'));
      assert.deepEqual(await readdir(join(root, '.staging')), []);
    }),
  );

  it(
    'says what stands in the way, and what to do',
    onFolder(async (storage, root) => {
      await writeFile(join(root, 'raw/file'), 'x');
      await mkdir(join(root, 'raw/folder'));
      const below = (error: unknown): boolean =>
        error instanceof StorageFault && error.operation === 'create' && /raw\/file\/below.*folder/.test(error.message);
      await assert.rejects(storage.create('raw/file/below', bytes('x')), below);
      await assert.rejects(storage.create('raw/folder', bytes('x')), /a folder stands at this path/);
      await assert.rejects(storage.create(`raw/${'n'.repeat(300)}`, bytes('x')), /name is too long/);
      assert.deepEqual(await readdir(join(root, '.staging')), []);
    }),
  );

  it('names the remedy for what the file system refuses, and keeps its own error', async () => {
    for (const [code, remedy, transient] of [
      ['ENOSPC', 'the disk is full', false],
      ['EACCES', 'denies access', false],
      ['EROFS', 'read-only', false],
      ['EXDEV', 'another file system', false],
      ['EIO', 'check its health', false],
      ['EMFILE', 'too many files are open', true],
      ['EBUSY', 'out of the ordinary', true],
      ['ESTRANGE', 'out of the ordinary', false],
    ] as const) {
      const cause = Object.assign(new Error('out of the ordinary'), { code });
      await assert.rejects(
        guarded('create', 'raw/a', () => Promise.reject(cause)),
        (error) =>
          error instanceof StorageFault &&
          error.message.startsWith('Cannot create "raw/a": ') &&
          error.message.includes(remedy) &&
          error.message.endsWith(`(${code})`) &&
          error.transient === transient &&
          error.cause === cause,
      );
    }
  });

  it('passes an error that is none of the file system on unchanged', async () => {
    const bug = new TypeError('a bug');
    await assert.rejects(
      guarded('create', 'raw/a', () => Promise.reject(bug)),
      (error) => error === bug,
    );
  });
});

describe('local folder: writes that were cut off', () => {
  it(
    'are cleared away once they are old enough, whatever time their content brought along',
    onFolder(async (storage, root) => {
      assert.equal(await storage.removeAbandoned(new Date()), 0);
      await storage.create('raw/a', bytes('one'));
      await writeFile(join(root, '.staging/cut-off'), 'half a');
      await utimes(join(root, '.staging/cut-off'), LONG_AGO, LONG_AGO);
      await mkdir(join(root, '.staging/not-ours'));
      assert.equal(await storage.removeAbandoned(new Date(Date.now() - 60_000)), 0);
      assert.deepEqual((await readdir(join(root, '.staging'))).sort(), ['cut-off', 'not-ours']);
      assert.equal(await storage.removeAbandoned(new Date(Date.now() + 60_000)), 1);
      assert.deepEqual(await readdir(join(root, '.staging')), ['not-ours']);
      assert.equal(text(await readAll(storage, 'raw/a')), 'one');
    }),
  );
});

describe('local folder: one zone alone', () => {
  it(
    'has the paths of its zone, and hides its staging folder',
    onFolder(async (_, root) => {
      const zone = localStorage(root, { onlyZone: 'raw' });
      for (const path of ['raw/a', 'raw/b/c', 'raw/d']) assert.equal(await zone.create(path, bytes(path)), 'created');
      assert.equal(await readFile(join(root, 'b/c'), 'utf8'), 'raw/b/c');
      await writeFile(join(root, '.staging/left-behind'), 'x');
      assert.equal((await zone.head('raw/a'))?.path, 'raw/a');
      assert.equal(text(await readAll(zone, 'raw/b/c')), 'raw/b/c');
      assert.deepEqual(await paths(zone.list('raw/')), ['raw/a', 'raw/b/c', 'raw/d']);
      assert.deepEqual(await paths(zone.list('raw/b')), ['raw/b/c']);
      assert.deepEqual(await paths(zone.list('raw/', { after: 'raw/a' })), ['raw/b/c', 'raw/d']);
      assert.deepEqual(await paths(zone.list('raw/', { after: 'quarantine/z' })), ['raw/a', 'raw/b/c', 'raw/d']);
      assert.deepEqual(await paths(zone.list('raw/', { after: 'raw2' })), []);
    }),
  );
});
