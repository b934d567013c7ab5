import assert from 'node:assert/strict';
import fc from 'fast-check';
import { it } from 'vitest';
import { inputLines } from '../../src/cli/explain-command.ts';

async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

it('lines end at line feeds and nowhere else, wherever the chunks are cut', async () => {
  const text = fc.string({ unit: fc.constantFrom('\n', '\r', '\u2028', '\u2029', '\u0085', 'a', '日'), maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat({ max: 5 }), { maxLength: 20 }), async (drawn, sizes) => {
      const lines: string[] = [];
      for await (const line of inputLines(cut(Buffer.from(drawn), sizes)))
        lines.push(Buffer.from(line).toString('utf8'));
      const expected = drawn.split('\n');
      if (expected.at(-1) === '') expected.pop();
      assert.deepEqual(lines, expected);
    }),
  );
});
