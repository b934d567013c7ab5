import assert from 'node:assert/strict';
import { test } from 'vitest';
import { timeAdvice } from '../../src/source/time-advice.ts';

test('times that only a setting can tell how to read are known for what they are', () => {
  const given: [texts: string[], formats: string[] | undefined][] = [
    [['46082.00300586', '46086.5037037'], ['excel']],
    [['46082'], ['excel']],
    [['3/1/26 0:04'], ['M/d/yy H:mm', 'd/M/yy H:mm']],
    [['3/13/26 0:04', '3/1/26 1:04'], ['M/d/yy H:mm']],
    [['01.03.26 00:04:19'], ['M.d.yy H:mm:ss', 'd.M.yy H:mm:ss']],
    [['13.03.26 00:04:19', '13.03.26 00:04'], ['d.M.yy[,] H:mm[:ss[.f]][XXX]']],
    [['46082.5', 'n/a'], undefined],
    [['n/a'], undefined],
    [['3/1/2026'], undefined],
    [[''], undefined],
    [[], undefined],
  ];
  for (const [texts, formats] of given) assert.deepEqual(timeAdvice(texts)?.formats, formats, texts.join());
});
