import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { IdSet, parseId } from '../../src/events/index.ts';

type Id = readonly [number, number, number, number];

const LARGEST = 0xffff_ffff;

function checkAgainstSet(ids: readonly Id[]): void {
  const set = new IdSet();
  const naive = new Set<string>();
  for (const id of ids) {
    const words = Uint32Array.from(id);
    assert.equal(set.has(words), naive.has(id.join()));
    assert.equal(set.add(words), !naive.has(id.join()));
    naive.add(id.join());
    assert.equal(set.size, naive.size);
    assert.ok(set.has(words));
  }
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
}

describe('IdSet', () => {
  it('holds what a Set of texts holds', () => {
    // Few values a word: ids share three words of four, and all meet in the same slots.
    const word = fc.oneof(fc.constantFrom(0, 1, 63, 64, 2 ** 31, LARGEST), fc.nat({ max: LARGEST }));
    fc.assert(fc.property(fc.array(fc.tuple(word, word, word, word), { maxLength: 300 }), checkAgainstSet));
  });

  it('knows whether the id of zeros is in: an empty slot is no id', () => {
    const set = new IdSet();
    const zeros = new Uint32Array(4);
    assert.equal(set.has(zeros), false);
    assert.equal(set.add(zeros), true);
    assert.equal(set.add(zeros), false);
    assert.equal(set.size, 1);
  });

  it('compares all 128 bits: ids that differ in a single bit are different', () => {
    const base = [0x1234_5678, 0x9abc_def0, 0x0fed_cba9, 0x8765_4321] as const;
    const ids = [0, 1, 2, 3].flatMap((at) =>
      Array.from({ length: 32 }, (_, bit) =>
        base.map((word, index) => (index === at ? (word ^ (1 << bit)) >>> 0 : word)),
      ),
    ) as unknown as Id[];
    checkAgainstSet([base, ...ids, ...ids]);
  });

  it('takes in another set, quickly however large, and leaves that as it was', () => {
    const next = random(11);
    const ids = Array.from({ length: 150_000 }, () => Uint32Array.of(next(), next(), next(), next()));
    for (const [from, to] of [
      [0, 0],
      [10, 20],
      [0, 4096],
      [4000, 4100],
      [0, 150_000],
    ] as const) {
      const [large, small] = [new IdSet(), new IdSet()];
      for (const id of ids.slice(from, to)) large.add(id);
      for (const id of ids.slice(0, 15)) small.add(id);
      small.addAll(large);
      assert.equal(large.size, to - from);
      assert.equal(small.size, new Set([...ids.slice(0, 15), ...ids.slice(from, to)]).size);
      assert.ok(ids.slice(from, to).every((id) => small.has(id) && large.has(id)));
      assert.equal(small.has(Uint32Array.of(1, 2, 3, 4)), false);
    }
  });

  it('survives growth, also where every id falls into one segment and one slot', () => {
    const next = random(7);
    checkAgainstSet(Array.from({ length: 20_000 }, () => [next(), next(), next(), next()]));
    checkAgainstSet(Array.from({ length: 1_000 }, (_, index) => [LARGEST, 0, index, 64]));
  });

  it('never fills up: there is always a free slot that ends the search for an absent id', () => {
    const set = new IdSet();
    for (let index = 0; index < 5_000; index++) set.add(Uint32Array.of(index * 859_993, index, 0, 0));
    assert.equal(set.has(Uint32Array.of(5_000 * 859_993, 5_001, 0, 0)), false);
    assert.equal(set.size, 5_000);
  });
});

describe('parseId', () => {
  it('reads 32 lower-case hex digits as four words', () => {
    const words = new Uint32Array(4);
    assert.equal(parseId('0123456789abcdefffffffff00000000', words), true);
    assert.deepEqual([...words], [0x0123_4567, 0x89ab_cdef, LARGEST, 0]);
  });

  for (const text of [
    '',
    'null',
    '0'.repeat(31),
    '0'.repeat(33),
    `${'0'.repeat(31)}g`,
    'A'.repeat(32),
    ` ${'0'.repeat(31)}`,
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseId(text, new Uint32Array(4)), false));
  }
});
