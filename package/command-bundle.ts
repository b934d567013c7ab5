import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { type Bundle, bundleOf, COMMON, manifest, ROOT } from './bundle.ts';
import { directImports } from './direct-imports.ts';

/** Where the command line is in the npm package; as deep as its sources, since it finds samples and questions from there. */
export const COMMANDS_FOLDER = 'dist/cli';

/** Native. */
const EXTERNAL = ['snappy', '@duckdb/node-api', '@duckdb/node-api/*'];

/** What is bundled from CommonJS asks for Node's own modules by `require`. */
const REQUIRE = "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);";

/** Folders of which most commands use a part. */
const PARTLY_USED = ['present', 'asking', 'views', 'coverage', 'maintenance', 'verify'];

/** Of our own modules, what nobody imports by name is left out: to load one changes nothing. */
const ownModules: Plugin = {
  name: 'own-modules',
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ resolveDir, path: specifier }) => {
      if (!resolveDir.startsWith(path.join(ROOT, 'src'))) return null;
      return { path: path.resolve(resolveDir, specifier), sideEffects: false };
    });
  },
};

/** A package manager that leaves out optional packages leaves out the native part of the compressor. */
const compressor: Plugin = {
  name: 'compressor',
  setup({ onResolve }) {
    onResolve({ filter: /^snappy$/ }, ({ importer }) =>
      importer.startsWith(path.join(ROOT, 'src')) ? { path: path.join(ROOT, 'package/snappy.ts') } : null,
    );
  },
};

/**
 * What packages ask for and nobody here uses: in a chart's document, a reader of style sheets and a second writer of HTML with
 * its tables of names; of a storage account, listings as Arrow.
 */
const UNUSED = /^(cssomnom\/parse|dom-serializer|apache-arrow)$/;

const unused: Plugin = {
  name: 'unused',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: UNUSED }, ({ importer, path: name }) =>
      importer.startsWith(path.join(ROOT, 'src')) ? null : { path: name, namespace: 'unused' },
    );
    onLoad({ filter: /./, namespace: 'unused' }, ({ path: name }) => ({
      contents: `function unused() { throw new Error('${name} is left out of the package'); }
        export { unused as default, unused as parse, unused as tableFromIPC };`,
    }));
  },
};

/** Commander asks for child processes, which only programs of several files have, and their loading is a tenth of a start. */
const noChildren: Plugin = {
  name: 'no-children',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path: 'child_process', namespace: 'no-children' } : null,
    );
    onLoad({ filter: /./, namespace: 'no-children' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** The command line with all that it uses, but what is native: each command loads only what it needs. */
export async function bundleCommands(): Promise<Bundle> {
  const result = await build({
    ...COMMON,
    entryPoints: ['src/cli/start.ts'],
    outdir: COMMANDS_FOLDER,
    // The oldest Node that the package takes.
    target: 'node22.15',
    format: 'esm',
    splitting: true,
    // No name is shortened, so each says what it is called.
    keepNames: false,
    legalComments: 'none',
    external: EXTERNAL,
    banner: { js: REQUIRE },
    plugins: [
      ownModules,
      directImports(path.join(ROOT, 'src'), PARTLY_USED),
      compressor,
      noChildren,
      unused,
      manifest('version', 'optionalDependencies'),
    ],
  });
  return bundleOf([result]);
}
