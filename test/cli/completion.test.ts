import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { completionScript, SHELLS } from '../../src/cli/completion-script.ts';
import { inFolder, run } from '../support/cli.ts';
import { PROGRAM } from '../support/program.ts';

/** What a shell is told of the last of the words: candidates, and what else it may offer. */
async function asked(...words: readonly string[]): Promise<{ candidates: string[]; files: boolean }> {
  const { code, stdout, stderr } = await run(['complete', '--', ...words]);
  assert.deepEqual([code, stderr], [0, '']);
  const lines = stdout.trimEnd().split('\n');
  const candidates = lines.slice(0, -1).map((line) => line.split('\t')[0] ?? '');
  return { candidates, files: lines.at(-1) === ':0' };
}

describe('completion', () => {
  it('offers every command, with what it does', async () => {
    const names = Object.values(COMMANDS).flatMap(Object.keys);
    assert.deepEqual((await asked('')).candidates, [...names, 'help']);
    assert.deepEqual(await asked('ver'), { candidates: ['verify'], files: false });
    assert.match((await run(['complete', '--', 'ver'])).stdout, /^verify\t\S.*\n:4\n$/);
  });

  it('offers the options of the command, and the values of those that have few', async () => {
    const { candidates } = await asked('ingest', '--time-');
    assert.ok(candidates.includes('--time-format') && candidates.includes('--time-zone'), candidates.join(' '));
    assert.ok(candidates.every((each) => each.startsWith('--time-')));
    assert.ok((await asked('ask', '5', '-')).candidates.length > 0);
    assert.deepEqual((await asked('ask', '5', '--dialect', '')).candidates.sort(), ['duckdb', 'spark', 'tsql']);
    assert.deepEqual((await asked('ingest', '--codec', '')).candidates, ['snappy', 'zstd']);
    assert.deepEqual((await asked('ingest', '--codec=z')).candidates, ['zstd']);
    assert.deepEqual((await asked('ingest', '--header', 't')).candidates, ['true']);
    assert.deepEqual((await asked('ingest', '--time-zone', 'Europe/Zu')).candidates, ['Europe/Zurich']);
    assert.deepEqual((await asked('completion', '')).candidates, [...SHELLS]);
  });

  it('offers the questions by name, also behind options', async () => {
    assert.ok((await asked('ask', '')).candidates.includes('self-granted-roles'));
    assert.deepEqual((await asked('ask', '--json', 'reset-')).candidates, ['reset-then-new-address']);
    assert.deepEqual((await asked('ask', '--lake', 'x', 'reset-')).candidates, ['reset-then-new-address']);
  });

  it('leaves names of files to the shell, where a file is meant', async () => {
    for (const words of [
      ['ingest', ''],
      ['ingest', 'a.csv', 'b'],
      ['status', '--lake', ''],
      ['status', '--lake=x'],
    ])
      assert.deepEqual(await asked(...words), { candidates: [], files: true }, words.join(' '));
    for (const words of [
      ['status', ''],
      ['query', ''],
      ['codes', 'r'],
      ['ingest', '--instances', ''],
      ['nothing', ''],
    ])
      assert.deepEqual(await asked(...words), { candidates: [], files: false }, words.join(' '));
  });

  it('prints a script for each shell, and refuses others', async () => {
    for (const shell of SHELLS) {
      const { code, stdout } = await run(['completion', shell]);
      assert.deepEqual([code, stdout], [0, `${completionScript(shell)}\n`]);
      assert.match(stdout, /audit-lake complete /, shell);
    }
    assert.equal((await run(['completion', 'ksh'])).code, 2);
  });

  it.skipIf(process.platform === 'win32')(
    'works in bash, and runs nothing of what is typed',
    inFolder(async (folder) => {
      const script = path.join(folder, 'completion.bash');
      await writeFile(script, completionScript('bash'));
      const replies = async (...words: readonly string[]): Promise<string[]> => {
        const typed = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
        const text = `
          source "${script}"; source "${script}"
          audit-lake() { "${process.execPath}" "${PROGRAM}" "$@"; }
          compopt() { :; }
          COMP_WORDS=(audit-lake ${typed}); COMP_CWORD=${words.length}
          __audit_lake_complete 2>&1
          printf '%s\\n' "\${COMPREPLY[@]}"`;
        const { stdout, stderr } = await promisify(execFile)('bash', ['-c', text], { cwd: folder });
        assert.equal(stderr, '');
        return stdout.trim().split('\n');
      };
      assert.deepEqual(await replies('comp'), ['compare', 'compact', 'completion']);
      assert.deepEqual(await replies('ask', 'reset-'), ['reset-then-new-address']);
      assert.deepEqual(await replies('ingest', '--codec', ''), ['snappy', 'zstd']);
      assert.deepEqual(await replies('query', '"SELECT $(touch ran)"', '`touch ran`', '; touch ran', '--unr'), [
        '--unrestricted',
      ]);
      assert.deepEqual(await readdir(folder), ['completion.bash']);
    }),
  );
});
