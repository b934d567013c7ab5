import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type DateReading, linesAsked } from 'nexthink-emulator';
import { describe, it } from 'vitest';
import type { PullWindow } from '../../src/landing/index.ts';
import { logRange } from '../../src/landing/log-range.ts';
import { HOUR, NOON } from './classic-case.ts';

const ZONES = [
  'UTC',
  'Europe/Zurich',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Antarctica/Troll',
  'Pacific/Apia',
];
const MINUTE = 60_000;

const reading: fc.Arbitrary<DateReading> = fc.record({
  zone: fc.constantFrom(...ZONES),
  twice: fc.constantFrom('earlier' as const, 'later' as const),
  onTheClock: fc.boolean(),
});

/** Instants around which clocks of some of the zones change. */
const CHANGES = [
  ...['2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z', '2026-03-08T07:00:00Z', '2026-11-01T06:00:00Z'],
  ...['2026-04-04T15:00:00Z', '2026-10-03T15:30:00Z', '2011-12-30T10:00:00Z', '2026-03-02T12:00:00Z'],
].map((text) => Date.parse(text));

const window: fc.Arbitrary<PullWindow> = fc
  .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -240, max: 240 }), fc.integer({ min: 1, max: 40 * 60 }))
  .map(([change, minutes, length]) => {
    const to = change + minutes * MINUTE;
    return { from: to - length * MINUTE, to, isNewest: false, wasAhead: false };
  });

/** Whether the answer has all of the window. */
function covers({ from, to }: PullWindow, range: ReturnType<typeof logRange>, how: DateReading, now: number): boolean {
  const times = [from, from + 1, from + MINUTE, (from + to) / 2, to - 1].filter((time) => time >= from && time < to);
  const asked = new URLSearchParams({
    ...(range.beforeDate !== null && { before_date: range.beforeDate }),
    elapsed_hours: String(range.elapsedHours),
  });
  const lines = times.map((time) => ({ time, text: '' }));
  return linesAsked(lines, asked, how, now).length === lines.length;
}

describe('what is asked for a window', () => {
  it('is counted from now where the window ends now, in whole hours', () => {
    const newest = { from: NOON - 90 * MINUTE, to: NOON, isNewest: true, wasAhead: false };
    assert.deepEqual(logRange(newest, 'Europe/Zurich', NOON), { beforeDate: null, elapsedHours: 2 });
    assert.deepEqual(logRange(newest, 'Europe/Zurich', NOON + HOUR), { beforeDate: null, elapsedHours: 3 });
    // The service asks its clock a moment later.
    const whole = { ...newest, from: NOON - 2 * HOUR };
    assert.deepEqual(logRange(whole, 'Europe/Zurich', NOON), { beforeDate: null, elapsedHours: 3 });
  });

  it('is a date of the zone where it ends earlier', () => {
    const past = { from: NOON - 24 * HOUR, to: NOON, isNewest: false, wasAhead: false };
    assert.deepEqual(logRange(past, 'Europe/Zurich', NOON), { beforeDate: '2026-03-02T13:00:00', elapsedHours: 24 });
  });

  it('is more, and never less, where the clock is set back or forward', () => {
    const to = Date.parse('2026-10-25T00:30:00Z');
    const twice = { from: to - 2 * HOUR, to, isNewest: false, wasAhead: false };
    // 02:30 may be an hour later.
    assert.deepEqual(logRange(twice, 'Europe/Zurich', NOON), { beforeDate: '2026-10-25T02:30:00', elapsedHours: 3 });
  });

  it('gives the whole window where it ends now, a moment later, by any clock', () => {
    fc.assert(
      fc.property(window, reading, fc.boolean(), fc.integer({ min: 0, max: 30_000 }), (past, how, isKnown, later) => {
        // A day that Samoa left out is more than is asked for where nobody says that it is meant.
        fc.pre(isKnown || how.zone !== 'Pacific/Apia');
        const newest = { ...past, isNewest: true };
        const range = logRange(newest, isKnown ? how.zone : null, past.to);
        assert.ok(covers(newest, range, how, past.to + later));
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the whole window, however the service reads dates and counts hours', () => {
    fc.assert(
      fc.property(window, reading, (asked, how) => {
        assert.ok(covers(asked, logRange(asked, how.zone, asked.to + HOUR), how, asked.to + 1000 * HOUR));
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the whole window where the zone is not known, whichever it is', () => {
    fc.assert(
      fc.property(window, reading, (asked, how) => {
        assert.ok(covers(asked, logRange(asked, null, asked.to + HOUR), how, asked.to + 1000 * HOUR));
      }),
      { numRuns: 1000 },
    );
  });
});
