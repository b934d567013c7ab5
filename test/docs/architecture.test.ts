import assert from 'node:assert/strict';
import { globSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'vitest';
import { ROOT, read, section } from './documents.ts';

const document = read('docs/architecture.md');
const BELOW = 'and all below it';

/** The cells of a table's rows, without the head. */
function rowsOf(heading: string): string[][] {
  const lines = section(document, heading).match(/^\|.*\|$/gm) ?? [];
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim()),
  );
}

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

/** Each folder in the order of the table, and what it may import. */
const FOLDERS = rowsOf('## Folders, and what may import what').reduce((all, [folder = '', , imports = '']) => {
  const named = namesIn(imports);
  const below = imports.includes(BELOW) ? (all.get(named[0] ?? '') ?? []) : [];
  return all.set(namesIn(folder)[0] ?? '', [...below, ...named]);
}, new Map<string, readonly string[]>());

describe('docs/architecture.md', () => {
  it('lists the folders of src, all of them, each above those that import it', () => {
    assert.deepEqual([...FOLDERS.keys()].sort(), readdirSync(path.join(ROOT, 'src')).sort());
    const order = [...FOLDERS.keys()];
    for (const [folder, imports] of FOLDERS) {
      for (const other of imports)
        assert.ok(order.indexOf(other) < order.indexOf(folder), `${folder} imports ${other}`);
    }
  });

  it('says of each folder what the linter lets it import', () => {
    const { overrides } = JSON.parse(read('biome.json'));
    for (const override of overrides) {
      const folder = override.includes[0].split('/')[1];
      const patterns = override.linter.rules.style.noRestrictedImports.options?.patterns;
      if (patterns === undefined) continue;
      const [{ group }] = patterns;
      const allowed = group.flatMap((pattern: string) => /^!\.\.\/([a-z]+)\/index\.ts$/.exec(pattern)?.[1] ?? []);
      assert.deepEqual([...(FOLDERS.get(folder) ?? [])].sort(), allowed.sort(), folder);
    }
  });

  it('says of each package where it stands and why, and of no other', () => {
    const manifests = ['package.json', ...globSync('packages/*/package.json', { cwd: ROOT })].map((file) =>
      JSON.parse(read(file)),
    );
    const packages = new Set(
      manifests.flatMap((manifest) =>
        ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((kind) =>
          Object.keys(manifest[kind] ?? {}),
        ),
      ),
    );
    const rows = rowsOf('## Packages');
    assert.deepEqual(rows.flatMap(([names = '']) => namesIn(names)).sort(), [...packages].sort());
    for (const [names, where, why] of rows) assert.ok(where && why, names);
  });
});
