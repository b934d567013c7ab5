import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { Dictionary } from '../../src/parquet/dictionary.ts';
import { utf8 } from './tables.ts';

const STANDARD = { entries: 16_384, bytes: 1_048_576 };

function find(dictionary: Dictionary, text: string): number {
  const bytes = utf8(text);
  return dictionary.find(bytes, 0, bytes.length);
}

test('values are numbered in the order of their first use', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { maxLength: 300 }), (values) => {
      const dictionary = new Dictionary(STANDARD);
      const firsts = [...new Set(values)];
      for (const value of values) assert.equal(find(dictionary, value), firsts.indexOf(value));
      assert.equal(dictionary.entries, firsts.length);
      const page = firsts.flatMap((value) => [utf8(value).length, 0, 0, 0, ...utf8(value)]);
      assert.deepEqual([...dictionary.body.view()], page);
    }),
  );
});

test('names that differ in a few characters anywhere all find a place', () => {
  const shapes: ((number: string) => string)[] = [
    (number) => number,
    (number) => `value number ${number} of a kind`,
    (number) => `user${number}@corp.example.com`,
    (number) => `${number}${'x'.repeat(40)}`,
    (number) => `${'x'.repeat(100)}${number}${'y'.repeat(100)}`,
  ];
  for (const shape of shapes) {
    const dictionary = new Dictionary(STANDARD);
    for (let number = 0; number < 3000; number++) {
      assert.equal(find(dictionary, shape(String(number).padStart(5, '0'))), number);
    }
    for (let number = 0; number < 3000; number += 7) {
      assert.equal(find(dictionary, shape(String(number).padStart(5, '0'))), number);
    }
  }
});

test('chosen collisions end after 64 probes, and what is in stays findable', () => {
  // Of a value this long only a sample is hashed; these differ in one byte that is not in it.
  const colliding = Array.from({ length: 100 }, (_, number) => {
    const value = Buffer.alloc(2048, 0x61);
    value[1030] = number;
    return value;
  });
  const dictionary = new Dictionary(STANDARD);
  const found = colliding.map((value) => dictionary.find(value, 0, value.length));
  assert.deepEqual(found, [...Array(64).keys(), ...new Array(36).fill(-1)]);
  assert.equal(dictionary.find(colliding[63] ?? Buffer.alloc(0), 0, 2048), 63);
});

test('a full dictionary still knows its values and refuses new ones', () => {
  const few = new Dictionary({ entries: 2, bytes: 100 });
  assert.deepEqual(
    ['a', 'b', 'c', 'a', 'b'].map((value) => find(few, value)),
    [0, 1, -1, 0, 1],
  );
  const small = new Dictionary({ entries: 100, bytes: 12 });
  assert.deepEqual(
    ['abcd', 'e', '', 'abcd'].map((value) => find(small, value)),
    [0, -1, 1, 0],
  );
});

test('after a reset it acts as a new one: no entry, no memo, no grown table', () => {
  const dictionary = new Dictionary(STANDARD);
  for (let number = 0; number < 2000; number++) find(dictionary, `name ${number}`);
  dictionary.reset();
  assert.equal(dictionary.entries, 0);
  assert.equal(dictionary.body.length, 0);
  assert.equal(find(dictionary, 'name 1999'), 0);
  assert.equal(find(dictionary, 'name 5'), 1);
});
