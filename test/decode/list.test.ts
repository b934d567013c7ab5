import assert from 'node:assert/strict';
import { test } from 'vitest';
import { bracketPairs, closingBracket, ListCursor, tokenLimit } from '../../src/decode/list.ts';
import { BRACKETED, SEPARATED } from '../../src/decode/reading.ts';

/** The elements of a list whose content stands between other bytes. */
function elements(content: string, form: number): string[] {
  return walked(content, form).found;
}

function walked(content: string, form: number): { found: string[]; cursor: ListCursor } {
  const bytes = Buffer.from(`,${content},x`);
  const cursor = new ListCursor();
  cursor.set(bytes, 1, 1 + Buffer.byteLength(content), form);
  const found: string[] = [];
  while (cursor.next()) found.push(bytes.toString('utf8', cursor.start, cursor.end));
  return { found, cursor };
}

/** What a list says of itself besides its elements. */
function signs(content: string, form: number): string[] {
  const { cursor } = walked(content, form);
  return (['endsInComma', 'hasEmpty', 'hasNull'] as const).filter((sign) => cursor[sign]);
}

test('elements are split at commas, blanks around them are dropped, and nothing is no element', () => {
  for (const form of [BRACKETED, SEPARATED]) {
    assert.deepEqual(elements('a, b\t,c d ', form), ['a', 'b', 'c d']);
    assert.deepEqual(elements('a,,b', form), ['a', 'b']);
    assert.deepEqual(elements('a, ', form), ['a']);
    assert.deepEqual(elements(',', form), []);
    assert.deepEqual(elements('a\n,\u00a0b', form), ['a\n', '\u00a0b'], 'a line feed is no blank');
  }
});

test('nothing and blanks alone are an empty list, never a list of one empty string', () => {
  for (const form of [BRACKETED, SEPARATED]) {
    assert.deepEqual(elements('', form), []);
    assert.deepEqual(elements(' \t', form), []);
  }
  assert.deepEqual(elements('""', BRACKETED), []);
});

test('null is no element, unless in quotes of its own', () => {
  for (const form of [BRACKETED, SEPARATED]) {
    assert.deepEqual(elements('null', form), []);
    assert.deepEqual(elements('a, null , Null, nullable', form), ['a', 'Null', 'nullable']);
  }
  assert.deepEqual(elements('"null"', BRACKETED), ['null']);
});

test('what is passed over is known, and a comma at the end apart from others', () => {
  for (const form of [BRACKETED, SEPARATED]) {
    assert.deepEqual(signs('a, b', form), []);
    assert.deepEqual(signs('', form), []);
    assert.deepEqual(signs('a,', form), ['endsInComma']);
    assert.deepEqual(signs('a,\t', form), ['endsInComma']);
    assert.deepEqual(signs(',a', form), ['hasEmpty']);
    assert.deepEqual(signs(',', form), ['endsInComma', 'hasEmpty']);
    assert.deepEqual(signs('null', form), ['hasNull']);
  }
  assert.deepEqual(signs('a, ""', BRACKETED), ['hasEmpty']);
});

test('in brackets, commas inside inner brackets split nothing', () => {
  assert.deepEqual(elements('a [x, y], {b, [c, d]}, e', BRACKETED), ['a [x, y]', '{b, [c, d]}', 'e']);
  assert.deepEqual(elements('a [x, y]', SEPARATED), ['a [x', 'y]']);
});

test('in brackets, an element wholly in straight quotes may hold commas and loses its quotes', () => {
  assert.deepEqual(elements('"a, b" , c', BRACKETED), ['a, b', 'c']);
  assert.deepEqual(elements('"a" b, c', BRACKETED), ['"a" b', 'c']);
  assert.deepEqual(elements('"a" b, "c, d"', BRACKETED), ['a" b, "c, d']);
  assert.deepEqual(elements('"a, b', BRACKETED), ['"a', 'b']);
  assert.deepEqual(elements('“a, b”', BRACKETED), ['“a', 'b”']);
  assert.deepEqual(elements('"a, b"', SEPARATED), ['"a', 'b"']);
});

test('a quote inside inner brackets closes no element', () => {
  assert.deepEqual(elements('"a[", b], c', BRACKETED), ['"a[", b]', 'c']);
  assert.deepEqual(elements('"a[", b]", c', BRACKETED), ['a[", b]', 'c']);
});

test('a bracket closes at its partner of the same kind', () => {
  const closing = (text: string) => closingBracket(Buffer.from(text), 0, Buffer.byteLength(text));
  assert.equal(closing('[a{b}[c]]d]'), 8);
  assert.equal(closing('{}'), 1);
  assert.equal(closing('[a'), -1);
  assert.equal(closing('[a}]'), -1);
  assert.equal(closing('[{a]}'), -1);
});

test('the pairs of all brackets are those that each bracket has alone', () => {
  const texts = ['', '[]', '[[]{}]', '[a}]', '{[a}b]', '][', '}[a]', '[[a]', '[a]]', '[{a]}[b]', '{[}{a}]'];
  for (const text of texts) {
    const bytes = Buffer.from(text);
    const alone = [...text]
      .map((_, at) => [at, '[{'.includes(text[at]!) ? closingBracket(bytes, at, bytes.length) : -1] as const)
      .filter(([, close]) => close !== -1);
    assert.deepEqual(
      new Map([...bracketPairs(bytes, 0, bytes.length)].sort(([a], [b]) => a - b)),
      new Map(alone),
      text,
    );
  }
});

test('a token ends after 512 characters, however many bytes they take', () => {
  const limit = (text: string) => tokenLimit(Buffer.from(text), 0, Buffer.byteLength(text));
  assert.equal(limit('x'.repeat(512)), 512);
  assert.equal(limit('x'.repeat(513)), 512);
  assert.equal(limit('日'.repeat(513)), 3 * 512);
  assert.equal(limit('😀'.repeat(512)), 4 * 512);
});

test('a token ends at white space of any script, a comma, an equals sign, a quote or a bracket', () => {
  for (const stop of ' \t\n,="“”„()[]{}<>\u00a0\u0085\u2028\u3000') {
    const text = `é#x-1:'/${stop}z`;
    assert.equal(tokenLimit(Buffer.from(text), 0, Buffer.byteLength(text)), Buffer.byteLength("é#x-1:'/"), stop);
  }
  assert.equal(tokenLimit(Buffer.from('a\u200bb\ufeff'), 0, 8), 8, 'a zero-width character is not white space');
});
