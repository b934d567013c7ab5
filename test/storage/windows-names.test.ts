import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { unlessHeldOpen } from '../../src/storage/held-open.ts';
import { InvalidPath } from '../../src/storage/index.ts';
import { checkLocalNames, windowsNameFault } from '../../src/storage/windows-names.ts';

describe('names on Windows', () => {
  it('are refused where Windows would make another file of them', () => {
    const others = [
      'a:b.csv',
      'a?.csv',
      'a*',
      'a|b',
      'a"b',
      '<a',
      'a>',
      'a\u0001',
      'a.',
      'a ',
      'NUL',
      'con',
      'aux.csv',
      'COM1.csv.gz',
      'lpt²',
    ];
    for (const name of others) assert.notEqual(windowsNameFault(name), null, name);
    const fine = [
      'a.csv',
      'Büro 3.csv',
      'event_date=2026-03-01',
      '.staging',
      'console.csv',
      'com.csv',
      'COM10',
      'null',
      'a,b;c',
      '_delta_log',
    ];
    for (const name of fine) assert.equal(windowsNameFault(name), null, name);
  });

  it('are looked at in every part of a path, and only there', () => {
    assert.throws(() => checkLocalNames('create', 'raw/2026-03-01T10:00/x.csv', 'win32'), InvalidPath);
    assert.throws(() => checkLocalNames('create', 'raw/nul', 'win32'), /raw\/nul.*device/);
    checkLocalNames('create', 'raw/2026-03-01T10:00/nul', 'linux');
    checkLocalNames('create', 'raw/2026-03-01T10:00/nul', 'darwin');
  });
});

describe('a file that another program has open', () => {
  const failing = (times: number, code: string) => async () => {
    if (times-- > 0) throw Object.assign(new Error(code), { code });
    return 'done';
  };
  const waited: number[] = [];
  const windows = { platform: 'win32', wait: async (ms: number) => void waited.push(ms) };

  it('is tried again on Windows, longer each time', async () => {
    assert.equal(await unlessHeldOpen(failing(3, 'EPERM'), windows), 'done');
    assert.deepEqual(waited, [10, 20, 40]);
  });

  it('is given up at last, and at once elsewhere or for another error', async () => {
    await assert.rejects(unlessHeldOpen(failing(100, 'EBUSY'), windows), { code: 'EBUSY' });
    await assert.rejects(unlessHeldOpen(failing(1, 'ENOSPC'), windows), { code: 'ENOSPC' });
    await assert.rejects(unlessHeldOpen(failing(1, 'EPERM'), { ...windows, platform: 'linux' }), { code: 'EPERM' });
  });
});
