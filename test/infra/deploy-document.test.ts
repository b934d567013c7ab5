import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFile(path.join(REPOSITORY, file), 'utf8');
const document = await read('docs/deploy.md');

/** What is set in code in the first column of the tables of a section. */
function firstColumn(section: string): string[] {
  const [, text = ''] = new RegExp(`^## ${section}\n(.*?)(?=^## )`, 'ms').exec(document) ?? [];
  return (text.match(/^\| `.*?\|/gm) ?? []).flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!),
  );
}

describe('docs/deploy.md', () => {
  it('names the variables that the parameters files ask for, all of them', async () => {
    const infra = await readdir(path.join(REPOSITORY, 'infra'));
    const files = infra.filter((name) => name.endsWith('.bicepparam')).map((name) => read(`infra/${name}`));
    const text = (await Promise.all(files)).join('\n');
    const asked = [...text.matchAll(/readEnvironmentVariable\('(\w+)'/g)].map(([, name]) => name);
    assert.ok(asked.length > 0);
    assert.deepEqual(new Set(firstColumn('Parameters').filter((name) => /^[A-Z_]+$/.test(name))), new Set(asked));
  });

  it('speaks of parameters that there are', async () => {
    const declared = [...(await read('infra/main.bicep')).matchAll(/^param (\w+)/gm)].map(([, name]) => name);
    const named = firstColumn('Parameters').filter((name) => /^[a-z]/.test(name));
    named.push(...[...document.matchAll(/`param (\w+)/g)].map(([, name]) => name!));
    assert.ok(named.length > 8, String(named));
    assert.deepEqual(
      named.filter((name) => !declared.includes(name)),
      [],
    );
  });

  it('lets who deploys give the roles of the templates and no others', async () => {
    const guid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
    const [given = ''] = /roles='[^']*'/.exec(document) ?? [];
    assert.deepEqual(new Set(given.match(guid)), new Set((await read('infra/modules/roles.bicep')).match(guid)));
  });

  it('shows options that the scripts have', async () => {
    const shown = [...document.matchAll(/infra\/([a-z-]+\.sh)((?: +--[a-z-]+(?: [A-Za-z/.]+)?)*)/g)];
    assert.ok(shown.length >= 5);
    for (const [, script, options = ''] of shown) {
      const source = await read(`infra/${script}`);
      for (const option of options.match(/--[a-z-]+/g) ?? [])
        assert.match(source, new RegExp(`^ +.*${option}\\b.*\\)`, 'm'));
    }
  });

  it('points to documents and sections that there are', () => {
    const headings = [...document.matchAll(/^##+ (.*)$/gm)].map(([, text]) => text!.toLowerCase().replaceAll(' ', '-'));
    for (const [, file, section] of document.matchAll(/\]\(([\w-]+\.md)?(?:#([\w-]+))?\)/g)) {
      if (file !== undefined) assert.ok(existsSync(path.join(REPOSITORY, 'docs', file)), file);
      else assert.ok(headings.includes(section!), section);
    }
  });
});
