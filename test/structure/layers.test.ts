import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '../..');

interface Override {
  readonly includes: readonly string[];
  readonly linter: {
    readonly rules: {
      readonly style: {
        readonly noRestrictedImports: {
          readonly options: { readonly patterns: readonly { readonly group: readonly string[] }[] };
        };
      };
    };
  };
}

/** The command line is entered, not imported: its face is what the executable runs. */
const FACE = (folder: string) => (folder === 'cli' ? 'main.ts' : 'index.ts');

const FOLDERS = readdirSync(path.join(ROOT, 'src'));

/** What starts the program loads that one file before anything else: all else is compiled into the place that it finds. */
const DIRECT = 'src/cli/start.ts: ../asking/private-folder.ts';

/** Which folders each folder of src may import, as the linter has it. */
function allowed(): Map<string, readonly string[]> {
  const { overrides } = JSON.parse(readFileSync(path.join(ROOT, 'biome.json'), 'utf8')) as {
    overrides: readonly Override[];
  };
  return new Map(
    overrides.flatMap(({ includes: [glob = ''], linter }) => {
      const folder = /^src\/([a-z]+)\/\*\*$/.exec(glob)?.[1];
      if (folder === undefined) return [];
      const [{ group } = { group: [] }] = linter.rules.style.noRestrictedImports.options.patterns;
      const folders = group.flatMap((pattern) => /^!\.\.\/([a-z]+)\/index\.ts$/.exec(pattern)?.[1] ?? []);
      return [[folder, folders] as const];
    }),
  );
}

describe('the folders of src', () => {
  it('each has a public face, index.ts, and its place in the order that the linter checks', () => {
    assert.deepEqual([...allowed().keys()].sort(), [...FOLDERS].sort());
    for (const folder of FOLDERS) assert.ok(existsSync(path.join(ROOT, 'src', folder, FACE(folder))), folder);
  });

  it('are in an order: none may import itself by way of others', () => {
    const order = allowed();
    const reached = (from: string, seen = new Set<string>()): Set<string> => {
      for (const next of order.get(from) ?? []) {
        if (!seen.has(next)) reached(next, seen.add(next));
      }
      return seen;
    };
    for (const folder of FOLDERS) assert.ok(!reached(folder).has(folder), folder);
  });

  it('import each other as the linter says however the import is written, types too', () => {
    const order = allowed();
    const faults = globSync('src/*/*.ts', { cwd: ROOT }).flatMap((file) => {
      const text = readFileSync(path.join(ROOT, file), 'utf8');
      return importsOf(text).flatMap((specifier) => {
        const target = path.posix.join(path.posix.dirname(file), specifier);
        const from = file.split('/')[1] ?? '';
        const [root, to = '', name] = target.split('/');
        if (to === from || (root !== 'src' && target.endsWith('.json'))) return [];
        const isAllowed = root === 'src' && name === 'index.ts' && order.get(from)?.includes(to);
        return isAllowed || `${file}: ${specifier}` === DIRECT ? [] : [`${file}: ${specifier}`];
      });
    });
    assert.deepEqual(faults, []);
  });

  it('are found importing each other in whatever form', () => {
    const forms = [
      "import { a } from '../x/index.ts';",
      "import './../x/index.ts';",
      "export * from '../x/index.ts';",
      "const a = await import('../x/index.ts');",
      "type A = typeof import('../x/index.ts');",
      "import {\n  a,\n} from '../x/index.ts';",
    ];
    for (const form of forms) assert.equal(importsOf(form).length, 1, form);
  });
});

function importsOf(text: string): string[] {
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']*)'/g)].map(([, specifier = '']) => specifier);
}
