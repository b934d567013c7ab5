import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { logPath } from '../../src/table/log-path.ts';

describe('the path of a data file in the log', () => {
  for (const raw of [
    'part-0.parquet',
    'event_date=2026-01-02/part-00000-9f2c-c000.snappy.parquet',
    "a/b!$&'()+,;=:@~/c",
    'ab/.hidden',
    'ab/...',
    'zoë/ü漢',
  ]) {
    it(`is ${raw} as it stands`, () => assert.deepEqual(logPath(raw), { path: raw }));
  }

  for (const [raw, path] of [
    ['d=a%20b/p.parquet', 'd=a b/p.parquet'],
    ['d=a%253Ab/p.parquet', 'd=a%3Ab/p.parquet'],
    ['d=%25/p%23.parquet', 'd=%/p#.parquet'],
    ['event_date%3D2026-01-02/p%7E1.parquet', 'event_date=2026-01-02/p~1.parquet'],
    ['zo%C3%AB/%F0%9F%98%80', 'zoë/😀'],
  ] as const) {
    it(`is ${path}, spelled ${raw}`, () => assert.deepEqual(logPath(raw), { path, rawPath: raw }));
  }

  for (const [raw, expected] of [
    ['', /segments that are names/],
    ['./p.parquet', /segments that are names/],
    ['../p.parquet', /segments that are names/],
    ['a/../p.parquet', /segments that are names/],
    ['a/./p.parquet', /segments that are names/],
    ['a//p.parquet', /segments that are names/],
    ['a/', /segments that are names/],
    ['%2e%2e/p.parquet', /as they are/],
    ['/tmp/p.parquet', /below the table/],
    ['//host/p.parquet', /below the table/],
    ['file:///tmp/p.parquet', /below the table/],
    ['abfss://c@a.dfs.core.windows.net/p.parquet', /below the table/],
    ['c:p.parquet', /below the table/],
    ['a%2Fp.parquet', /no "\/" within a name/],
    ['a\\p.parquet', /percent-encoded URI/],
    ['a%5Cp.parquet', /pattern/],
    ['a b.parquet', /percent-encoded URI/],
    [' p.parquet', /percent-encoded URI/],
    ['p.parquet#x', /percent-encoded URI/],
    ['p.parquet?x', /percent-encoded URI/],
    ['p%3F.parquet', /pattern/],
    ['*.parquet', /pattern/],
    ['p%2A.parquet', /pattern/],
    ['p[0].parquet', /percent-encoded URI/],
    ['p%5B0%5D.parquet', /pattern/],
    ['p%7B0,1%7D.parquet', /pattern/],
    ['p%.parquet', /percent-encoded URI/],
    ['p%zz.parquet', /percent-encoded URI/],
    ['p%FF.parquet', /UTF-8/],
    ['p%C0%AE.parquet', /UTF-8/],
    ['p%61rt.parquet', /as they are/],
    ['p%00.parquet', /control/],
    ['p%0A.parquet', /control/],
    ['p\n.parquet', /percent-encoded URI/],
    ['p\u0085.parquet', /percent-encoded URI/],
    ['p\ud800.parquet', /percent-encoded URI/],
  ] as const) {
    it(`is not ${JSON.stringify(raw)}`, () => assert.throws(() => logPath(raw), expected));
  }
});
