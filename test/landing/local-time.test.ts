import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, it } from 'vitest';
import { notAfter, notBefore } from '../../src/landing/index.ts';

const ZONES = [
  'UTC',
  'Europe/Zurich',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Antarctica/Troll',
  'Pacific/Apia',
];
const DAY = 86_400_000;

function instants(local: Temporal.PlainDateTime, zone: string): number[] {
  const compatible = ['earlier', 'later', 'compatible'] as const;
  return compatible.map((disambiguation) => local.toZonedDateTime(zone, { disambiguation }).epochMilliseconds);
}

describe('a local time at the edge of a window', () => {
  it('is the local time itself where there is one', () => {
    const noon = Date.parse('2026-03-02T12:00:00Z');
    assert.equal(notAfter(noon, 'Europe/Zurich').toString(), '2026-03-02T13:00:00');
    assert.equal(notBefore(noon, 'Europe/Zurich').toString(), '2026-03-02T13:00:00');
  });

  it('widens the window where the hour occurs twice', () => {
    // 2026-10-25: 02:30 is 00:30Z and 01:30Z.
    const first = Date.parse('2026-10-25T00:30:00Z');
    assert.equal(notAfter(first, 'Europe/Zurich').toString(), '2026-10-25T01:45:00');
    assert.equal(notBefore(first, 'Europe/Zurich').toString(), '2026-10-25T02:30:00');
    const second = Date.parse('2026-10-25T01:30:00Z');
    assert.equal(notAfter(second, 'Europe/Zurich').toString(), '2026-10-25T02:30:00');
    assert.equal(notBefore(second, 'Europe/Zurich').toString(), '2026-10-25T03:00:00');
  });

  it('never narrows it, however it is read', () => {
    const year = fc.integer({ min: Date.parse('2000-01-01T00:00:00Z'), max: Date.parse('2038-01-01T00:00:00Z') });
    // Times near a transition are drawn as often as others.
    const near = fc
      .tuple(year, fc.constantFrom(...ZONES), fc.integer({ min: -3 * 3_600_000, max: 3 * 3_600_000 }))
      .map(([around, zone, off]) => {
        const next = Temporal.Instant.fromEpochMilliseconds(around)
          .toZonedDateTimeISO(zone)
          .getTimeZoneTransition('next');
        return { zone, instant: (next?.epochMilliseconds ?? around) + off };
      });
    const any = fc.record({ zone: fc.constantFrom(...ZONES), instant: year });
    fc.assert(
      fc.property(fc.oneof(near, any), ({ zone, instant }) => {
        assert.ok(instants(notAfter(instant, zone), zone).every((reading) => reading <= instant));
        assert.ok(instants(notBefore(instant, zone), zone).every((reading) => reading >= instant));
        assert.ok(Math.min(...instants(notAfter(instant, zone), zone)) > instant - 2 * DAY);
        assert.ok(Math.max(...instants(notBefore(instant, zone), zone)) < instant + 2 * DAY);
      }),
      { numRuns: 500 },
    );
  });
});
