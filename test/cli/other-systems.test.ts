import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'vitest';
import { cacheFolder } from '../../src/asking/private-folder.ts';
import { engineLocation } from '../../src/asking/sandbox.ts';
import { isWithin } from '../../src/cli/folder-files.ts';
import { targetOf } from '../../src/cli/raw-copy.ts';
import { inclusion } from '../../src/settings/index.ts';
import { parseLocation } from '../../src/storage/index.ts';

describe('paths as Windows has them', () => {
  it('name folders, and no URLs', () => {
    for (const lake of [
      'C:\\lakes\\audit',
      'c:/lakes/audit',
      'C://lakes',
      'D:',
      '\\\\server\\share\\lake',
      '\\\\?\\C:\\lake',
      '..\\lake',
    ])
      assert.deepEqual(parseLocation(lake), { kind: 'folder', folder: lake });
    assert.throws(() => parseLocation('file:///C:/lake'), /give the folder's path itself/);
  });

  it('lie within a folder or not, also on another drive', () => {
    const within = (from: string, to: string) => isWithin(path.win32.relative(from, to), path.win32);
    assert.equal(within('C:\\lake', 'C:\\lake\\raw\\x.csv'), true);
    assert.equal(within('C:\\lake', 'c:\\LAKE'), true);
    assert.equal(within('C:\\lake', 'C:\\lake2\\x.csv'), false);
    assert.equal(within('C:\\lake', 'D:\\exports\\x.csv'), false);
    assert.equal(within('C:\\lake', '\\\\server\\share\\x.csv'), false);
    assert.equal(isWithin('..rest/x.csv', path.posix), true);
    assert.equal(isWithin('../x.csv', path.posix), false);
  });

  it('become paths of the lake with slashes', () => {
    assert.equal(targetOf('acme\\eu\\', 'x.csv', '\\'), 'acme/eu/x.csv');
    assert.equal(targetOf('acme/eu/', 'x.csv', '\\'), 'acme/eu/x.csv');
    assert.equal(targetOf('', 'x.csv', '\\'), 'x.csv');
  });

  it('have slashes where DuckDB reads them', () => {
    assert.equal(engineLocation('C:\\lake', 'curated/a/x.parquet', path.win32), 'C:/lake/curated/a/x.parquet');
    assert.equal(engineLocation('\\\\server\\share', 'curated/x', path.win32), '//server/share/curated/x');
    assert.equal(engineLocation('/lake', 'curated/back\\slash', path.posix), '/lake/curated/back\\slash');
  });

  it('are not what patterns for the raw zone are about', () => {
    const given = { exclude: [], countsPrefix: 'landed/counts/' };
    assert.equal(inclusion({ ...given, include: ['a/\\*.csv'] })('a/*.csv'), true);
    assert.equal(inclusion({ ...given, include: ['a/*'] })('a/b/c'), false);
  });
});

describe('the place for what can be done without', () => {
  it('is the one of each system', () => {
    const home = homedir();
    assert.equal(cacheFolder('x', {}, 'linux'), path.join(home, '.cache/nexthink-audit-lake/x'));
    assert.equal(cacheFolder('x', {}, 'darwin'), path.join(home, 'Library/Caches/nexthink-audit-lake/x'));
    assert.equal(cacheFolder('x', { LOCALAPPDATA: '/L' }, 'win32'), path.join('/L/nexthink-audit-lake/Cache/x'));
    assert.equal(cacheFolder('x', {}, 'win32'), path.join(home, 'AppData/Local/nexthink-audit-lake/Cache/x'));
    for (const platform of ['linux', 'darwin', 'win32'])
      assert.equal(
        cacheFolder('x', { XDG_CACHE_HOME: path.resolve('/c') }, platform),
        path.resolve('/c/nexthink-audit-lake/x'),
      );
  });
});
