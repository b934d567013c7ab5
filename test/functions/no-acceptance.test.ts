import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** Every module of ours that these lead to. */
async function reachable(modules: readonly string[]): Promise<Set<string>> {
  const seen = new Set<string>();
  const waiting = [...modules];
  for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
    if (seen.has(module) || !module.endsWith('.ts')) continue;
    seen.add(module);
    for (const [, name = ''] of (await readFile(module, 'utf8')).matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
      waiting.push(join(dirname(module), name));
    }
  }
  return seen;
}

describe('the app', () => {
  it('has no way to accept what another engine did: only the command line leads there', async () => {
    const modules = async (folder: string) => (await readdir(join(SRC, folder))).map((name) => join(SRC, folder, name));
    const accept = join(SRC, 'maintenance/accept.ts');
    assert.ok((await reachable(await modules('cli'))).has(accept));
    assert.ok(!(await reachable(await modules('functions'))).has(accept));
  });
});
