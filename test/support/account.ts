import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Says at the end of a run what tests noted, such as what they measured, and which tests were left out and why. */
export class Account implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap(({ children }) => [...children.allTests()]);
    const lines = [...notes(tests), ...leftOut(tests)];
    if (lines.length > 0) console.log(`${lines.join('\n')}\n`);
  }
}

function notes(tests: readonly TestCase[]): string[] {
  return tests.flatMap((test) => test.annotations().map(({ message }) => `noted: ${test.name}: ${message}`));
}

/** How many tests each reason left out; what the command line did not ask for has none. */
function leftOut(tests: readonly TestCase[]): string[] {
  const counts = new Map<string, number>();
  for (const test of tests) {
    const result = test.result();
    const note = result.state === 'skipped' ? result.note : undefined;
    if (note !== undefined) counts.set(note, (counts.get(note) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => `left out, ${count} ${count === 1 ? 'test' : 'tests'}: ${reason}`);
}
