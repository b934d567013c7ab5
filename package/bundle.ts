import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** Where the repository is. */
export const ROOT = path.join(import.meta.dirname, '..');

/** The file that the host loads: all functions in one, since whatever a worker runs, it registers all of them. */
export const ENTRY = 'dist/functions/app.cjs';

/** What the functions do. It is loaded with the first call: most of the time that an app takes to start is for reading its code. */
const WORK = 'dist/lib/work.cjs';
const WORK_SOURCE = path.join(ROOT, 'src/functions/index.ts');

const FUNCTIONS = ['ingest-export', 'record-poison', 'reconcile-raw', 'maintain-table'];

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minifyWhitespace: true,
  minifySyntax: true,
  // Errors are told apart by their names, in logs too.
  keepNames: true,
  legalComments: 'external',
  logLevel: 'warning',
  write: false,
  metafile: true,
} as const satisfies BuildOptions;

/** Leaves what is imported at the first call in the other file. */
const apart: Plugin = {
  name: 'apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/index\.ts$/ }, ({ kind, resolveDir, path: specifier }) => {
      if (kind !== 'dynamic-import' || path.resolve(resolveDir, specifier) !== WORK_SOURCE) return null;
      return { path: path.posix.relative(path.posix.dirname(ENTRY), WORK), external: true };
    });
  },
};

/** Of our own package.json, the version alone is code. */
const manifest: Plugin = {
  name: 'manifest',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]package\.json$/ }, async ({ path: file }) => {
      if (file !== path.join(ROOT, 'package.json')) return null;
      const { version } = JSON.parse(await readFile(file, 'utf8')) as { readonly version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** What was bundled. */
export interface Bundle {
  /** By path in the package. */
  readonly files: Map<string, Uint8Array>;
  /** What of the repository went into them, `node_modules/…` among it. */
  readonly sources: readonly string[];
}

/** The code of the Function App with all that it uses, but the host's own module and the native compressor. */
export async function bundle(): Promise<Bundle> {
  const entry = build({
    ...COMMON,
    stdin: {
      contents: FUNCTIONS.map((name) => `import './functions/${name}.ts';`).join('\n'),
      resolveDir: ROOT,
      sourcefile: 'app.ts',
    },
    outfile: ENTRY,
    external: ['@azure/functions-core'],
    // The ES module of this package would be a second registry, which the host's library does not look into.
    alias: {
      '@azure/functions-extensions-base':
        './node_modules/@azure/functions-extensions-base/dist/azure-functions-extensions-base.js',
    },
    plugins: [apart, manifest],
  });
  const work = build({
    ...COMMON,
    entryPoints: [WORK_SOURCE],
    outfile: WORK,
    external: ['snappy'],
    plugins: [manifest],
  });
  const results = await Promise.all([entry, work]);
  const files = results.flatMap(({ outputFiles }) => outputFiles);
  const outputs = results.flatMap(({ metafile }) => Object.values(metafile.outputs));
  const inputs = outputs.flatMap((output) => Object.entries(output.inputs));
  return {
    files: new Map(files.map(({ path: file, contents }) => [path.relative(ROOT, file), contents])),
    sources: inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  };
}
