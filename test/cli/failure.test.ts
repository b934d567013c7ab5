import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { failureOf } from '../../src/cli/failure.ts';
import { UsageError } from '../../src/present/usage-error.ts';
import { StorageFault } from '../../src/storage/index.ts';
import { CorruptLog } from '../../src/table/index.ts';
import { run } from '../support/cli.ts';

/** Has a module loaded before the command line, which breaks something in it. */
async function runWith(module: string) {
  // It breaks once the command line is under way.
  const whenReady = `const timer = setInterval(() => {
    if (process.listenerCount('uncaughtException') === 0) return;
    clearInterval(timer);
    ${module}
  }, 1);`;
  const source = `data:text/javascript,${encodeURIComponent(whenReady)}`;
  return await run(['explain', '--jsonl'], { node: ['--import', source] });
}

describe('an error', () => {
  it('of the store or the table says that it is safe to run again, and one of the program does not', async () => {
    assert.equal((await failureOf(new StorageFault('read', 'raw/a', 'gone'))).exitCode, 3);
    assert.equal((await failureOf(new CorruptLog('curated/audit_events', 'broken'))).exitCode, 3);
    assert.equal((await failureOf(new UsageError('what?'))).exitCode, 2);
    for (const error of [new TypeError('x is\nundefined'), new RangeError('Invalid array length'), 'text', null]) {
      const { text, exitCode } = await failureOf(error);
      assert.equal(exitCode, 70);
      assert.match(text ?? '', /^internal error: [^\n]*; run verify to see what is there, and report this$/);
    }
  });

  it('that the file system reports is one of the store', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { syscall: 'write', errno: -28 });
    assert.equal((await failureOf(full)).exitCode, 3);
  });

  for (const [what, module] of [
    ['thrown in a callback', 'throw new TypeError("un\\u001bseen\\n at line: unseen");'],
    ['of a promise that nobody waits for', 'Promise.reject(new TypeError("unseen"));'],
    ['that is no error', 'Promise.reject("unseen");'],
  ] as const) {
    it(`${what} ends the process with one line and exit code 70`, async () => {
      const { code, stderr } = await runWith(module);
      assert.equal(code, 70, stderr);
      assert.match(stderr, /^audit-lake: internal error: [^\n]*seen[^\n]*\n$/);
    });
  }
});
