import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { describe, it } from 'vitest';
import { sampleExports } from '../../samples/exports.ts';
import { CURRENT_CODES } from '../../samples/values.ts';
import type { AuditCode } from '../../src/catalogue/index.ts';

const TODAY = linesOf(CURRENT_CODES);

/** The lines of every sample file. */
function linesOf(catalogue: readonly AuditCode[]): Map<string, string[]> {
  const files = [...sampleExports(catalogue)];
  return new Map(
    files.map(([name, content]) => [
      name,
      // Damaged lines are no UTF-8, and stay apart in Latin-1.
      (name.endsWith('.gz') ? gunzipSync(content) : content).toString('latin1').split('\n'),
    ]),
  );
}

/** The code that a line states. */
function codeOf(line: string): number {
  return Number(/^[^,]*,(\d+),/.exec(line)?.[1]);
}

/** Takes the lines of one file away from those of another, in their order; throws where one of them is not among them. */
function added(name: string, before: readonly string[], after: readonly string[]): string[] {
  const more: string[] = [];
  let at = 0;
  for (const line of after) {
    if (line === before[at]) at++;
    else more.push(line);
  }
  assert.equal(before[at], undefined, `${name}: line ${at + 1} is gone or has changed`);
  return more;
}

/** What is added to each file, all files together. */
function addedBy(catalogue: readonly AuditCode[]): string[] {
  const after = linesOf(catalogue);
  assert.deepEqual([...after.keys()], [...TODAY.keys()]);
  return [...TODAY].flatMap(([name, lines]) => added(name, lines, after.get(name)!));
}

const ROW = CURRENT_CODES.find(({ code }) => code === 92042)!;

/** A code that nobody knows yet, like a known row but for what is given. */
function invented(code: number, rest: Partial<AuditCode> = {}): AuditCode {
  const templates = [{ id: `${code}.A`, text: 'Painted wall, ID={object_id:token}, name={object_name:text}' }];
  return { ...ROW, code, name: 'wall.painted', objectType: 'wall', templates, ...rest };
}

describe('the samples', () => {
  const like = new Map(CURRENT_CODES.map((row) => [`${row.family}, ${row.action}`, row]));
  for (const [kind, row] of like) {
    it(`grow by another code like those of ${kind}, and no line changes`, () => {
      const code = row.code < 92_500 ? 90_001 : 99_999;
      const more = addedBy([...CURRENT_CODES, { ...row, code }].sort((a, b) => a.code - b.code));
      assert.ok(more.length > 0);
      assert.deepEqual(new Set(more.map(codeOf)), new Set([code]));
    });
  }

  it('grow by codes of new kinds, wherever they stand in the catalogue', () => {
    const [first, middle, last] = [invented(90_100), invented(92_360), invented(96_000, { action: 'execute' })];
    const at = CURRENT_CODES.length >> 1;
    const more = addedBy([last, ...CURRENT_CODES.slice(0, at), first, ...CURRENT_CODES.slice(at), middle]);
    assert.deepEqual(new Set(more.map(codeOf)), new Set([90_100, 92_360, 96_000]));
  });

  it('lose the lines of a code that goes, and no other', () => {
    for (const { code } of CURRENT_CODES.filter((_, index) => index % 9 === 0)) {
      const without = linesOf(CURRENT_CODES.filter((row) => row.code !== code));
      for (const [name, lines] of TODAY) {
        const gone = added(name, without.get(name)!, lines);
        assert.ok(
          gone.every((line) => codeOf(line) === code),
          `${name}, without ${code}`,
        );
      }
    }
  });

  it('say in another shape only what the code says that got one', () => {
    const templates = [{ id: '92042.B', text: `New wording, ${ROW.templates[0]!.text}` }, ...ROW.templates];
    const changed = linesOf(CURRENT_CODES.map((row) => (row === ROW ? { ...row, templates } : row)));
    for (const [name, lines] of TODAY) {
      const after = changed.get(name)!;
      assert.equal(after.length, lines.length);
      const differ = lines.filter((line, index) => line !== after[index]);
      assert.deepEqual(new Set(differ.map(codeOf)), new Set(differ.length > 0 ? [ROW.code] : []), name);
    }
  });
});
