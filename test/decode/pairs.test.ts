import assert from 'node:assert/strict';
import { test } from 'vitest';
import { findPairs, withoutQuotes } from '../../src/decode/pairs.ts';
import { decode } from './decoded.ts';

function pairs(text: string): [string, string][] {
  const bytes = Buffer.from(`a=1, ${text}, z=2`);
  const end = bytes.length - 5;
  return findPairs(bytes, 5, end).map(({ keyStart, keyEnd, valueStart, valueEnd }) => [
    bytes.toString('utf8', keyStart, keyEnd),
    bytes.toString('utf8', valueStart, valueEnd),
  ]);
}

test('the first pair begins at the start or after a blank or comma, all others after a comma and a blank', () => {
  assert.deepEqual(pairs('a=1, b=2'), [
    ['a', '1'],
    ['b', '2'],
  ]);
  assert.deepEqual(pairs('did it,a=1,b=2 c=3, d=4'), [
    ['a', '1,b=2 c=3'],
    ['d', '4'],
  ]);
  assert.deepEqual(pairs('(a=1, b=2)'), [['b', '2)']]);
  assert.deepEqual(pairs('nothing here'), []);
  assert.deepEqual(pairs('= 1, =2'), []);
});

test('a word begins with a letter or an underscore', () => {
  assert.deepEqual(pairs('x 9a=1, b_2=3'), [['b_2', '3']]);
  assert.deepEqual(pairs('_=1, 9b=2, é=3, c-d=4'), [['_', '1, 9b=2, é=3, c-d=4']]);
});

test('blanks before the equals sign belong to the key, those after it to the value', () => {
  assert.deepEqual(pairs('a \t= 1 , b =2'), [
    ['a', ' 1 '],
    ['b', '2'],
  ]);
});

test('inside quotes and brackets no pair begins', () => {
  assert.deepEqual(pairs('a="x, b=1", c=[y, d={z, e=2}], f=„w, g=3“'), [
    ['a', '"x, b=1"'],
    ['c', '[y, d={z, e=2}]'],
    ['f', '„w, g=3“'],
  ]);
});

test('a quote or bracket that nothing closes is an ordinary character', () => {
  assert.deepEqual(pairs('a="x, b=1'), [
    ['a', '"x'],
    ['b', '1'],
  ]);
  assert.deepEqual(pairs('a=[x, b={1], c=2'), [
    ['a', '[x'],
    ['b', '{1]'],
    ['c', '2'],
  ]);
});

test('the quotes that enclose a value are not part of it', () => {
  const bare = (text: string) => {
    const bytes = Buffer.from(text);
    const { start, end } = withoutQuotes(bytes, 0, bytes.length);
    return bytes.toString('utf8', start, end);
  };
  assert.equal(bare('"x"'), 'x');
  assert.equal(bare('”x, “y“'), 'x, “y');
  assert.equal(bare('""'), '');
  for (const text of ['"', '"x', 'x"', ' "x"', "'x'", '']) assert.equal(bare(text), text);
});

test('keys that objects are born with are plain data', () => {
  const { unmapped, values } = decode(
    97001,
    'Did, __proto__=a, constructor=b, toString=c, __proto__=d, hasOwnProperty=e',
  );
  assert.deepEqual(Object.entries(unmapped!), [
    ['__proto__', ['a', 'd']],
    ['constructor', 'b'],
    ['toString', 'c'],
    ['hasOwnProperty', 'e'],
  ]);
  assert.deepEqual(values, {});
  assert.equal(({} as Record<string, unknown>)['a'], undefined);
});
