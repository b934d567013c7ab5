import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'esbuild';

/** Names that a file takes from a folder, or hands on from a file: `import { … } from '…';` over any lines. */
const NAMED = /^(import|export) \{([^}]*)\} from '([^']+)';$/gm;

/**
 * Takes what is imported from a folder's `index.ts` from the very file that has it. Else whoever takes one name of a folder loads
 * all that is behind its `index.ts`, whatever of it is used.
 * @param sources the folder of folders
 * @param folders for which folders: where nearly all is loaded anyway, it only makes more files, each of which takes its time
 */
export function directImports(sources: string, folders: readonly string[]): Plugin {
  const indexes = new Set(folders.map((folder) => path.join(sources, folder, 'index.ts')));
  const known = new Map<string, Promise<ReadonlyMap<string, string>>>();
  return {
    name: 'direct-imports',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        if (!file.startsWith(sources + path.sep) || path.basename(file) === 'index.ts') return null;
        const text = await readFile(file, 'utf8');
        const places = new Map<string, ReadonlyMap<string, string>>();
        for (const [, , , from = ''] of text.matchAll(NAMED)) {
          const index = path.resolve(path.dirname(file), from);
          if (!indexes.has(index)) continue;
          const found = known.get(index) ?? handedOn(index);
          known.set(index, found);
          places.set(index, await found);
        }
        const contents = text.replace(NAMED, (statement, keyword: string, names: string, from: string) => {
          const place = places.get(path.resolve(path.dirname(file), from));
          if (place === undefined) return statement;
          return valuesOf(names)
            .map((name) => {
              // What an index has itself is taken from it.
              const source = place.get(name.split(' as ')[0] ?? name) ?? from;
              return `${keyword} { ${name} } from ${JSON.stringify(source)};`;
            })
            .join(' ');
        });
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** By name what an `index.ts` hands on, and the file that has it. */
async function handedOn(index: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(index, 'utf8');
  return new Map(
    [...text.matchAll(NAMED)].flatMap(([, , names = '', from = '']) =>
      valuesOf(names).map(
        (name) => [name.split(' as ').at(-1) ?? name, path.resolve(path.dirname(index), from)] as const,
      ),
    ),
  );
}

/** The names between braces that are no types. */
function valuesOf(names: string): string[] {
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '));
}
