import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { ageText, numberText, sizeText } from '../../src/present/index.ts';

describe('a size for people', () => {
  it('is in decimal units, with at most three digits', () => {
    const sizes: readonly (readonly [number, string])[] = [
      [0, '0 bytes'],
      [1, '1 byte'],
      [999, '999 bytes'],
      [1000, '1.0 kB'],
      [1234, '1.2 kB'],
      [9949, '9.9 kB'],
      [9950, '10 kB'],
      [999_499, '999 kB'],
      [999_500, '1.0 MB'],
      [1_200_000_000, '1.2 GB'],
      [37e12, '37 TB'],
      [Number.MAX_SAFE_INTEGER, '9.0 PB'],
    ];
    for (const [bytes, text] of sizes) assert.equal(sizeText(bytes), text);
  });

  it('is never off by more than a twentieth, and never longer than nine characters', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (bytes) => {
        const text = sizeText(bytes);
        const [, number, unit = ''] = /^([\d.]+) (\w+)$/.exec(text) ?? [];
        const scale = 1000 ** ['k', 'M', 'G', 'T', 'P'].map((each) => `${each}B`).indexOf(unit) * 1000;
        const read = Number(number) * (unit.startsWith('byte') ? 1 : scale);
        assert.ok(Math.abs(read - bytes) <= bytes / 19, text);
        assert.ok(text.length <= 9, text);
      }),
    );
  });
});

describe('an age for people', () => {
  const NOW = new Date('2026-03-10T12:00:00Z');
  const age = (milliseconds: number) => ageText(new Date(NOW.getTime() - milliseconds), NOW);
  const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

  it('is in the longest unit of which there are two', () => {
    const ages: readonly (readonly [number, string])[] = [
      [0, 'just now'],
      [59_999, 'just now'],
      [MINUTE, '1 minute ago'],
      [119 * MINUTE, '119 minutes ago'],
      [2 * HOUR, '2 hours ago'],
      [47 * HOUR, '47 hours ago'],
      [2 * DAY, '2 days ago'],
      [13 * DAY, '13 days ago'],
      [14 * DAY, '2 weeks ago'],
      [400 * DAY, '13 months ago'],
      [800 * DAY, '2 years ago'],
    ];
    for (const [milliseconds, text] of ages) assert.equal(age(milliseconds), text);
  });

  it('of what is to come, as by a clock that is wrong, says so', () => {
    assert.equal(age(-3 * HOUR), 'in 3 hours');
    assert.equal(age(-1000), 'just now');
  });
});

it('a number for people has its thousands apart', () => {
  assert.deepEqual([0, 999, 1_048_576].map(numberText), ['0', '999', '1,048,576']);
});
