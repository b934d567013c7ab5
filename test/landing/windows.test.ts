import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  afterWindow,
  furthest,
  nextWindow,
  type Position,
  type PullWindow,
  type WindowRules,
} from '../../src/landing/index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.parse('2026-03-02T12:00:00Z');

const rules: WindowRules = { longest: 24 * HOUR, shortest: MINUTE, step: 1000, overlap: HOUR, start: null };

function pulled(from: number, to: number): PullWindow {
  return { from, to, isNewest: false, wasAhead: false };
}

describe('the window to pull next', () => {
  it('begins with the start, or the longest window before now, and reaches now', () => {
    const newest = { isNewest: true, wasAhead: false };
    assert.deepEqual(nextWindow(null, rules, NOON), { from: NOON - 24 * HOUR, to: NOON, ...newest });
    assert.deepEqual(nextWindow(null, { ...rules, start: NOON - HOUR }, NOON), {
      from: NOON - HOUR,
      to: NOON,
      ...newest,
    });
  });

  it('is one window to now, also where now is between two steps', () => {
    const window = nextWindow(null, rules, NOON + 123);
    assert.deepEqual(window, { from: NOON + 1000 - 24 * HOUR, to: NOON + 1000, isNewest: true, wasAhead: false });
  });

  it('is no longer than the longest, and none where nothing has happened yet', () => {
    const start = NOON - 72 * HOUR;
    assert.deepEqual(nextWindow(null, { ...rules, start }, NOON), pulled(start, start + 24 * HOUR));
    assert.equal(nextWindow(null, { ...rules, start: NOON + HOUR }, NOON), null);
  });

  it('reaches back by the overlap into the one before it', () => {
    const position = afterWindow(null, rules, nextWindow(null, rules, NOON)!, { asOf: NOON, isTruncated: false });
    assert.deepEqual(position, { settled: NOON - HOUR, reached: NOON, isMidway: false });
    const next = nextWindow(position, rules, NOON + HOUR);
    assert.deepEqual(next, { from: NOON - HOUR, to: NOON + HOUR, isNewest: true, wasAhead: false });
  });

  it('is halved where one was truncated, and grows again', () => {
    const start = NOON - 96 * HOUR;
    const from = { ...rules, start };
    const first = nextWindow(null, from, NOON)!;
    const halved = afterWindow(null, from, first, { asOf: NOON, isTruncated: true });
    assert.deepEqual(halved, { settled: start, reached: start, isMidway: false, length: 12 * HOUR });
    const second = nextWindow(halved, from, NOON)!;
    assert.deepEqual(second, pulled(start, start + 12 * HOUR));
    const grown = afterWindow(halved, from, second, { asOf: NOON, isTruncated: false });
    assert.deepEqual(grown, { settled: second.to, reached: second.to, isMidway: true, length: 15 * HOUR });
  });

  it('goes on behind a truncated window that cannot be halved', () => {
    const window = pulled(NOON - HOUR, NOON - HOUR + MINUTE);
    const after = afterWindow({ settled: window.from, reached: window.from, isMidway: true }, rules, window, {
      asOf: NOON + HOUR,
      isTruncated: true,
    });
    assert.deepEqual(after, { settled: window.to, reached: window.to, isMidway: true, length: MINUTE });
  });

  it('goes back by one window more where the position is ahead of the clock', () => {
    const window = nextWindow({ settled: NOON + 4 * HOUR, reached: NOON + 5 * HOUR, isMidway: false }, rules, NOON)!;
    assert.deepEqual(window, { from: NOON - 25 * HOUR, to: NOON - HOUR, isNewest: false, wasAhead: true });
  });

  it('is not settled further than the clock of the source says', () => {
    const window = pulled(NOON - 3 * HOUR, NOON);
    const after = afterWindow(null, rules, window, { asOf: NOON - 2 * HOUR, isTruncated: false });
    assert.deepEqual(after, { settled: NOON - 3 * HOUR, reached: NOON - 2 * HOUR, isMidway: true });
    const longAgo = afterWindow(null, rules, window, { asOf: 0, isTruncated: false });
    assert.deepEqual(longAgo, { settled: window.from, reached: window.from, isMidway: true });
  });
});

/** A source whose records come late by up to the overlap, and which truncates a window with too much in it. */
interface Run {
  readonly pause: number;
  readonly windows: number;
  readonly stateIsLost: boolean;
  readonly serverBehind: number;
}

const run: fc.Arbitrary<Run> = fc.record({
  pause: fc.integer({ min: 0, max: 60 * 60 }).map((minutes) => minutes * MINUTE),
  windows: fc.integer({ min: 1, max: 8 }),
  stateIsLost: fc.boolean(),
  serverBehind: fc.constantFrom(0, 0, 0, 90_000, 3 * HOUR),
});

describe('windows over many runs', () => {
  const drawnRules = fc.record({
    longest: fc.integer({ min: 1, max: 48 }).map((hours) => hours * HOUR),
    shortest: fc.constantFrom(MINUTE, HOUR),
    step: fc.constantFrom(1000, MINUTE),
    overlap: fc.integer({ min: 0, max: 72 * 60 }).map((minutes) => minutes * MINUTE),
    start: fc.constant(NOON - 10 * HOUR),
  });

  it('leave no gap: every record is in a window that was pulled when it was there, unless it came later than the overlap', () => {
    fc.assert(
      fc.property(
        drawnRules,
        fc.array(run, { maxLength: 40 }),
        fc.integer({ min: 1, max: 500 }),
        (drawn, runs, most) => {
          // A record a quarter of an hour; each comes late by another part of the overlap.
          const records = Array.from({ length: 600 }, (_, index) => {
            const time = drawn.start + index * 15 * MINUTE + index;
            return { time, there: time + ((index * 7) % 11) * (drawn.overlap / 11) };
          });
          const seen = new Set<number>();
          let position: Position | null = null;
          let now = drawn.start + HOUR;
          for (const { pause, windows, stateIsLost, serverBehind } of runs) {
            now += pause;
            for (let done = 0; done < windows; done++) {
              const window = nextWindow(position, drawn, now);
              if (window === null) break;
              assert.ok(window.to - window.from <= Math.max(drawn.longest, drawn.shortest));
              const serverNow = now - serverBehind;
              const there = records.filter(
                ({ time, there }) => time >= window.from && time < window.to && there <= serverNow,
              );
              const isTruncated = there.length > most;
              for (const { time } of there.slice(0, most)) seen.add(time);
              // What is landed may be landed again where the state was not written.
              if (stateIsLost) break;
              position = afterWindow(position, drawn, window, { asOf: serverNow, isTruncated });
              if (window.isNewest) break;
            }
            if (position === null) continue;
            const { settled }: Position = position;
            const dense = most < drawn.shortest / (15 * MINUTE) + 1;
            const lost: { time: number }[] = records.filter(({ time }) => time < settled && !seen.has(time));
            if (!dense) assert.deepEqual(lost, []);
          }
        },
      ),
    );
  });

  it('come to an end: each run that may pull enough reaches now', () => {
    fc.assert(
      fc.property(drawnRules, fc.integer({ min: 0, max: 500 }), (drawn, hours) => {
        const now = drawn.start + HOUR + hours * HOUR;
        let position: Position | null = null;
        for (let count = 0; count < 5000; count++) {
          const window = nextWindow(position, drawn, now)!;
          if (window.isNewest) return;
          // Every window longer than two hours is truncated.
          const isTruncated = window.to - window.from > 2 * HOUR;
          position = afterWindow(position, drawn, window, { asOf: now, isTruncated });
        }
        assert.fail('never reached now');
      }),
    );
  });
});

it('keeps the further of two positions', () => {
  const near = { settled: 1, reached: 5, isMidway: false };
  const far = { settled: 2, reached: 3, isMidway: false };
  assert.equal(furthest(near, far), far);
  assert.equal(furthest(far, near), far);
  assert.equal(furthest({ ...near, reached: 6 }, near).reached, 6);
});
