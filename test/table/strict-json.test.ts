import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it, onTestFinished, vi } from 'vitest';
import { shapeOf, strictJson } from '../../src/table/strict-json.ts';

describe('strict JSON', () => {
  it('is any JSON value without a member twice', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.nat(4), (text, indent) => {
        // What fast-check makes may itself name a member twice.
        const once = JSON.stringify(JSON.parse(text), null, indent);
        assert.deepEqual(strictJson(once), JSON.parse(once));
      }),
    );
  });

  for (const [text, member] of [
    ['{"a":1,"a":1}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"x":[{"b":{"c":1}},{"b":1,"c":2,"b":3}]}', 'b'],
    ['{"":1 , "" :2}', ''],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"a\\\\":1,"a\\\\":2}', 'a\\'],
    ['{"1":":","1":"{"}', '1'],
  ] as const) {
    it(`refuses ${text}, and names the member`, () => {
      assert.throws(
        () => strictJson(text),
        new SyntaxError(`expected every member once, found ${JSON.stringify(member)} twice`),
      );
    });
  }

  it('is not taken in by brackets, colons and quotes in strings', () => {
    for (const value of [
      { 'a":{"b': 1 },
      ['{"a":1,"a":2}', '\\', '\\"', '"'],
      { '\\': '\\\\', ':': ':::', '\\"': 1 },
    ]) {
      assert.deepEqual(strictJson(JSON.stringify(value)), value);
    }
  });

  it('is at most so deep that no reader gives up', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    assert.ok(strictJson(nested(127)));
    assert.throws(() => strictJson(nested(128)), /at most 127 levels, found 128/);
    assert.throws(() => strictJson(nested(2_000_000)), /at most 127 levels/);
    assert.throws(() => strictJson('{"a":'.repeat(300_000)), /at most 127 levels/);
  });

  it('is read in one pass, whatever stands in it', () => {
    const looks = vi.spyOn(String.prototype, 'charCodeAt');
    onTestFinished(() => looks.mockRestore());
    for (const text of [`"${'\\\\'.repeat(1_000)}"`, `"${'\\"'.repeat(1_000)}"`, ':'.repeat(2_000)]) {
      looks.mockClear();
      shapeOf(text);
      const { length } = looks.mock.calls;
      assert.ok(length > 0 && length <= 2 * text.length, `${length} looks at ${text.length} characters`);
    }
  });

  it('tells numbers that may have a fraction or an exponent from those that cannot', () => {
    for (const text of ['1.0', '{"a":1e3}', '[-2E5]']) assert.ok(shapeOf(text).hasFraction, text);
    for (const text of ['17', '{"a":"1.0e5"}', '[true,false,null,-3]']) assert.ok(!shapeOf(text).hasFraction, text);
  });
});
