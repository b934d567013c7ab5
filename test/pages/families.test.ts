import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { FAMILIES } from '../../src/catalogue/index.ts';
import { familyParts } from '../../src/pages/families.ts';
import { PART_COLOURS } from '../../src/pages/index.ts';

const STEPS = ['2026-03-01', '2026-03-02'];
const family = fc.option(fc.oneof(fc.constantFrom(...FAMILIES), fc.string()), { nil: null });
const row = fc.tuple(fc.constantFrom(...STEPS), family, fc.nat(1_000));

describe('the parts of a chart by family', () => {
  it('are the same in the same places whatever was counted, the unknown last and grey, and lose no event', () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const parts = familyParts(STEPS, rows);
        assert.deepEqual(
          parts.map(({ label }) => label),
          [...FAMILIES, 'unknown'],
        );
        assert.equal(parts.length, PART_COLOURS);
        const known: ReadonlySet<string> = new Set(FAMILIES);
        for (const { label, counts } of parts) {
          const own = rows.filter(([, of]) => (of !== null && known.has(of) ? of : 'unknown') === label);
          const sums = STEPS.map((step) => own.reduce((sum, [at, , events]) => sum + (at === step ? events : 0), 0));
          assert.deepEqual(counts, sums, label);
        }
      }),
    );
  });

  it('leave out what belongs to no step', () => {
    assert.ok(
      familyParts(STEPS, [['2026-04-01', 'data', 7]]).every(({ counts }) => counts.every((each) => each === 0)),
    );
  });
});
