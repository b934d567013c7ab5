import assert from 'node:assert/strict';
import { test } from 'vitest';
import { timeAdvice } from '../../src/source/time-advice.ts';

test('times that only a setting can tell how to read are known for what they are', () => {
  const given: [texts: string[], formats: string[] | undefined][] = [
    [['46082.00300586', '46086.5037037'], ['excel']],
    [['46082'], ['excel']],
    [['3/1/26 0:04'], ['M/d/yy H:mm', 'd/M/yy H:mm']],
    [['3/13/26 0:04', '3/1/26 1:04'], ['M/d/yy H:mm']],
    [['01.03.26 00:04:19'], ['M.d.yy H:mm:ss', 'd.M.yy H:mm:ss', 'yy.M.d H:mm:ss']],
    [['26-03-01 10:00:00'], ['d-M-yy H:mm:ss', 'yy-M-d H:mm:ss']],
    [['26/03/13 10:00'], ['d/M/yy H:mm', 'yy/M/d H:mm']],
    [['26/03/13 10:00', '26/03/32 10:00'], ['d/M/yy H:mm']],
    [
      ['01-MAR-26 12.04.19.707000 AM', '13-MAR-26 01.04.19.707000 PM'],
      ['dd-MMM-yy h.mm.ss.f a', 'yy-MMM-d h.mm.ss.f a'],
    ],
    [['Sunday, 01-Mar-26 00:04:19 GMT'], ['EEE, dd-MMM-yy HH:mm:ss XXX']],
    [['01.03.2026, 00:04:19 Uhr', '13.03.2026, 00:04:19 Uhr'], ["dd.MM.yyyy, HH:mm:ss 'Uhr'"]],
    [['01/03/2026 à 00:04:19'], ["MM/dd/yyyy 'à' HH:mm:ss", "dd/MM/yyyy 'à' HH:mm:ss"]],
    [['2026-03-01 kl. 00:04:19'], ["yyyy-MM-dd 'kl'. HH:mm:ss"]],
    [['2026-13-03 kl. 00:04:19'], ["yyyy-dd-MM 'kl'. HH:mm:ss"]],
    [['2026年3月1日 0時4分19秒'], ['yyyy年M月d日 H時m分s秒']],
    [['20260301000419707'], ['yyyyMMddHHmmssSSS']],
    [['2026-03-01_00:04:19'], ['yyyy-MM-dd_HH:mm:ss']],
    [['2026-03-01 00:04:19:707'], ['yyyy-MM-dd HH:mm:ss:SSS']],
    [["'2026-03-01 00:04:19"], ["''yyyy-MM-dd HH:mm:ss"]],
    [['2026-03-01T10:00:00Z'], ['auto']],
    [['2026-W09-7T00:04:19Z'], []],
    [['2026-060T00:04:19Z'], []],
    [['639079202597070000'], []],
    [['/Date(1772323459707)/'], []],
    [['2026-02-28T19:04:19.707−05:00'], []],
    [['2026-02-30 10:00:00'], []],
    [
      ['13.03.26 00:04:19', '13.03.26 00:04'],
      ['d.M.yy[,] H:mm[:ss[.f]][XXX]', 'yy.M.d[,] H:mm[:ss[.f]][XXX]'],
    ],
    [['46082.5', 'n/a'], []],
    [['n/a'], undefined],
    [['3/1/2026'], []],
    [[''], undefined],
    [[], undefined],
  ];
  for (const [texts, formats] of given) assert.deepEqual(timeAdvice(texts)?.formats, formats, texts.join());
});

test('where times name their zone by a short name, a format reads them only with the zone set beside it', () => {
  const advice = timeAdvice(['Sun Mar 01 01:04:19 CET 2026', 'Fri Mar 13 01:04:19 CET 2026']);
  assert.deepEqual(advice?.formats, []);
  assert.deepEqual(advice?.zoned, { format: "EEE MMM dd HH:mm:ss 'CET' yyyy", name: 'CET' });
});
