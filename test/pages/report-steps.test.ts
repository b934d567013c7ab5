import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, it } from 'vitest';
import { stepOf, stepsOf } from '../../src/pages/report-activity.ts';

const day = fc.integer({ min: 0, max: 40_000 }).map((days) => Temporal.PlainDate.from('1970-01-01').add({ days }));

describe('the bars of a period', () => {
  it('cover each of its days once, in order, and are few enough to be told apart', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 4_000 }), (first, days) => {
        const last = first.add({ days });
        const step = stepOf([first, last]);
        const steps = stepsOf([first, last], step);
        const begins = steps.map((date) => date.toString());
        assert.deepEqual(begins, [...begins].sort());
        assert.ok(Temporal.PlainDate.compare(steps[0]!, first) <= 0);
        const after = steps.at(-1)!.add({ [`${step}s`]: 1 });
        assert.ok(Temporal.PlainDate.compare(steps.at(-1)!, last) <= 0 && Temporal.PlainDate.compare(last, after) < 0);
        assert.ok(steps.length <= 192, String(steps.length));
        if (step === 'week') for (const each of steps) assert.equal(each.dayOfWeek, 1);
        if (step === 'month') for (const each of steps) assert.equal(each.day, 1);
      }),
    );
  });

  it('are days for half a year, weeks for years, and months beyond', () => {
    const from = Temporal.PlainDate.from('2026-01-01');
    const steps = [1, 190, 191, 1330, 1331].map((days) => stepOf([from, from.add({ days: days - 1 })]));
    assert.deepEqual(steps, ['day', 'day', 'week', 'week', 'month']);
  });
});
