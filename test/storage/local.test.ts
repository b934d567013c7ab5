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
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  FileNotFound,
  localStorage,
  PreconditionFailed,
  readAll,
  type Storage,
  StorageFault,
  UnreadableFile,
} from '../../src/storage/index.ts';
import { withLocalFaults } from '../../src/storage/local-fault.ts';
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

/** Windows has no pipes among files, and no modes; who may make links there is an administrator. */
const onPosix = describe.skipIf(process.platform === 'win32');

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

onPosix('local folder: what is no plain file', () => {
  it(
    'is not there, and a listing tells of it, or throws where nobody listens',
    onFolder(async (storage, root) => {
      const lake = join(root, 'raw');
      await writeFile(join(root, 'outside'), 'outside');
      await mkdir(join(root, 'elsewhere'));
      await writeFile(join(root, 'elsewhere/x'), 'outside');
      await symlink(join(root, 'outside'), join(lake, 'link'));
      await symlink('good', join(lake, 'link-within'));
      await symlink(join(root, 'nowhere'), join(lake, 'broken'));
      await symlink('loop', join(lake, 'loop'));
      await symlink(root, join(lake, 'circle'));
      await symlink(join(root, 'elsewhere'), join(lake, 'folder'));
      execFileSync('mkfifo', [join(lake, 'pipe')]);
      await writeFile(join(lake, 'a\\b'), 'x');
      await writeFile(Buffer.concat([Buffer.from(join(lake, 'bad-')), Buffer.from([0xff])]), 'x');
      await storage.create('raw/good', bytes('x'));
      const faults: StorageFault[] = [];
      assert.deepEqual(await paths(storage.list('raw/', { onFault: (fault) => faults.push(fault) })), ['raw/good']);
      const names = ['link', 'link-within', 'broken', 'loop', 'circle', 'folder', 'pipe', 'a\\b', 'bad-\ufffd'];
      assert.deepEqual(faults.map(({ path }) => path).sort(), names.map((name) => `raw/${name}`).sort());
      assert.ok(faults.every((fault) => fault instanceof UnreadableFile && fault.detail.length > 8));
      await assert.rejects(paths(storage.list('raw/')), UnreadableFile);
      assert.deepEqual(await paths(storage.list('raw/good')), ['raw/good']);
      for (const name of [...names.slice(0, 7), 'folder/x', 'circle/outside', 'loop/x']) {
        assert.equal(await storage.head(`raw/${name}`), null, name);
        await assert.rejects(readAll(storage, `raw/${name}`), FileNotFound, name);
      }
    }),
  );

  it(
    'is never written through, nor taken for a file that is there',
    onFolder(async (storage, root) => {
      await writeFile(join(root, 'outside'), 'outside');
      await mkdir(join(root, 'elsewhere'));
      await writeFile(join(root, 'elsewhere/x'), 'outside');
      await symlink(join(root, 'outside'), join(root, 'raw/link'));
      await symlink(join(root, 'nowhere'), join(root, 'raw/broken'));
      await symlink(join(root, 'elsewhere'), join(root, 'raw/folder'));
      for (const path of ['raw/link', 'raw/broken', 'raw/folder', 'raw/folder/y', 'raw/folder/below/y']) {
        await assert.rejects(storage.create(path, bytes('mine')), StorageFault, path);
      }
      await assert.rejects(storage.replace('raw/folder/x', bytes('mine')), /is a link, and none is followed/);
      await assert.rejects(storage.delete('raw/folder/x'), /is a link, and none is followed/);
      await storage.replace('raw/link', bytes('mine'));
      assert.equal(text(await readAll(storage, 'raw/link')), 'mine');
      assert.equal(await readFile(join(root, 'outside'), 'utf8'), 'outside');
      assert.deepEqual(await readdir(join(root, 'elsewhere')), ['x']);
      assert.deepEqual(await readdir(join(root, '.staging')), []);
    }),
  );

  it('may be a link where the lake itself is, and nowhere below, a zone included', async () => {
    const root = await mkdtemp(join(tmpdir(), 'lake-'));
    try {
      await mkdir(join(root, 'real'));
      await symlink(join(root, 'real'), join(root, 'lake'));
      const storage = localStorage(join(root, 'lake'));
      await storage.create('raw/a', bytes('x'));
      await rename(join(root, 'real/raw'), join(root, 'landing'));
      await symlink(join(root, 'landing'), join(root, 'real/raw'));
      const fresh = localStorage(join(root, 'lake'));
      await assert.rejects(paths(fresh.list('raw/')), /"raw" is a link.*AUDIT_LAKE_RAW \(--raw\)/);
      assert.equal(await fresh.head('raw/a'), null);
      await symlink(join(root, 'landing'), join(root, 'link-to-landing'));
      const zone = localStorage(join(root, 'link-to-landing'), { onlyZone: 'raw' });
      assert.deepEqual(await paths(zone.list('raw/')), ['raw/a']);
      assert.equal((await zone.head('raw/a'))?.size, 1);
      assert.equal(await zone.create('raw/b', bytes('x')), 'created');
    } finally {
      await rm(root, { recursive: true });
    }
  });

  it(
    'does not lead staging out of the lake, neither to write nor to clear',
    onFolder(async (storage, root) => {
      await mkdir(join(root, 'victim'));
      await writeFile(join(root, 'victim/payroll.db'), 'x');
      await symlink(join(root, 'victim'), join(root, '.staging'));
      assert.equal(await storage.removeAbandoned(new Date(Date.now() + 3_600_000)), 0);
      await assert.rejects(storage.create('raw/a', bytes('x')), /"\.staging" is a link/);
      assert.deepEqual(await readdir(join(root, 'victim')), ['payroll.db']);
    }),
  );
});

onPosix('local folder: access', () => {
  it(
    'is for this user alone, unless it is left to the umask',
    onFolder(async (_, root) => {
      const before = process.umask(0o022);
      try {
        await localStorage(join(root, 'closed')).create('raw/a/b', bytes('x'));
        await localStorage(join(root, 'open'), { access: 'umask' }).create('raw/a/b', bytes('x'));
        const modesIn = async (lake: string) =>
          await Promise.all(
            ['', 'raw', 'raw/a', 'raw/a/b', '.staging'].map(async (path) =>
              ((await stat(join(root, lake, path))).mode & 0o777).toString(8),
            ),
          );
        assert.deepEqual(await modesIn('closed'), ['700', '700', '700', '600', '700']);
        assert.deepEqual(await modesIn('open'), ['755', '755', '755', '644', '755']);
      } finally {
        process.umask(before);
      }
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
      const tooLong = storage.create(`raw/${'n'.repeat(300)}`, bytes('x'));
      await assert.rejects(tooLong, process.platform === 'win32' ? StorageFault : /name is too long/);
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
        withLocalFaults('create', 'raw/a', () => Promise.reject(cause)),
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
      withLocalFaults('create', 'raw/a', () => Promise.reject(bug)),
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
