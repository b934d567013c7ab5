import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { healingOf } from '../../src/coverage/index.ts';

const HOUR = 3_600_000;
const BEGIN = Date.UTC(2026, 2, 1);

function instant(hour: number): string {
  return new Date(BEGIN + hour * HOUR).toISOString().replace('.000Z', 'Z');
}

function pull(hour: number, end = hour + 1) {
  return { heal: `audit-lake pull nql --from ${instant(hour)} --to ${instant(end)}` };
}

describe('what heals many hours', () => {
  it('pulls thirty hours by two calls and one command, where they touch', () => {
    const hours = Array.from({ length: 30 }, (_, hour) => pull(hour));
    assert.deepEqual(healingOf(hours, 24), [{ command: pull(0, 30).heal, calls: 2 }]);
  });

  it('pulls what lies apart within one window by one call, and each code of an hour once', () => {
    const found = healingOf([pull(0), pull(0), pull(5), pull(90)], 24);
    assert.deepEqual(found, [
      { command: pull(0, 6).heal, calls: 1 },
      { command: pull(90).heal, calls: 1 },
    ]);
  });

  it('replays days that touch by one command, and keeps what names no range', () => {
    const replay = (from: string, to: string) => `audit-lake replay --from ${from} --to ${to}`;
    const rows = [
      { heal: `${replay('2026-03-01', '2026-03-01')}; ${pull(3).heal}` },
      { heal: replay('2026-03-02', '2026-03-02') },
      { heal: replay('2026-03-05', '2026-03-05') },
      { heal: 'audit-lake replay --time-zone ZONE' },
      { heal: null },
    ];
    assert.deepEqual(healingOf(rows, 24), [
      { command: replay('2026-03-01', '2026-03-02'), calls: 0 },
      { command: replay('2026-03-05', '2026-03-05'), calls: 0 },
      { command: pull(3).heal, calls: 1 },
      { command: 'audit-lake replay --time-zone ZONE', calls: 0 },
    ]);
  });

  it('pulls every hour, and never by more calls than there are hours', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(300)), fc.integer({ min: 1, max: 48 }), (hours, window) => {
        const found = healingOf(
          hours.map((hour) => pull(hour)),
          window,
        );
        const ranges = found.map(({ command }) =>
          command
            .split(' ')
            .filter((word) => word.endsWith('Z'))
            .map(Date.parse),
        );
        const isIn = (at: number) => ranges.some(([from, to]) => from! <= at && at + HOUR <= to!);
        assert.ok(hours.every((hour) => isIn(BEGIN + hour * HOUR)));
        assert.ok(found.reduce((sum, { calls }) => sum + calls, 0) <= hours.length);
      }),
    );
  });
});
