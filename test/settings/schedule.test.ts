import assert from 'node:assert/strict';
import { test } from 'vitest';
import { checkSchedule } from '../../src/settings/schedule.ts';

test('a schedule has six fields of numbers, ranges, lists, steps and names', () => {
  for (const good of ['0 */15 * * * *', '0 30 2 * * *', '0 0 9-17 * * mon-fri', '0,30 5/10 0 1 jan,Jul Sunday']) {
    assert.equal(checkSchedule(` ${good} `), good);
  }
});

test('what is none is refused, and the field is named', () => {
  for (const [bad, reason] of [
    ['*/15 * * * *', /5 fields/],
    ['0 60 * * * *', /"60" is no minute/],
    ['0 0 24 * * *', /hour/],
    ['0 0 0 0 * *', /"0" is no day/],
    ['0 0 0 * 13 *', /month/],
    ['0 0 0 * * 7', /day of the week/],
    ['0 30-10 * * * *', /"30-10" is no minute/],
    ['0 */0 * * * *', /minute/],
    ['0 1-2-3 * * * *', /minute/],
    ['0 x * * * *', /minute/],
    ['0 , * * * *', /minute/],
    ['00:15:00', /1 fields/],
  ] as const) {
    assert.throws(() => checkSchedule(bad), { name: 'SyntaxError', message: reason }, bad);
  }
});
